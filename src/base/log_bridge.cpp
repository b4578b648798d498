#include "base/log_bridge.hpp"

#include <glib.h>
#include <gst/gst.h>

#include <cstring>
#include <mutex>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/log_flood.hpp"

namespace parlour::log {
namespace {

constexpr uint32_t kBurst = 20;
constexpr uint32_t kPerSecond = 2;

FloodGate& gate() {
  static auto* gate = new FloodGate(kBurst, kPerSecond);  // Libraries log until the very end.
  return *gate;
}

/// Writes a line of a library, unless it floods.
void writeForeign(const char* topic, Level level, std::string_view message) {
  const auto suppressed = gate().admit(topic, SystemClock().nowNs());
  if (!suppressed) return;
  if (*suppressed == 0) return write({topic}, level, {}, message);
  write({topic}, level, {}, fmt::format("{} ({} more were suppressed)", message, *suppressed));
}

Level levelOf(GLogLevelFlags flags) {
  if (flags & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL)) return Level::kError;
  if (flags & G_LOG_LEVEL_WARNING) return Level::kWarning;
  if (flags & G_LOG_LEVEL_DEBUG) return Level::kDebug;
  return Level::kInfo;
}

std::string_view textOf(const GLogField& field) {
  const auto* text = static_cast<const char*>(field.value);
  if (!text) return {};
  return field.length < 0 ? std::string_view(text)
                          : std::string_view(text, static_cast<size_t>(field.length));
}

GLogWriterOutput writeGlib(GLogLevelFlags flags, const GLogField* fields, gsize count,
                           gpointer) noexcept {
  std::string domain = "glib";
  std::string_view message;
  for (gsize i = 0; i < count; ++i) {
    const std::string_view key = fields[i].key;
    if (key == "MESSAGE") message = textOf(fields[i]);
    if (key == "GLIB_DOMAIN") domain = textOf(fields[i]);
  }
  const bool fatal = (flags & (G_LOG_LEVEL_ERROR | G_LOG_FLAG_FATAL)) != 0;
  if (fatal) {
    write({domain.c_str()}, Level::kError, {}, message);  // GLib aborts next.
    return G_LOG_WRITER_HANDLED;
  }
  const Level level = levelOf(flags);
  const bool wanted =
      level != Level::kDebug || !g_log_writer_default_would_drop(flags, domain.c_str());
  if (wanted && enabled(level)) writeForeign(domain.c_str(), level, message);
  return G_LOG_WRITER_HANDLED;
}

/// Warnings of what we do on purpose, on every join: a participant without data channel gets a dummy
/// audio line in webrtcbin's description, which has no transceiver there.
bool isExpected(const char* category, const char* function) {
  return std::strcmp(category, "webrtcbin") == 0 &&
         std::strcmp(function, "_create_answer_task") == 0;
}

Level levelOf(GstDebugLevel level) {
  if (level == GST_LEVEL_ERROR) return Level::kError;
  if (level == GST_LEVEL_WARNING) return Level::kWarning;
  return level == GST_LEVEL_FIXME || level == GST_LEVEL_INFO ? Level::kInfo : Level::kDebug;
}

/// `data` is not null where GST_DEBUG asks for these lines: they all come then.
void writeGst(GstDebugCategory* category, GstDebugLevel level, const gchar*, const gchar* function,
              gint, GObject*, GstDebugMessage* message, gpointer data) noexcept {
  if (level > gst_debug_category_get_threshold(category)) return;
  const char* name = gst_debug_category_get_name(category);
  const bool asked = data != nullptr;
  if (!asked && (!enabled(levelOf(level)) || isExpected(name, function))) return;
  std::optional<uint64_t> suppressed = 0;
  // Asked before the message is formatted: that costs more than this.
  if (!asked && !(suppressed = gate().admit(name, SystemClock().nowNs()))) return;
  // The id is made without the object's lock, which the caller may hold.
  const gchar* object = gst_debug_message_get_id(message);
  std::string text = fmt::format("{}{}{} [{}]", object ? object : "", object ? ": " : "",
                                 gst_debug_message_get(message), function);
  if (*suppressed > 0) text += fmt::format(" ({} more were suppressed)", *suppressed);
  write({name}, levelOf(level), {}, text);
}

}  // namespace

void installBridges() {
  static std::once_flag once;
  std::call_once(once, [] {
    g_log_set_writer_func(writeGlib, nullptr, nullptr);
    static int asked = 1;
    const bool byUser = g_getenv("GST_DEBUG") != nullptr;
    gst_debug_remove_log_function(gst_debug_log_default);
    gst_debug_add_log_function(writeGst, byUser ? &asked : nullptr, nullptr);
    if (!byUser) gst_debug_set_default_threshold(GST_LEVEL_WARNING);
  });
}

}  // namespace parlour::log
