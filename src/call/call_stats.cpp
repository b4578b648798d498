// What Call tells of its media: per participant, per room, for all calls together.
#include <algorithm>

#include "call/call.hpp"

namespace parlour::call {
namespace {

constexpr double kBitsPerByte = 8;

/// What StreamCounters and SlotCounters have in common.
template <typename Counters>
void takeFlow(FlowStats& out, const Counters& c, int64_t lost, uint64_t retransmitted,
              const std::map<std::string, RateMeter>& rates, const std::string& key) {
  out.packets = c.packets;
  out.bytes = c.bytes;
  out.nacks = c.nacks;
  out.plis = c.plis;
  out.lost = static_cast<uint64_t>(std::max<int64_t>(0, lost));
  out.retransmitted = retransmitted;
  out.lossRatio = c.fractionLost / 256.0;
  out.jitterMs = c.jitterUs / 1000.0;
  if (const auto rate = rates.find(key); rate != rates.end())
    out.bitsPerSecond = rate->second.perSecond() * kBitsPerByte;
}

std::string keyOf(const peer::PublishedStream& stream) {
  return stream.mid + "/" + stream.rid;
}

const room::Layer* layerOf(const room::Track& track, const std::string& rid) {
  for (const auto& layer : track.layers)
    if (layer.rid == rid) return &layer;
  return nullptr;
}

TrackStats statsOf(const Member& member, const peer::PublishedStream& stream) {
  const auto& c = stream.output->counters;
  TrackStats t;
  takeFlow(t, c, c.lost, c.recovered, member.inRates, keyOf(stream));
  t.mid = stream.mid;
  t.rid = stream.rid;
  t.frames = c.frames;
  t.keyFrames = c.keyFrames;
  const auto track = member.tracks.find(stream.mid);
  if (track == member.tracks.end()) return t;
  t.track = track->second.id;
  t.source = track->second.source;
  t.codec = track->second.codec.name;
  if (const auto* layer = layerOf(track->second, stream.rid)) {
    t.width = layer->width;
    t.height = layer->height;
    t.flowing = layer->flowing;
  }
  return t;
}

JoinStats joinOf(const JoinTimes& times) {
  const auto phases = phasesOf(times);
  const auto ms = [&phases](JoinPhase phase) -> std::optional<double> {
    const auto& ns = phases[static_cast<size_t>(phase)];
    if (!ns) return std::nullopt;
    return static_cast<double>(*ns) / kNsPerMs;
  };
  return {ms(JoinPhase::kAnswer), ms(JoinPhase::kIce), ms(JoinPhase::kDtls), ms(JoinPhase::kMedia),
          ms(JoinPhase::kTotal)};
}

Traffic trafficOf(const peer::Peer& peer) {
  Traffic t;
  for (const auto& stream : peer.streams()) {
    t.packetsIn += stream.output->counters.packets;
    t.bytesIn += stream.output->counters.bytes;
  }
  for (const auto& slot : peer.slots()) {
    t.packetsOut += slot.counters->packets;
    t.bytesOut += slot.counters->bytes;
  }
  return t;
}

}  // namespace

Traffic Call::trafficOf(const Member& member) {
  return member.peer ? call::trafficOf(*member.peer) : Traffic();
}

/// Once a second.
void Call::readRates(Member& member, int64_t nowNs) {
  if (!member.peer) return;
  for (const auto& stream : member.peer->streams())
    member.inRates[keyOf(stream)].read(stream.output->counters.bytes, nowNs);
  for (const auto& slot : member.peer->slots())
    member.outRates[slot.mid].read(slot.counters->bytes, nowNs);
}

SlotStats Call::statsOf(const Member& member, const peer::ReceiveSlot& slot) const {
  const auto& c = *slot.counters;
  SlotStats s;
  takeFlow(s, c, c.cumulativeLost, c.retransmitted, member.outRates, slot.mid);
  s.kind = slot.kind;
  s.state.mid = slot.mid;
  s.rttMs = static_cast<double>(c.rttNs) / 1e6;
  const auto filled = member.filled.find(slot.mid);
  const LinkedStream* linked = filled == member.filled.end() ? nullptr : sfu_->find(filled->second);
  if (!linked) return s;
  s.rid = linked->stream.rid;
  s.codec = linked->codec.name;
  const uint32_t size = linked->stream.output->counters.pictureSize;
  s.width = size >> 16;
  s.height = size & 0xFFFF;
  return s;
}

std::vector<ParticipantStats> Call::stats() const {
  std::vector<ParticipantStats> all;
  for (const auto& [id, member] : members_) {
    ParticipantStats& s = all.emplace_back();
    s.id = id;
    s.identity = member->participant.identity;
    s.name = member->participant.name;
    s.join = joinOf(member->times);
    const auto* present = room_->find(id);
    s.connection = present ? present->connection : room::Connection::kReconnecting;  // Parked.
    if (!member->peer) continue;
    const auto& endpoint = member->peer->endpoint();
    const auto flow = endpoint.flow();
    if (flow.valid()) s.remoteAddress = flow.remote.text();
    s.iceState = flow.valid() ? "connected" : "new";
    s.dtlsState = member->peer->connected() ? "connected" : "new";
    for (const auto& stream : member->peer->streams())
      s.in.push_back(call::statsOf(*member, stream));
    const auto states = room_->slots(id);
    for (const auto& slot : member->peer->slots()) {
      SlotStats& out = s.out.emplace_back(statsOf(*member, slot));
      s.rttMs = std::max(s.rttMs, out.rttMs);
      for (const auto& state : states)
        if (state.mid == slot.mid) out.state = state;
    }
  }
  return all;
}

RoomStats Call::roomStats() const {
  RoomStats s;
  Traffic sum = gone_;
  for (const auto& [id, member] : members_) {
    sum += trafficOf(*member);
    if (!member->tracks.empty()) ++s.publishers;
    s.tracks += member->tracks.size();
    s.subscriptions += member->filled.size();
    if (!member->peer || member->parkedNs != 0) continue;
    for (const auto& stream : member->peer->streams())
      s.lossIn = std::max(s.lossIn, stream.output->counters.fractionLost / 256.0);
    for (const auto& slot : member->peer->slots())
      if (member->filled.count(slot.mid))
        s.lossOut = std::max(s.lossOut, slot.counters->fractionLost / 256.0);
  }
  s.packetsIn = sum.packetsIn;
  s.bytesIn = sum.bytesIn;
  s.packetsOut = sum.packetsOut;
  s.bytesOut = sum.bytesOut;
  return s;
}

void Call::addTo(Census& census) const {
  for (const auto& [id, member] : members_) {
    if (!member->peer) continue;
    const auto* present = room_->find(id);
    if (!present)
      ++census.parked;
    else if (present->connection == room::Connection::kConnected)
      ++census.connected;
    else if (present->connection == room::Connection::kReconnecting)
      ++census.reconnecting;
    else
      ++census.connecting;
    if (!member->tracks.empty()) ++census.publishers;
    const auto of = [&census](room::Kind kind) -> Census::OfKind& {
      return kind == room::Kind::kVideo ? census.video : census.audio;
    };
    for (const auto& [mid, track] : member->tracks) ++of(track.kind).tracks;
    for (const auto& stream : member->peer->streams()) ++of(stream.kind).streams;
    for (const auto& slot : member->peer->slots()) {
      ++of(slot.kind).slots;
      if (member->filled.count(slot.mid)) ++of(slot.kind).subscriptions;
    }
  }
}

}  // namespace parlour::call
