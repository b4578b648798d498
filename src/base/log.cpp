#include "base/log.hpp"

#include <glib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>

#if HAVE_SYSTEMD
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#endif

#include "base/clock.hpp"
#include "base/log_bridge.hpp"
#include "base/log_line.hpp"
#include "base/mutex.hpp"

namespace parlour::log {
namespace {

std::atomic<Level> leastLevel{Level::kInfo};
std::atomic<Format> chosenFormat{Format::kText};
std::atomic<bool> withColour{false};

/// systemd names the device and inode of the stream that it gave us for stderr.
bool stderrIsJournal() {
  const char* stream = g_getenv("JOURNAL_STREAM");
  struct stat status {};
  if (!stream || fstat(STDERR_FILENO, &status) != 0) return false;
  return fmt::format("{}:{}", status.st_dev, status.st_ino) == stream;
}

/// Whole lines, never mixed. A stderr that takes nothing loses the line: logging must not stop us.
void writeToStderr(std::string_view text) {
  static Mutex mutex;
  const Lock lock(mutex);
  while (!text.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<size_t>(written));
  }
}

bool writeToJournal(const Line& line) {
#if HAVE_SYSTEMD
  std::vector<std::string> fields = journalFields(line);
  std::vector<iovec> parts;
  for (std::string& field : fields) parts.push_back({field.data(), field.size()});
  return sd_journal_sendv(parts.data(), static_cast<int>(parts.size())) == 0;
#else
  return false;
#endif
}

Format automatic() {
#if HAVE_SYSTEMD
  if (stderrIsJournal()) return Format::kJournal;
#endif
  return isatty(STDERR_FILENO) ? Format::kText : Format::kJson;
}

}  // namespace

void configure(Format format, Level least) {
  leastLevel = least;
  chosenFormat = format == Format::kAuto ? automatic() : format;
  const char* noColour = g_getenv("NO_COLOR");  // no-color.org: set and not empty.
  withColour = isatty(STDERR_FILENO) && !(noColour && *noColour);
  installBridges();
}

bool enabled(Level level) {
  return level >= leastLevel.load(std::memory_order_relaxed);
}

void write(const Topic& topic, Level level, const Subject& subject, std::string_view message,
           std::string_view pattern) {
  const Line line{SystemClock().wallNs(), level, topic.name, subject, message, pattern};
  const Format format = chosenFormat.load(std::memory_order_relaxed);
  if (format == Format::kJournal && writeToJournal(line)) return;
  writeToStderr(format == Format::kJson ? jsonLine(line)
                                        : textLine(line, withColour && format == Format::kText));
}

}  // namespace parlour::log
