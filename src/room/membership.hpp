// Membership: who is in a room, in the order they came. Pure. Thread: control.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "room/types.hpp"

namespace parlour::room {

struct Member {
  Participant participant;
  uint32_t csrc = 0;               ///< Non-zero, unique in the room, constant for the stay.
  uint64_t joinOrder = 0;          ///< Grows.
  std::optional<uint8_t> quality;  ///< Last score told.

  const ParticipantId& id() const { return participant.id; }
  /// Others are told about it and may address it.
  bool visible() const { return !participant.grants.hidden; }
};

class Membership {
 public:
  Membership(std::string room, uint32_t maxParticipants);

  /// Whether this participant may come in now; somebody already inside with the same identity
  /// (`replaces()`) takes up no place of its own and passes the lock. Errors: room_full,
  /// room_locked, bad_message (name).
  Result<void> admit(Participant& participant) const;
  /// The member whose identity the participant has, or null.
  const Member* replaces(const Participant& participant) const;

  /// Adds an admitted participant; its id and identity must not be present.
  Member& add(Participant participant);
  /// Takes a member out; null when it is not here.
  std::unique_ptr<Member> remove(const ParticipantId& id);

  Member* find(const ParticipantId& id);
  const Member* find(const ParticipantId& id) const;
  /// By join order, hidden ones too.
  const std::vector<std::unique_ptr<Member>>& all() const { return members_; }

  bool locked() const { return locked_; }
  /// Returns false when nothing changed.
  bool setLocked(bool locked);

 private:
  uint32_t newCsrc(const ParticipantId& id) const;

  const std::string room_;
  const uint32_t maxParticipants_;
  bool locked_ = false;
  uint64_t joined_ = 0;
  std::vector<std::unique_ptr<Member>> members_;
  std::unordered_map<ParticipantId, Member*> byId_;
};

}  // namespace parlour::room
