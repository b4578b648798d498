#include "base/log_line.hpp"

#include <glib.h>
#include <openssl/sha.h>
#include <time.h>

#include <array>

#include "base/clock.hpp"

namespace parlour::log {
namespace {

constexpr std::array kLevelNames = {"debug", "info", "warning", "error"};
constexpr std::array kColours = {"\x1b[2m", "\x1b[32m", "\x1b[33m", "\x1b[31m"};
constexpr std::string_view kPlain = "\x1b[0m";
constexpr std::array kPriorities = {7, 6, 4, 3};  // syslog(3): debug, info, warning, err.

size_t indexOf(Level level) {
  return static_cast<size_t>(level);
}

struct Character {
  size_t bytes = 1;
  gunichar code = 0;
  bool valid = false;
};

/// The first character of `text`, which is not empty.
Character firstOf(std::string_view text) {
  const auto byte = static_cast<unsigned char>(text.front());
  if (byte < 0x80) return {1, byte, true};  // GLib takes NUL for an end.
  const gunichar code = g_utf8_get_char_validated(text.data(), static_cast<gssize>(text.size()));
  if (code == static_cast<gunichar>(-1) || code == static_cast<gunichar>(-2)) return {};
  return {static_cast<size_t>(g_unichar_to_utf8(code, nullptr)), code, true};
}

bool isControl(gunichar c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

/// Nothing in it can move a terminal's cursor or begin a second line.
std::string oneLine(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const Character c = firstOf(text);
    if (c.valid && c.code == '\n')
      out += "\\n";
    else if (c.valid && c.code == '\t')
      out += "\t";
    else if (!c.valid || isControl(c.code))
      for (size_t i = 0; i < c.bytes; ++i)
        out += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[i]));
    else
      out += text.substr(0, c.bytes);
    text.remove_prefix(c.bytes);
  }
  return out;
}

std::string utcTime(int64_t wallNs) {
  const time_t seconds = wallNs / kNsPerSecond;
  tm utc{};
  gmtime_r(&seconds, &utc);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", utc.tm_year + 1900,
                     utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec,
                     wallNs % kNsPerSecond / kNsPerMs);
}

std::string localTime(int64_t wallNs) {
  const time_t seconds = wallNs / kNsPerSecond;
  tm local{};
  localtime_r(&seconds, &local);
  return fmt::format("{:02}:{:02}:{:02}.{:03}", local.tm_hour, local.tm_min, local.tm_sec,
                     wallNs % kNsPerSecond / kNsPerMs);
}

/// The kind of message as 128 bits, in the form of sd-id128.
std::string messageId(const Line& line) {
  const std::string kind = fmt::format("{}\n{}", line.topic, line.pattern);
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(kind.data()), kind.size(), digest.data());
  std::string id;
  for (size_t i = 0; i < 16; ++i) id += fmt::format("{:02x}", digest[i]);
  return id;
}

}  // namespace

std::string jsonString(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const Character c = firstOf(text);
    if (!c.valid)
      out += "\xef\xbf\xbd";
    else if (c.code == '"' || c.code == '\\')
      (out += '\\') += static_cast<char>(c.code);
    else if (c.code == '\n')
      out += "\\n";
    else if (isControl(c.code))
      out += fmt::format("\\u{:04x}", c.code);
    else
      out += text.substr(0, c.bytes);
    text.remove_prefix(c.bytes);
  }
  return out + '"';
}

std::string textLine(const Line& line, bool colour) {
  const size_t level = indexOf(line.level);
  std::string out = localTime(line.wallNs) + " ";
  const std::string name = fmt::format("{:<7}", kLevelNames[level]);
  out += colour ? fmt::format("{}{}{}", kColours[level], name, kPlain) : name;
  out += fmt::format(" {}", oneLine(line.topic));
  const auto about = [&out](const char* what, std::string_view id) {
    if (!id.empty()) out += fmt::format(" {}={}", what, oneLine(id));
  };
  about("room", line.subject.room);
  about("peer", line.subject.peer);
  about("request", line.subject.request);
  return out + ": " + oneLine(line.message) + "\n";
}

std::string jsonLine(const Line& line) {
  std::string out = fmt::format(R"({{"time":"{}","level":"{}","topic":{})", utcTime(line.wallNs),
                                kLevelNames[indexOf(line.level)], jsonString(line.topic));
  const auto about = [&out](const char* what, std::string_view id) {
    if (!id.empty()) out += fmt::format(R"(,"{}":{})", what, jsonString(id));
  };
  about("room", line.subject.room);
  about("peer", line.subject.peer);
  about("request", line.subject.request);
  return out + fmt::format(",\"message\":{}}}\n", jsonString(line.message));
}

std::vector<std::string> journalFields(const Line& line) {
  std::vector<std::string> fields;
  const auto add = [&fields](const char* name, std::string_view value) {
    if (!value.empty()) fields.push_back(fmt::format("{}={}", name, value));
  };
  fields.push_back(fmt::format("MESSAGE={}", line.message));
  add("PRIORITY", fmt::to_string(kPriorities[indexOf(line.level)]));
  add("PARLOUR_TOPIC", line.topic);
  add("ROOM_ID", line.subject.room);
  add("PEER_ID", line.subject.peer);
  add("REQUEST_ID", line.subject.request);
  if (!line.pattern.empty()) add("MESSAGE_ID", messageId(line));
  return fields;
}

}  // namespace parlour::log
