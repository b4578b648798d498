// From values to the protocol's JSON (docs/protocol.md; web/sdk/schema/). Thread: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "call/service.hpp"
#include "room/types.hpp"
#include "signalling/json_scan.hpp"
#include "signalling/json_writer.hpp"

namespace parlour::signalling {

/// Longest time a dropped connection may come back, as told in a join's result.
struct Resume {
  std::string token;
  uint32_t windowMs = 30000;
};

std::string writeReply(const Envelope& to, std::string_view resultJson);
/// `retryAfterMs` 0: as the code says, or nothing.
std::string writeError(const Envelope& to, const Error& error, uint32_t retryAfterMs = 0);
std::string writeEvent(uint64_t seq, const room::Event& event);

/// The result of `join`, first or resumed.
std::string writeJoined(const call::Joined& joined, const std::string& roomName,
                        const Resume& resume, uint64_t seq);
std::string writeAnswer(std::string_view answer);
std::string writeChatMessage(const room::ChatMessage& message);

/// What a client should do about an error: fix, wait, auth, rejoin or none.
std::string_view actionFor(const Error& error);
/// How long to wait where nothing better is known; 0 where waiting does not help.
uint32_t retryAfterMsFor(std::string_view code);

// Parts of the above that the HTTP API uses too.
void writeParticipant(JsonWriter& json, const room::Participant& participant, bool withGrants);
void writeSlot(JsonWriter& json, const room::SlotState& slot);
/// RFC 3339 in UTC with milliseconds.
std::string timeText(int64_t wallNs);
// Values as the protocol names them.
std::string_view textOf(room::LeaveReason reason);
std::string_view textOf(room::Source source);
std::string_view textOf(room::Kind kind);
std::string_view textOf(room::Via via);
std::string_view textOf(room::Connection connection);
std::string_view textOf(room::SlotReason reason);

}  // namespace parlour::signalling
