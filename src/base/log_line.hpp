// Line: one log line, and its forms: text for people, JSON for collectors, fields for the journal.
// Pure. Thread: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.hpp"

namespace parlour::log {

struct Line {
  int64_t wallNs = 0;  ///< Since 1970-01-01T00:00:00Z.
  Level level = Level::kInfo;
  std::string_view topic;
  Subject subject = {};
  std::string_view message;
  std::string_view pattern = {};  ///< As in write().
};

/// "12:34:56.789 warning transport room=lobby: message", local time, one line whatever the message
/// holds: control characters are shown as \n, \x1b, bytes that are no UTF-8 as \xNN.
std::string textLine(const Line& line, bool colour);
/// One JSON object (RFC 8259), time as RFC 3339 in UTC. Bytes that are no UTF-8 become U+FFFD.
std::string jsonLine(const Line& line);
/// "NAME=value" of systemd.journal-fields(7). MESSAGE_ID is constant for topic and pattern, so
/// that one kind of message can be found: journalctl MESSAGE_ID=….
std::vector<std::string> journalFields(const Line& line);

/// `text` as a JSON string with its quotes.
std::string jsonString(std::string_view text);

}  // namespace parlour::log
