// Statistics as JSON (docs/protocol.md, "Statistics"; web/sdk/schema/). Thread: any.
#pragma once

#include <string>

#include "call/service.hpp"
#include "signalling/json_writer.hpp"

namespace parlour::signalling {

void writeStats(JsonWriter& json, const call::ParticipantStats& stats);
/// The result of a `stats` request.
std::string writeStats(const call::ParticipantStats& stats);
/// The members of a room's `media`, as an object.
void writeRoomStats(JsonWriter& json, const call::RoomStats& stats);

}  // namespace parlour::signalling
