#include "signalling/stats_write.hpp"

#include "signalling/message_write.hpp"

namespace parlour::signalling {
namespace {

void writeFlow(JsonWriter& json, const call::FlowStats& flow) {
  json.member("packets", flow.packets)
      .member("bytes", flow.bytes)
      .member("bitsPerSecond", static_cast<uint64_t>(flow.bitsPerSecond))
      .member("lost", flow.lost)
      .member("lossRatio", flow.lossRatio)
      .member("jitterMs", flow.jitterMs)
      .member("nacks", flow.nacks)
      .member("plis", flow.plis)
      .member("retransmitted", flow.retransmitted);
}

/// Left out while unknown.
void writeSize(JsonWriter& json, uint32_t width, uint32_t height) {
  if (height != 0) json.member("width", width).member("height", height);
}

void writeTrack(JsonWriter& json, const call::TrackStats& track) {
  json.beginObject()
      .member("track", track.track)
      .member("source", textOf(track.source))
      .member("mid", track.mid)
      .memberIfAny("rid", track.rid)
      .member("codec", track.codec)
      .member("flowing", track.flowing);
  writeSize(json, track.width, track.height);
  writeFlow(json, track);
  if (track.source == room::Source::kCamera || track.source == room::Source::kScreen)
    json.member("frames", track.frames).member("keyFrames", track.keyFrames);
  json.endObject();
}

void writeSlotStats(JsonWriter& json, const call::SlotStats& slot) {
  const room::SlotState& state = slot.state;
  json.beginObject()
      .member("mid", state.mid)
      .member("kind", textOf(slot.kind))
      .member("reason", textOf(state.reason));
  if (!state.participant.empty())
    json.member("participant", state.participant).member("source", textOf(state.source));
  if (state.track != 0) json.member("track", state.track);
  json.memberIfAny("rid", slot.rid).memberIfAny("codec", slot.codec);
  writeSize(json, slot.width, slot.height);
  writeFlow(json, slot);
  json.member("rttMs", slot.rttMs).endObject();
}

void writeJoin(JsonWriter& json, const call::JoinStats& join) {
  const auto phase = [&json](const char* name, const std::optional<double>& ms) {
    if (ms) json.member(name, *ms);
  };
  json.beginObject();
  phase("answerMs", join.answerMs);
  phase("iceMs", join.iceMs);
  phase("dtlsMs", join.dtlsMs);
  phase("mediaMs", join.mediaMs);
  phase("totalMs", join.totalMs);
  json.endObject();
}

}  // namespace

void writeStats(JsonWriter& json, const call::ParticipantStats& stats) {
  json.beginObject()
      .member("id", stats.id)
      .member("identity", stats.identity)
      .member("name", stats.name)
      .member("connection", textOf(stats.connection))
      .member("remoteAddress", stats.remoteAddress)
      .member("iceState", stats.iceState)
      .member("dtlsState", stats.dtlsState)
      .member("rttMs", stats.rttMs)
      .name("join");
  writeJoin(json, stats.join);
  json.name("in").beginArray();
  for (const call::TrackStats& track : stats.in) writeTrack(json, track);
  json.endArray().name("out").beginArray();
  for (const call::SlotStats& slot : stats.out) writeSlotStats(json, slot);
  json.endArray().endObject();
}

std::string writeStats(const call::ParticipantStats& stats) {
  JsonWriter json;
  json.beginObject().name("participant");
  writeStats(json, stats);
  return json.endObject().take();
}

void writeRoomStats(JsonWriter& json, const call::RoomStats& stats) {
  json.beginObject()
      .member("publishers", stats.publishers)
      .member("tracks", stats.tracks)
      .member("subscriptions", stats.subscriptions)
      .member("packetsIn", stats.packetsIn)
      .member("bytesIn", stats.bytesIn)
      .member("packetsOut", stats.packetsOut)
      .member("bytesOut", stats.bytesOut)
      .member("lossIn", stats.lossIn)
      .member("lossOut", stats.lossOut)
      .endObject();
}

}  // namespace parlour::signalling
