// The forms of a log line, whatever bytes are in it.
#include <json-glib/json-glib.h>

#include "base/clock.hpp"
#include "base/log_flood.hpp"
#include "base/log_line.hpp"
#include "base/ref.hpp"

#include "support/check_suite.hpp"

using namespace parlour;
using namespace parlour::log;

namespace {

constexpr int64_t kTime = 1'700'000'000'123 * kNsPerMs;

Line lineOf(std::string_view message, Subject subject = {}) {
  return {kTime, Level::kWarning, "transport", subject, message};
}

/// The member of a JSON object, as another JSON library reads it.
std::string memberOf(const std::string& json, const char* name) {
  const auto parser = Ref<JsonParser>::adopt(json_parser_new());
  ck_assert_msg(json_parser_load_from_data(parser.get(), json.data(),
                                           static_cast<gssize>(json.size()), nullptr),
                "%s", json.c_str());
  JsonObject* object = json_node_get_object(json_parser_get_root(parser.get()));
  ck_assert_msg(json_object_has_member(object, name), "%s has no %s", json.c_str(), name);
  return json_object_get_string_member(object, name);
}

}  // namespace

START_TEST(json_lines_have_what_is_known_and_nothing_else) {
  ck_assert_text(jsonLine(lineOf("hello")),
                 "{\"time\":\"2023-11-14T22:13:20.123Z\",\"level\":\"warning\","
                 "\"topic\":\"transport\",\"message\":\"hello\"}\n");
  ck_assert_text(jsonLine(lineOf("hello", {"lobby", "p_1", "7"})),
                 "{\"time\":\"2023-11-14T22:13:20.123Z\",\"level\":\"warning\","
                 "\"topic\":\"transport\",\"room\":\"lobby\",\"peer\":\"p_1\","
                 "\"request\":\"7\",\"message\":\"hello\"}\n");
}
END_TEST

START_TEST(json_holds_any_bytes) {
  const struct {
    std::string_view raw;
    const char* read;
  } cases[] = {
      {"quote \" backslash \\ slash /", "quote \" backslash \\ slash /"},
      {"tab\tline\nreturn\r", "tab\tline\nreturn\r"},
      {"\x01\x1f\x7f", "\x01\x1f\x7f"},
      {"Grüße 日本 🎥 \xe2\x80\xa8", "Grüße 日本 🎥 \xe2\x80\xa8"},
      {"\xc2\x9b", "\xc2\x9b"},
      {"\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd"},
      {"cut \xe2\x82", "cut \xef\xbf\xbd\xef\xbf\xbd"},
      {"overlong \xc0\xaf", "overlong \xef\xbf\xbd\xef\xbf\xbd"},
      {"surrogate \xed\xa0\x80", "surrogate \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
      {"above \xf4\x90\x80\x80", "above \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
      {"", ""},
  };
  for (const auto& c : cases) {
    const std::string json = jsonLine(lineOf(c.raw, {.room = c.raw}));
    ck_assert_text(memberOf(json, "message"), c.read);
    if (!c.raw.empty()) ck_assert_text(memberOf(json, "room"), c.read);
    ck_assert_uint_eq(json.find('\n'), json.size() - 1);
  }
  ck_assert_text(jsonString(std::string_view("a\0b", 3)), "\"a\\u0000b\"");
  std::string every;
  for (int c = 0; c < 256; ++c) every += static_cast<char>(c);
  ck_assert(g_utf8_validate(jsonString(every).c_str(), -1, nullptr));
}
END_TEST

START_TEST(text_is_one_line_and_cannot_move_the_cursor) {
  setenv("TZ", "UTC", 1);
  tzset();
  ck_assert_text(textLine(lineOf("hello", {"lobby", "p_1", "7"}), false),
                 "22:13:20.123 warning transport room=lobby peer=p_1 request=7: hello\n");
  const std::string evil = textLine(
      lineOf(std::string_view("a\nERROR b\x1b[2J\r\xc2\x9b\xff\0é", 20), {.room = "x\ny"}), true);
  ck_assert_text(evil,
                 "22:13:20.123 \x1b[33mwarning\x1b[0m transport room=x\\ny: "
                 "a\\nERROR b\\x1b[2J\\x0d\\xc2\\x9b\\xff\\x00é\n");
}
END_TEST

START_TEST(journal_fields_name_room_peer_and_kind_of_message) {
  Line line = lineOf("peer 7 left\nhere", {"lobby", "p_1", "9"});
  line.pattern = "peer {} left";
  auto fields = journalFields(line);
  ck_assert_uint_eq(fields.size(), 7);
  const char* wanted[] = {"MESSAGE=peer 7 left\nhere",
                          "PRIORITY=4",
                          "PARLOUR_TOPIC=transport",
                          "ROOM_ID=lobby",
                          "PEER_ID=p_1",
                          "REQUEST_ID=9"};
  for (size_t i = 0; i < std::size(wanted); ++i) ck_assert_text(fields[i], wanted[i]);
  ck_assert(fields[6].starts_with("MESSAGE_ID="));
  ck_assert_uint_eq(fields[6].size(), strlen("MESSAGE_ID=") + 32);

  Line same = lineOf("peer 8 left", {});
  same.pattern = "peer {} left";
  ck_assert_text(journalFields(same).back(), fields[6]);
  same.pattern = "peer {} came";
  ck_assert(journalFields(same).back() != fields[6]);
}
END_TEST

START_TEST(a_flood_is_cut_and_counted) {
  FloodGate gate(3, 2);
  int64_t now = kNsPerSecond;
  for (int i = 0; i < 3; ++i) ck_assert(gate.admit("a", now) == 0u);
  for (int i = 0; i < 1000; ++i) ck_assert(!gate.admit("a", now));
  ck_assert(gate.admit("b", now) == 0u);
  now += kNsPerSecond / 2;
  ck_assert(gate.admit("a", now) == 1000u);
  ck_assert(!gate.admit("a", now));
  now += 3600 * kNsPerSecond;
  ck_assert(gate.admit("a", now) == 1u);
  for (int i = 0; i < 2; ++i) ck_assert(gate.admit("a", now) == 0u);
  ck_assert(!gate.admit("a", now));
}
END_TEST

int main() {
  return test::runSuite(
      "log lines", {json_lines_have_what_is_known_and_nothing_else, json_holds_any_bytes,
                    text_is_one_line_and_cannot_move_the_cursor,
                    journal_fields_name_room_peer_and_kind_of_message, a_flood_is_cut_and_counted});
}
