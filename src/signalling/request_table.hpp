// RequestTable: what is done for each request of somebody who is in a room.
// Joining, leaving and resuming are the session's own (ws_session.hpp). Thread: control.
#pragma once

#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "call/service.hpp"
#include "room/room.hpp"
#include "signalling/message.hpp"

namespace parlour::signalling {

/// Who asks, and where.
struct Asker {
  call::Service& calls;
  room::Room& room;
  const room::ParticipantId& self;
  const Clock& clock;
};

/// Carries a request out; the JSON of its result, or why not. JoinRequest and LeaveRequest do not
/// come here.
Result<std::string> answer(const Asker& asker, const Request& request);

}  // namespace parlour::signalling
