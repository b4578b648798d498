#include "room/text.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <optional>

namespace parlour::room {
namespace {

struct Range {
  char32_t first, last;
};

/// Reads one character at `at` and moves past it; nothing where it is malformed.
std::optional<char32_t> readCharacter(std::string_view text, size_t& at) {
  const auto lead = static_cast<uint8_t>(text[at]);
  if (lead < 0x80) {
    ++at;
    return lead;
  }
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() - at < length) return std::nullopt;
  char32_t character = lead & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) {
    const auto next = static_cast<uint8_t>(text[at + i]);
    if ((next & 0xC0) != 0x80) return std::nullopt;
    character = (character << 6) | (next & 0x3F);
  }
  constexpr std::array<char32_t, 5> kLeastOfLength = {0, 0, 0x80, 0x800, 0x10000};
  if (character < kLeastOfLength[length] || character > 0x10FFFF) return std::nullopt;
  if (character >= 0xD800 && character <= 0xDFFF) return std::nullopt;
  at += length;
  return character;
}

template <size_t N>
bool within(const std::array<Range, N>& ranges, char32_t character) {
  for (const Range& range : ranges)
    if (character >= range.first && character <= range.last) return true;
  return false;
}

bool isControl(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}

/// Unicode White_Space without the control characters.
bool isSpace(char32_t c) {
  constexpr std::array<Range, 7> kSpaces = {{{0x20, 0x20},
                                             {0xA0, 0xA0},
                                             {0x1680, 0x1680},
                                             {0x2000, 0x200A},
                                             {0x202F, 0x202F},
                                             {0x205F, 0x205F},
                                             {0x3000, 0x3000}}};
  return within(kSpaces, c);
}

/// Not visible, or able to make the rest of a line look different. The joiners U+200C and U+200D
/// stay allowed: Persian, Indic scripts and emoji need them.
bool isDeceptive(char32_t c) {
  constexpr std::array<Range, 9> kHidden = {{{0xAD, 0xAD},
                                             {0x200B, 0x200B},
                                             {0x200E, 0x200F},
                                             {0x2028, 0x202E},
                                             {0x2060, 0x206F},
                                             {0xFDD0, 0xFDEF},
                                             {0xFEFF, 0xFEFF},
                                             {0xFFF9, 0xFFFC},
                                             {0xE0000, 0xE001F}}};
  return within(kHidden, c) || (c & 0xFFFE) == 0xFFFE;
}

Error badName(const char* why) {
  return invalid("bad_message", fmt::format("The name {}. Use 1 to {} printable characters.", why,
                                            kMaxNameCharacters));
}

}  // namespace

bool isUtf8(std::string_view text) {
  for (size_t at = 0; at < text.size();)
    if (!readCharacter(text, at)) return false;
  return true;
}

Result<std::string> displayName(std::string_view name) {
  // A bound on the work: four bytes a character, and as much again of white space to trim.
  if (name.size() > 8 * kMaxNameCharacters) return badName("is too long");
  size_t first = std::string_view::npos;  // of the first character that is not white space
  size_t end = 0;                         // after the last such
  size_t count = 0, countAtEnd = 0;
  bool visible = false;
  for (size_t at = 0; at < name.size();) {
    const size_t start = at;
    const auto character = readCharacter(name, at);
    if (!character) return badName("is not valid UTF-8");
    if (isControl(*character)) return badName("has a control character");
    if (isDeceptive(*character)) return badName("has an invisible character");
    if (isSpace(*character)) {
      if (first != std::string_view::npos) ++count;
      continue;
    }
    if (first == std::string_view::npos) first = start;
    visible = visible || (*character != 0x200C && *character != 0x200D);
    countAtEnd = ++count;
    end = at;
  }
  if (!visible) return badName("is empty");
  if (countAtEnd > kMaxNameCharacters) return badName("is too long");
  return std::string(name.substr(first, end - first));
}

Result<std::string> chatText(std::string_view text, size_t maxBytes) {
  if (text.size() > maxBytes)
    return invalid("chat_too_long",
                   fmt::format("The message has {} bytes, {} are allowed.", text.size(), maxBytes));
  std::string kept;
  kept.reserve(text.size());
  bool blank = true;
  for (size_t at = 0; at < text.size();) {
    const size_t start = at;
    const auto character = readCharacter(text, at);
    if (!character) return invalid("bad_message", "The message is not valid UTF-8.");
    if (*character == '\r') continue;
    const bool allowed = *character == '\n' || *character == '\t';
    if (isControl(*character) && !allowed)
      return invalid("bad_message", "The message has a control character.");
    blank = blank && (allowed || isSpace(*character) || isDeceptive(*character));
    kept.append(text.substr(start, at - start));
  }
  if (blank) return invalid("chat_empty", "The message is empty.");
  return kept;
}

}  // namespace parlour::room
