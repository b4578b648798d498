// Text from people: what is accepted as a name or a message.
// Pure. Thread: any.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace parlour::room {

constexpr size_t kMaxNameCharacters = 64;

/// Well-formed UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
bool isUtf8(std::string_view text);

/// A display name: trimmed of white space, 1 to 64 characters, each of them printable. Refused
/// are control characters, line separators and what reorders or hides text (bidirectional
/// overrides, zero-width spaces), with which one person could look like another.
/// Error: bad_message.
Result<std::string> displayName(std::string_view name);

/// A chat message: UTF-8 of at most `maxBytes`, not blank, no control characters but tab and line
/// feed (carriage returns are dropped). Returned as it is kept. Errors: bad_message, chat_empty,
/// chat_too_long.
Result<std::string> chatText(std::string_view text, size_t maxBytes);

}  // namespace parlour::room
