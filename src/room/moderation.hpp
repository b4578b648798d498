// Who may moderate whom. Pure. Thread: control.
#pragma once

#include "base/result.hpp"
#include "room/membership.hpp"
#include "room/room.hpp"

namespace parlour::room {

/// Whether `by` may do this. Hidden participants exist only for themselves and for admins.
/// Errors: no_such_participant, not_moderator.
Result<void> mayModerate(const Membership& members, const ParticipantId& by, Moderation act,
                         const ParticipantId& target);

/// Whether the act concerns one participant (and not the room).
bool needsTarget(Moderation act);

}  // namespace parlour::room
