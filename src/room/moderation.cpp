#include "room/moderation.hpp"

namespace parlour::room {

bool needsTarget(Moderation act) {
  return act != Moderation::kLock && act != Moderation::kUnlock;
}

Result<void> mayModerate(const Membership& members, const ParticipantId& by, Moderation act,
                         const ParticipantId& target) {
  const Member* moderator = members.find(by);
  if (!moderator) return invalid("no_such_participant", "You are not in this room.");
  if (!moderator->participant.grants.moderator)
    return refused("not_moderator", "Only a moderator can do that.");
  if (!needsTarget(act)) return {};
  const Member* other = members.find(target);
  if (!other || (!other->visible() && target != by))
    return invalid("no_such_participant", "There is no participant \"" + target + "\" here.");
  return {};
}

}  // namespace parlour::room
