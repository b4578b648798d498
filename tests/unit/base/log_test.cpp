// What reaches stderr: our own lines, GLib's and GStreamer's. Each test is a process of its own.
#include <gst/gst.h>

#include <algorithm>

#include "base/log.hpp"
#include "support/captured_stderr.hpp"

#include "support/check_suite.hpp"

using namespace parlour;

namespace {

constexpr log::Topic topic{"test"};
GST_DEBUG_CATEGORY_STATIC(noisy);

int count(const std::string& text, const std::string& part) {
  int n = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++n;
  return n;
}

bool has(const std::string& text, const std::string& part) {
  return count(text, part) > 0;
}

void startGst() {
  unsetenv("GST_DEBUG");
  setenv("GST_REGISTRY_DISABLE", "yes", 1);
  gst_init(nullptr, nullptr);
  GST_DEBUG_CATEGORY_INIT(noisy, "noisy", 0, "a test");
}

}  // namespace

START_TEST(lines_below_the_level_are_not_written) {
  const test::CapturedStderr captured;
  log::configure(log::Format::kText, log::Level::kWarning);
  log::info(topic, {}, "quiet");
  log::warning(topic, {.room = "lobby"}, "loud {}", 7);
  ck_assert(!has(captured.text(), "quiet"));
  ck_assert(has(captured.text(), "warning test room=lobby: loud 7\n"));
}
END_TEST

START_TEST(automatic_is_json_where_nobody_reads_on_a_terminal) {
  unsetenv("JOURNAL_STREAM");
  const test::CapturedStderr captured;
  log::configure(log::Format::kAuto, log::Level::kInfo);
  log::info(topic, {}, "hello");
  ck_assert(captured.text().starts_with("{\"time\":"));
}
END_TEST

START_TEST(a_journal_stream_that_is_not_stderr_is_ignored) {
  setenv("JOURNAL_STREAM", "1:1", 1);
  const test::CapturedStderr captured;
  log::configure(log::Format::kAuto, log::Level::kInfo);
  log::info(topic, {}, "hello");
  ck_assert(captured.text().starts_with("{\"time\":"));
}
END_TEST

START_TEST(text_in_a_file_has_no_colours) {
  const test::CapturedStderr captured;
  log::configure(log::Format::kText, log::Level::kInfo);
  log::error(topic, {}, "hello");
  ck_assert(!has(captured.text(), "\x1b"));
}
END_TEST

START_TEST(glib_logs_through_us) {
  const test::CapturedStderr captured;
  log::configure(log::Format::kJson, log::Level::kInfo);
  g_log_structured("some-library", G_LOG_LEVEL_WARNING, "MESSAGE", "watch \"%s\"", "out");
  g_log_structured("some-library", G_LOG_LEVEL_DEBUG, "MESSAGE", "details");
  g_log("old-library", G_LOG_LEVEL_MESSAGE, "from %s", "g_log");
  const std::string text = captured.text();
  ck_assert(has(text,
                "\"level\":\"warning\",\"topic\":\"some-library\",\"message\":\"watch "
                "\\\"out\\\"\""));
  ck_assert(has(text, "\"level\":\"info\",\"topic\":\"old-library\",\"message\":\"from g_log\""));
  ck_assert(!has(text, "details"));
}
END_TEST

START_TEST(a_library_that_floods_is_cut) {
  const test::CapturedStderr captured;
  log::configure(log::Format::kText, log::Level::kInfo);
  for (int i = 0; i < 5000; ++i) g_log_structured("flood", G_LOG_LEVEL_WARNING, "MESSAGE", "again");
  log::info(topic, {}, "our own line");
  // 20 at once and 2 a second, however slow this machine is.
  ck_assert_int_ge(count(captured.text(), "again"), 20);
  ck_assert_int_le(count(captured.text(), "again"), 60);
  ck_assert(has(captured.text(), "our own line"));
}
END_TEST

START_TEST(gstreamer_warnings_come_and_its_details_do_not) {
  const test::CapturedStderr captured;
  startGst();
  log::configure(log::Format::kText, log::Level::kInfo);
  GstElement* bin = gst_bin_new("a-bin");
  GST_CAT_WARNING_OBJECT(noisy, bin, "a warning of %d", 7);
  GST_CAT_ERROR(noisy, "an error");
  GST_CAT_INFO(noisy, "an information");
  gst_object_unref(bin);
  const std::string text = captured.text();
  ck_assert_msg(has(text, "warning noisy: a-bin: a warning of 7 ["), "%s", text.c_str());
  ck_assert(has(text, "error   noisy: an error ["));
  ck_assert(!has(text, "an information"));
  // And none of it comes a second time in GStreamer's own form.
  ck_assert_int_eq(count(text, "a warning of 7"), 1);
}
END_TEST

START_TEST(gstreamer_floods_are_cut_before_they_are_formatted) {
  const test::CapturedStderr captured;
  startGst();
  log::configure(log::Format::kText, log::Level::kInfo);
  for (int i = 0; i < 5000; ++i) GST_CAT_WARNING(noisy, "again");
  ck_assert_int_ge(count(captured.text(), "again"), 20);
  ck_assert_int_le(count(captured.text(), "again"), 60);
}
END_TEST

START_TEST(an_object_may_be_locked_while_gstreamer_logs_about_it) {
  const test::CapturedStderr captured;
  startGst();
  log::configure(log::Format::kText, log::Level::kInfo);
  GstElement* bin = gst_bin_new("locked");
  GST_OBJECT_LOCK(bin);
  GST_CAT_WARNING_OBJECT(noisy, bin, "inside");
  GST_OBJECT_UNLOCK(bin);
  gst_object_unref(bin);
  ck_assert(has(captured.text(), "inside"));
}
END_TEST

START_TEST(gst_debug_of_the_user_is_obeyed_in_full) {
  const test::CapturedStderr captured;
  setenv("GST_DEBUG", "noisy:6", 1);
  setenv("GST_REGISTRY_DISABLE", "yes", 1);
  gst_init(nullptr, nullptr);
  GST_DEBUG_CATEGORY_INIT(noisy, "noisy", 0, "a test");
  log::configure(log::Format::kText, log::Level::kWarning);
  for (int i = 0; i < 100; ++i) GST_CAT_DEBUG(noisy, "details");
  ck_assert_int_eq(count(captured.text(), "details"), 100);
}
END_TEST

int main() {
  return test::runSuite(
      "log",
      {lines_below_the_level_are_not_written, automatic_is_json_where_nobody_reads_on_a_terminal,
       a_journal_stream_that_is_not_stderr_is_ignored, text_in_a_file_has_no_colours,
       glib_logs_through_us, a_library_that_floods_is_cut,
       gstreamer_warnings_come_and_its_details_do_not,
       gstreamer_floods_are_cut_before_they_are_formatted,
       an_object_may_be_locked_while_gstreamer_logs_about_it,
       gst_debug_of_the_user_is_obeyed_in_full});
}
