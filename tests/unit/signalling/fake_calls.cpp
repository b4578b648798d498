#include "fake_calls.hpp"

#include <fmt/format.h>

namespace parlour::test {

std::string answerWithUfrag(const std::string& ufrag) {
  return fmt::format(
      "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=ice-lite\r\n"
      "a=group:BUNDLE 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\n"
      "a=mid:0\r\na=ice-ufrag:{}\r\na=ice-pwd:passwordpasswordpasswordpw\r\n"
      "a=candidate:1 1 UDP 2130706431 127.0.0.1 8443 typ host\r\na=end-of-candidates\r\n",
      ufrag);
}

Result<std::string> FakeCalls::answer(const call::Offer& offer) {
  offers.push_back(offer);
  if (offer.sdp.find("bad") != std::string::npos) return invalid("bad_offer", "It is bad.");
  if (offer.sdp.find("unsupported") != std::string::npos)
    return invalid("unsupported_offer", "It is not supported.");
  return answerWithUfrag(fmt::format("ours{}", ++answered_));
}

Result<call::Joined> FakeCalls::join(const call::JoinRequest& request,
                                     std::weak_ptr<call::Listener> listener) {
  joins.push_back(request);
  joins.back().offer = nullptr;
  if (draining) return unavailable("draining", "The server is stopping.");
  call::Joined joined;
  if (request.offer) {
    auto sdp = answer(*request.offer);
    if (!sdp) return sdp.error();
    joined.answer = *sdp;
    joined.mediaSession = fmt::format("ours{}", answered_);
  }
  auto& room = rooms_[request.room];
  if (!room) room = std::make_unique<room::Room>(request.room, policy_, clock_, *this);
  room::Participant participant;
  participant.id = fmt::format("p_{}", ++made_);
  participant.identity = request.identity;
  participant.name = request.name;
  participant.via = request.via;
  participant.grants = request.grants;
  participant.joinedAtNs = clock_.wallNs();
  members_[participant.id] = {request.room, "resume-" + participant.id, std::move(listener)};
  auto entered = room->join(participant);
  if (!entered) {
    members_.erase(participant.id);
    return entered.error();
  }
  joined.snapshot = std::move(*entered);
  joined.resumeToken = members_[participant.id].resumeToken;
  return joined;
}

Result<call::Joined> FakeCalls::resume(const std::string& resumeToken,
                                       std::weak_ptr<call::Listener> listener) {
  for (auto& [id, member] : members_) {
    if (member.resumeToken != resumeToken) continue;
    member.listener = std::move(listener);
    member.resumeToken += "+";
    auto snapshot = rooms_[member.room]->snapshot(id);
    if (!snapshot) return snapshot.error();
    return call::Joined{std::move(*snapshot), member.resumeToken, {}, "ours"};
  }
  return unavailable("resume_expired", "That stay is over.");
}

Result<std::string> FakeCalls::offer(const call::ParticipantId&, const call::Offer& offer) {
  return answer(offer);
}

void FakeCalls::detach(const call::ParticipantId& id) { detached.push_back(id); }

void FakeCalls::leave(const call::ParticipantId& id) {
  left.push_back(id);
  if (room::Room* room = roomOf(id)) room->leave(id, room::LeaveReason::kLeft);
  members_.erase(id);
}

room::Room* FakeCalls::roomOf(const call::ParticipantId& id) {
  const auto member = members_.find(id);
  room::Room* room = member == members_.end() ? nullptr : findRoom(member->second.room);
  return room && room->find(id) ? room : nullptr;
}

room::Room* FakeCalls::findRoom(const std::string& name) {
  const auto found = rooms_.find(name);
  return found == rooms_.end() ? nullptr : found->second.get();
}

std::vector<room::Room*> FakeCalls::rooms() {
  std::vector<room::Room*> all;
  for (auto& [name, room] : rooms_) all.push_back(room.get());
  return all;
}

void FakeCalls::closeRoom(const std::string& name, const std::string& message) {
  room::Room* room = findRoom(name);
  if (!room) return;
  for (const auto& participant : room->participants()) {
    tell(participant.id, room::Ended{room::LeaveReason::kRemoved, message});
    members_.erase(participant.id);
  }
  rooms_.erase(name);
}

Result<std::string> FakeCalls::graph(const std::string&) { return graphText; }

Result<std::vector<call::ParticipantStats>> FakeCalls::stats(const std::string& name) {
  std::vector<call::ParticipantStats> all;
  for (const auto& participant : rooms_.at(name)->participants()) {
    call::ParticipantStats stats;
    stats.id = participant.id;
    stats.iceState = "connected";
    stats.rttMs = 12.3456;
    stats.identity = participant.identity;
    stats.join = {1.5, 10, 20, std::nullopt, std::nullopt};
    call::TrackStats track;
    track.track = 7;
    track.mid = "1";
    track.rid = "h";
    track.codec = "VP8";
    track.width = 1280;
    track.height = 720;
    track.packets = 1000;
    track.bytes = 900000;
    track.bitsPerSecond = 1234567.8;
    track.lossRatio = 0.25;
    track.keyFrames = 4;
    stats.in.push_back(track);
    call::SlotStats slot;
    slot.state = {"2", room::SlotReason::kShown, "p_other", room::Source::kScreen, 9, 5};
    slot.rid = "l";
    slot.rttMs = 12.3456;
    stats.out.push_back(slot);
    all.push_back(std::move(stats));
  }
  return all;
}

void FakeCalls::drain(uint32_t deadlineMs) {
  draining = true;
  for (auto& [id, member] : members_) tell(id, room::Draining{deadlineMs});
}

void FakeCalls::tell(const room::ParticipantId& to, const room::Event& event) {
  const auto member = members_.find(to);
  if (member == members_.end()) return;
  if (const auto listener = member->second.listener.lock()) listener->onEvent(event);
}

void FakeCalls::evict(const room::ParticipantId& id, room::LeaveReason reason,
                      const std::string& message) {
  tell(id, room::Ended{reason, message});
  members_.erase(id);
}

void FakeCalls::publishCamera(const room::ParticipantId& id) {
  room::Track track;
  track.id = 7;
  track.mid = "1";
  track.codec.name = "VP8";
  track.layers.push_back({"", 70, 640, 360});
  if (room::Room* room = roomOf(id)) room->setTracks(id, {track});
}

}  // namespace parlour::test
