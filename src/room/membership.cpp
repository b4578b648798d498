#include "room/membership.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>

#include "room/text.hpp"

namespace parlour::room {

Membership::Membership(std::string room, uint32_t maxParticipants)
    : room_(std::move(room)), maxParticipants_(maxParticipants) {}

Result<void> Membership::admit(Participant& participant) const {
  if (participant.identity.empty()) participant.identity = participant.id;
  auto name = displayName(participant.name.empty() ? participant.identity : participant.name);
  if (!name) return name.error();
  participant.name = *std::move(name);
  if (replaces(participant)) return {};
  if (locked_ && !participant.grants.moderator)
    return refused("room_locked", "The room is locked. A moderator can unlock it.");
  if (members_.size() >= maxParticipants_)
    return unavailable("room_full", fmt::format("The room is full ({} of {}).", members_.size(),
                                                maxParticipants_));
  return {};
}

const Member* Membership::replaces(const Participant& participant) const {
  const auto found = std::find_if(members_.begin(), members_.end(), [&](const auto& member) {
    return member->participant.identity == participant.identity;
  });
  return found == members_.end() ? nullptr : found->get();
}

Member& Membership::add(Participant participant) {
  assert(!participant.id.empty() && !find(participant.id));
  auto member = std::make_unique<Member>();
  member->csrc = newCsrc(participant.id);
  member->joinOrder = ++joined_;
  member->participant = std::move(participant);
  Member& added = *member;
  byId_[added.id()] = &added;
  members_.push_back(std::move(member));
  return added;
}

std::unique_ptr<Member> Membership::remove(const ParticipantId& id) {
  const auto found = std::find_if(members_.begin(), members_.end(),
                                  [&](const auto& member) { return member->id() == id; });
  if (found == members_.end()) return nullptr;
  std::unique_ptr<Member> removed = std::move(*found);
  members_.erase(found);
  byId_.erase(removed->id());
  return removed;
}

Member* Membership::find(const ParticipantId& id) {
  const auto found = byId_.find(id);
  return found == byId_.end() ? nullptr : found->second;
}

const Member* Membership::find(const ParticipantId& id) const {
  const auto found = byId_.find(id);
  return found == byId_.end() ? nullptr : found->second;
}

bool Membership::setLocked(bool locked) {
  if (locked_ == locked) return false;
  locked_ = locked;
  return true;
}

// Derived from the id (FNV-1a) and not counted, so that the CSRC of somebody who left is not
// given to the next who comes while packets of the first are still on their way.
uint32_t Membership::newCsrc(const ParticipantId& id) const {
  uint32_t csrc = 2166136261u;
  for (const char c : id) csrc = (csrc ^ static_cast<uint8_t>(c)) * 16777619u;
  const auto taken = [&](uint32_t candidate) {
    return candidate == 0 || std::any_of(members_.begin(), members_.end(), [&](const auto& member) {
             return member->csrc == candidate;
           });
  };
  while (taken(csrc)) ++csrc;
  return csrc;
}

}  // namespace parlour::room
