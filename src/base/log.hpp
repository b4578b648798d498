// Structured log lines: a topic, a level, who it is about, a sentence.
//
// Writers (chosen at start): journald fields under systemd, JSON lines when stderr is not a
// terminal, readable text on one. Thread: any. Never call it per packet.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace parlour::log {

enum class Level { kDebug, kInfo, kWarning, kError };

/// Whom a line is about; empty fields are left out.
struct Subject {
  std::string_view room = {};
  std::string_view peer = {};
  std::string_view request = {};
};

/// One per file: names the part of the server that speaks, e.g. `log::Topic topic{"transport"}`.
struct Topic {
  const char* name;
};

/// Where lines go.
enum class Format { kAuto, kText, kJson, kJournal };

/// Chooses the writer and the least level written, and bridges GLib's and GStreamer's own logs.
/// Called once, before threads start.
void configure(Format format, Level least);
bool enabled(Level level);
/// `pattern` is the message without its arguments; it makes the journal's MESSAGE_ID.
void write(const Topic& topic, Level level, const Subject& subject, std::string_view message,
           std::string_view pattern = {});

template <typename... Args>
void emit(const Topic& topic, Level level, const Subject& subject,
          fmt::format_string<Args...> format, Args&&... args) {
  if (!enabled(level)) return;
  const fmt::string_view pattern = format;
  write(topic, level, subject, fmt::format(format, std::forward<Args>(args)...),
        {pattern.data(), pattern.size()});
}
template <typename... Args>
void debug(const Topic& t, const Subject& s, fmt::format_string<Args...> f, Args&&... a) {
  emit(t, Level::kDebug, s, f, std::forward<Args>(a)...);
}
template <typename... Args>
void info(const Topic& t, const Subject& s, fmt::format_string<Args...> f, Args&&... a) {
  emit(t, Level::kInfo, s, f, std::forward<Args>(a)...);
}
template <typename... Args>
void warning(const Topic& t, const Subject& s, fmt::format_string<Args...> f, Args&&... a) {
  emit(t, Level::kWarning, s, f, std::forward<Args>(a)...);
}
template <typename... Args>
void error(const Topic& t, const Subject& s, fmt::format_string<Args...> f, Args&&... a) {
  emit(t, Level::kError, s, f, std::forward<Args>(a)...);
}

}  // namespace parlour::log
