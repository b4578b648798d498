#include "call/call.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/loop.hpp"
#include "call/data_message.hpp"

namespace parlour::call {
namespace {

constexpr log::Topic kTopic{"call"};

const char* reasonText(room::LeaveReason reason) {
  switch (reason) {
    case room::LeaveReason::kLeft: return "left";
    case room::LeaveReason::kRemoved: return "removed by a moderator";
    case room::LeaveReason::kReplaced: return "replaced by a newer session";
    case room::LeaveReason::kTimedOut: return "timed out";
    case room::LeaveReason::kFailed: return "failed";
    case room::LeaveReason::kServerStopping: return "server stopping";
  }
  return "unknown";
}

}  // namespace

Call::Call(const CallContext& context, const std::string& name)
    : context_(context), name_(name), emptySinceNs_(context.clock.nowNs()) {}

Result<std::unique_ptr<Call>> Call::create(const CallContext& context, const std::string& name) {
  std::unique_ptr<Call> call(new Call(context, name));
  Call* raw = call.get();
  auto sfu = Sfu::create(context.hub, name,
                         {.onPeerError =
                              [raw](const std::string& bin, const std::string& why) {
                                raw->onPeerFailed(bin.substr(5), why);
                              },
                          .onError = [raw](const std::string& why) { raw->onPipelineFailed(why); }});
  if (!sfu) return sfu.error();
  call->sfu_ = std::move(*sfu);
  call->room_ = std::make_unique<room::Room>(name, context.policy, context.clock,
                                             static_cast<room::Outputs&>(*call));
  log::info(kTopic, {.room = name}, "room opened");
  return call;
}

/// Nothing flows in a room whose own element failed. Posted: the room goes while its bus is read.
void Call::onPipelineFailed(const std::string& why) {
  log::error(kTopic, {.room = name_}, "pipeline: {}", why);
  if (std::exchange(broken_, true)) return;
  post([this, alive = std::weak_ptr<bool>(alive_)] {
    if (alive.lock()) context_.onBroken(std::string(name_));
  });
}

Call::~Call() {
  for (auto& [id, member] : members_) dropMedia(*member);
  log::info(kTopic, {.room = name_}, "room closed");
}

Member* Call::find(const room::ParticipantId& id) {
  const auto it = members_.find(id);
  return it == members_.end() ? nullptr : it->second.get();
}

Result<Joined> Call::join(const JoinRequest& request, room::ParticipantId id,
                          std::weak_ptr<Listener> listener) {
  auto member = std::make_unique<Member>();
  member->participant.id = id;
  member->participant.identity = request.identity;
  member->participant.name = request.name;
  member->participant.via = request.via;
  member->participant.grants = request.grants;
  member->participant.joinedAtNs = context_.clock.wallNs();
  member->listener = std::move(listener);
  member->joinedNs = member->signalledNs = context_.clock.nowNs();
  if (request.offer) member->times.offerNs = member->joinedNs;
  const bool hasConnection = request.via == room::Via::kWebSocket;
  if (hasConnection) member->resumeToken = randomToken(24);

  sdp::Offer offer;
  if (request.offer) {
    auto understood = read(*request.offer, *member);
    if (!understood) return understood.error();
    offer = std::move(*understood);
    if (request.via == room::Via::kWhip)
      if (auto ok = sdp::checkWhip(offer); !ok) return ok.error();
    if (request.via == room::Via::kWhep)
      if (auto ok = sdp::checkWhep(offer); !ok) return ok.error();
  }
  auto entered = room_->join(member->participant);
  if (!entered) return entered.error();
  emptySinceNs_ = 0;
  Member& m = *(members_[id] = std::move(member));
  log::info(kTopic, {.room = name_, .peer = id, .request = request.request}, "'{}' joined",
            request.identity);

  Joined joined;
  joined.resumeToken = m.resumeToken;
  if (request.offer) {
    auto media = startMedia(m);
    auto answer = media ? negotiate(m, offer, request.offer->publish)
                        : Result<std::string>(media.error());
    if (!answer) {
      leave(id, room::LeaveReason::kFailed);
      return answer.error();
    }
    joined.answer = std::move(*answer);
    joined.mediaSession = m.peer->endpoint().names().ufrag;
  }
  auto snapshot = room_->snapshot(id);
  if (!snapshot) return snapshot.error();
  joined.snapshot = std::move(*snapshot);
  return joined;
}

Result<Joined> Call::resume(Member& member, std::weak_ptr<Listener> listener) {
  const auto& id = member.participant.id;
  if (auto old = member.listener.lock())
    old->onEvent(room::Ended{room::LeaveReason::kReplaced, "resumed from another connection"});
  member.listener = std::move(listener);
  member.detachedNs = 0;
  member.signalledNs = context_.clock.nowNs();
  if (member.parkedNs != 0 && !unpark(member)) {
    leave(id, room::LeaveReason::kTimedOut);
    return unavailable("resume_expired", "The room has no place for you any more. Join again.");
  }
  auto snapshot = room_->snapshot(id);
  if (!snapshot) return snapshot.error();
  member.resumeToken = randomToken(24);
  log::info(kTopic, {.room = name_, .peer = id}, "connection resumed");
  return Joined{std::move(*snapshot), member.resumeToken, {},
                member.peer ? member.peer->endpoint().names().ufrag : std::string()};
}

void Call::detach(const room::ParticipantId& id) {
  if (Member* member = find(id); member && member->detachedNs == 0) {
    member->detachedNs = context_.clock.nowNs();
    log::info(kTopic, {.room = name_, .peer = id}, "connection lost, media goes on");
  }
}

void Call::heard(const room::ParticipantId& id) {
  if (Member* member = find(id)) member->signalledNs = context_.clock.nowNs();
}

void Call::leave(const room::ParticipantId& id, room::LeaveReason reason) {
  Member* member = find(id);
  if (!member) return;
  log::info(kTopic, {.room = name_, .peer = id}, "{}", reasonText(reason));
  if (member->parkedNs == 0) room_->leave(id, reason);
  erase(id, reason);
}

void Call::end(room::LeaveReason reason, const std::string& message) {
  std::vector<room::ParticipantId> ids;
  for (auto& [id, member] : members_) ids.push_back(id);
  for (const auto& id : ids) {
    Member* member = find(id);
    if (!member) continue;
    if (auto listener = member->listener.lock()) listener->onEvent(room::Ended{reason, message});
    leave(id, reason);
  }
}

void Call::erase(const room::ParticipantId& id, room::LeaveReason reason) {
  auto node = members_.extract(id);
  if (node.empty()) return;
  ++context_.leaves[static_cast<size_t>(reason)];
  dropMedia(*node.mapped());
  if (room_->empty()) emptySinceNs_ = context_.clock.nowNs();
  // Whoever called may be one of its callbacks: it goes when they have returned.
  post([member = std::shared_ptr<Member>(std::move(node.mapped()))] {});
}

// --- room::Outputs ---

void Call::tell(const room::ParticipantId& to, const room::Event& event) {
  Member* member = find(to);
  if (!member) return;
  if (const auto* data = std::get_if<room::DataReceived>(&event))
    if (member->peer && member->peer->sendText(writeDataMessage(*data))) return;
  if (auto listener = member->listener.lock()) listener->onEvent(event);
}

void Call::tellAll(const room::Event& event) {
  for (auto& [id, member] : members_) tell(id, event);
}

void Call::fillSlot(const room::ParticipantId& viewer, const std::string& mid,
                    room::TrackId fanout, uint32_t csrc) {
  Member* member = find(viewer);
  if (!member || !member->peer) return;
  LinkedStream* linked = fanout == 0 ? nullptr : sfu_->find(fanout);
  if (!linked) {
    member->filled.erase(mid);
    member->peer->fill(mid, nullptr, {}, 0);
    return;
  }
  if (member->times.wantedNs == 0) member->times.wantedNs = context_.clock.nowNs();
  if (member->peer->fill(mid, linked->fanout, linked->codec, csrc))
    member->filled[mid] = fanout;
  else
    log::warning(kTopic, {.room = name_, .peer = viewer},
                 "slot {} has no payload type for {} of {}", mid, linked->codec.name,
                 linked->publisher);
}

void Call::gateTrack(const room::ParticipantId& publisher, room::TrackId track, bool open) {
  Member* member = find(publisher);
  if (!member) return;
  for (const auto& [mid, t] : member->tracks)
    if (t.id == track)
      for (const auto& layer : t.layers) sfu_->gate(layer.fanout, open);
}

void Call::evict(const room::ParticipantId& id, room::LeaveReason reason,
                 const std::string& message) {
  Member* member = find(id);
  if (!member) return;
  log::info(kTopic, {.room = name_, .peer = id}, "{}: {}", reasonText(reason), message);
  if (auto listener = member->listener.lock()) listener->onEvent(room::Ended{reason, message});
  erase(id, reason);
}

void Call::onDataMessage(const room::ParticipantId& id, const std::string& text) {
  auto message = readDataMessage(text);
  if (!message || !find(id)) return;
  heard(id);
  // A refusal (no right to chat, nobody by that id) has no way back on this channel.
  if (auto sent = room_->data(id, message->payload, message->to); !sent)
    log::debug(kTopic, {.room = name_, .peer = id}, "data message refused: {}",
               sent.error().message);
}

}  // namespace parlour::call
