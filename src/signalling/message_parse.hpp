// From a text frame to a typed request (docs/protocol.md). Never trusts its input.
// Thread: any.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "signalling/json_scan.hpp"
#include "signalling/message.hpp"

namespace parlour::signalling {

struct MessageLimits {
  size_t maxMessageBytes = 64 * 1024;
  size_t maxOfferBytes = 512 * 1024;  ///< Of `join` and `offer`; nothing longer is looked at.
  size_t maxMediaLines = 64;
};

/// A request, or why it is none; `envelope` says whom to answer either way.
struct ParsedMessage {
  Envelope envelope;
  Result<Request> request;  ///< Errors (kInvalid): bad_message, too_large, too_deep, unknown_type.
};
ParsedMessage parseMessage(std::string_view text, const MessageLimits& limits);

/// An act of the API's moderate resource: the same members as the request, without an envelope.
Result<ModerateRequest> parseModeration(std::string_view text);

std::optional<room::Source> sourceFromText(std::string_view text);

/// A room's or a person's name as anybody may choose it: 1 to `maxBytes` bytes of UTF-8 without
/// control characters.
bool plainName(std::string_view text, size_t maxBytes);
constexpr size_t kMaxRoomBytes = 128;
constexpr size_t kMaxNameBytes = 256;
constexpr size_t kMaxIdentityBytes = 128;

}  // namespace parlour::signalling
