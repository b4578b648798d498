// Tokens and numbers of SDP (RFC 8866 section 9), read strictly. Thread: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parlour::sdp {

/// RFC 8866 token-char, one or more, `longest` at most.
bool isToken(std::string_view text, size_t longest);
/// RFC 8839 ice-char, within the lengths given.
bool isIceText(std::string_view text, size_t shortest, size_t longest);
/// RFC 8851 rid-id, short enough for a one-byte header extension.
bool isRid(std::string_view text);
/// Visible ASCII and spaces: can be written into a line of ours.
bool isPlain(std::string_view text);

/// The whole of `text` as a decimal number, `most` at most. Nothing for signs, blanks, emptiness.
std::optional<uint32_t> numberOf(std::string_view text, uint32_t most);

bool equalsIgnoringCase(std::string_view a, std::string_view b);
std::string lowered(std::string_view text);
std::string_view trimmed(std::string_view text);

/// Parts between separators, empty ones included; views into `text`.
std::vector<std::string_view> split(std::string_view text, char separator);
/// Parts between blanks, empty ones skipped.
std::vector<std::string_view> words(std::string_view text);
/// Text up to the separator, which is removed from `rest` with what stood before it.
std::string_view takeUntil(std::string_view& rest, char separator);

/// Value of a fmtp parameter ("a=1;b=2"), nothing where it is absent; names in any case.
std::optional<std::string_view> parameterOf(std::string_view fmtp, std::string_view name);

}  // namespace parlour::sdp
