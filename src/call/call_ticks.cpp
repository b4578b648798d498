// The clockwork of Call: who speaks, who is alive, how well it goes.
#include <algorithm>

#include "base/log.hpp"
#include "call/call.hpp"
#include "room/layers.hpp"
#include "rtp/packet.hpp"

namespace parlour::call {
namespace {

constexpr log::Topic kTopic{"call"};
constexpr uint32_t kQualityEverySeconds = 2;
/// Of one layer behind the others; several frames even at 5 a second.
constexpr int64_t kLayerSilenceNs = kNsPerSecond;

}  // namespace

void Call::tickAudio() {
  std::vector<std::pair<room::TrackId, uint8_t>> levels;
  bool audible = false;
  for (auto& [id, member] : members_) {
    if (member->parkedNs != 0) continue;
    for (auto& [mid, track] : member->tracks) {
      if (track.kind != room::Kind::kAudio) continue;
      for (const auto& layer : track.layers) {
        LinkedStream* linked = sfu_->find(layer.fanout);
        if (!linked) continue;
        const uint8_t level = sfu_->takeLoudest(*linked);
        if (level < rtp::kSilence) {
          audible = true;
          levels.emplace_back(track.id, level);
        }
      }
    }
  }
  // After the last sound the room gets silence for as long as its speakers need to fade.
  if (audible || audible_) room_->onAudioLevels(levels);
  if (audible)
    silentTicks_ = 0;
  else if (audible_)
    ++silentTicks_;
  audible_ = audible || (audible_ && silentTicks_ < kFadeTicks);
}

/// A layer that is silent while others of its track flow is one that its publisher left out, or has
/// not begun: whoever is shown it would look at a still picture.
bool Call::measureLayers(room::Track& track) {
  int64_t newestNs = 0;
  for (const auto& layer : track.layers)
    if (const LinkedStream* linked = sfu_->find(layer.fanout))
      newestNs = std::max(newestNs, linked->stream.output->counters.lastPacketNs.load());
  if (newestNs == 0) return false;
  const auto before = track.layers;
  for (auto& layer : track.layers) {
    const LinkedStream* linked = sfu_->find(layer.fanout);
    if (!linked) continue;
    const auto& counters = linked->stream.output->counters;
    layer.flowing = newestNs - counters.lastPacketNs < kLayerSilenceNs;
    const uint32_t size = counters.pictureSize;
    if (size == 0) continue;
    layer.width = size >> 16;
    layer.height = size & 0xFFFF;
  }
  room::orderBySize(track.layers);
  return before != track.layers;
}

void Call::tickLayers() {
  std::vector<std::pair<room::ParticipantId, room::Track>> changed;
  for (auto& [id, member] : members_) {
    if (member->parkedNs != 0) continue;
    for (auto& [mid, track] : member->tracks)
      if (track.kind == room::Kind::kVideo && measureLayers(track)) changed.emplace_back(id, track);
  }
  for (const auto& [id, track] : changed) room_->updateTrack(id, track);
}

void Call::tickJoins() {
  for (auto& [id, member] : members_) {
    if (!member->peer || member->times.answerNs == 0 || member->times.mediaNs != 0) continue;
    JoinTimes times = member->times;
    times.reachedNs = member->peer->reachedNs();
    times.connectedNs = member->peer->connectedNs();
    if (times.connectedNs != 0) times.mediaNs = member->peer->firstMediaNs();
    setTimes(*member, times);
  }
}

void Call::setTimes(Member& member, const JoinTimes& times) {
  countPhases(context_.joins, member.times, times);
  member.times = times;
}

void Call::tickSecond() {
  ++seconds_;
  const int64_t nowNs = context_.clock.nowNs();
  std::vector<room::ParticipantId> ids;
  for (auto& [id, member] : members_) {
    ids.push_back(id);
    readRates(*member, nowNs);
  }
  for (const auto& id : ids) {
    if (Member* member = find(id)) checkLiveness(*member, nowNs);
    if (Member* member = find(id); member && seconds_ % kQualityEverySeconds == 0)
      checkQuality(*member);
  }
}

void Call::checkLiveness(Member& member, int64_t nowNs) {
  const room::ParticipantId id = member.participant.id;
  const bool attached = member.detachedNs == 0 && !member.listener.expired();
  const int64_t heardNs = member.peer ? member.peer->endpoint().lastHeardNs() : 0;
  if (member.peer && !member.peer->connected() && member.parkedNs == 0 &&
      nowNs - member.joinedNs > context_.connectNs && heardNs == 0 &&
      member.participant.via != room::Via::kWebSocket)
    return onPeerFailed(id, "no connectivity check came from it in time");
  if (member.parkedNs != 0) {
    // Its packets alone bring back who has no connection to resume with.
    if (heardNs > member.parkedNs && unpark(member)) return;
    if (nowNs - member.parkedNs > context_.resumeNs) leave(id, room::LeaveReason::kTimedOut);
    return;
  }
  if (member.detachedNs != 0 && nowNs - member.detachedNs > context_.resumeNs)
    return leave(id, room::LeaveReason::kTimedOut);
  Silence silence;
  silence.hasMedia = heardNs != 0;
  silence.mediaNs = nowNs - heardNs;
  silence.hasSignalling = attached && member.participant.via == room::Via::kWebSocket;
  silence.signallingNs = nowNs - member.signalledNs;
  if (!silence.hasMedia && !silence.hasSignalling) {
    // Never reached and its connection gone (or WHIP that still connects): its deadline decides.
    silence.hasSignalling = true;
    silence.signallingNs = nowNs - std::max(member.signalledNs, member.joinedNs);
    if (member.participant.via != room::Via::kWebSocket) return;
  }
  const auto* now = room_->find(id);
  if (!now) return;
  switch (livenessOf(silence, context_.liveness)) {
    case Liveness::kGone:
      park(member, nowNs);
      break;
    case Liveness::kReconnecting:
      if (now->connection == room::Connection::kConnected)
        room_->setConnection(id, room::Connection::kReconnecting);
      break;
    case Liveness::kAlive:
      if (now->connection == room::Connection::kReconnecting)
        room_->setConnection(id, room::Connection::kConnected);
      break;
  }
}

/// Gone for the others; identity, slots and transport wait for `resumeNs`.
void Call::park(Member& member, int64_t nowNs) {
  const auto& id = member.participant.id;
  log::info(kTopic, {.room = name_, .peer = id}, "silent, gone for the others");
  member.parkedNs = nowNs;
  member.filled.clear();
  room_->leave(id, room::LeaveReason::kTimedOut);
  if (room_->empty()) emptySinceNs_ = nowNs;
}

bool Call::unpark(Member& member) {
  auto again = room_->join(member.participant);
  if (!again) return false;
  log::info(kTopic, {.room = name_, .peer = member.participant.id}, "back again");
  member.parkedNs = 0;
  emptySinceNs_ = 0;
  if (member.peer) {
    if (member.peer->connected())
      room_->setConnection(member.participant.id, room::Connection::kConnected);
    showTracks(member);
    showSlots(member);
  }
  return true;
}

void Call::checkQuality(Member& member) {
  if (!member.peer || !member.peer->connected() || member.parkedNs != 0) return;
  double loss = 0, rttMs = 0, jitterMs = 0;
  for (const auto& slot : member.peer->slots()) {
    const auto& c = *slot.counters;
    loss = std::max(loss, c.fractionLost / 256.0);
    rttMs = std::max(rttMs, static_cast<double>(c.rttNs) / 1e6);
    jitterMs = std::max(jitterMs, c.jitterUs / 1000.0);
  }
  const auto* now = room_->find(member.participant.id);
  const bool lost = now && now->connection == room::Connection::kReconnecting;
  const uint8_t score = lost ? 0 : qualityOf(loss, rttMs, jitterMs);
  if (score == member.quality) return;
  member.quality = score;
  room_->setQuality(member.participant.id, score);
}

}  // namespace parlour::call
