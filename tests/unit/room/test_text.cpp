#include <string>

#include "recording_outputs.hpp"
#include "room/text.hpp"

using namespace parlour;
using namespace parlour::room;
using namespace parlour::room::test;

START_TEST(well_formed_utf8_is_told_from_malformed) {
  for (const char* good :
       {"", "plain", "Zoë", "日本", "\U0001F600", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF"})
    ck_assert_msg(isUtf8(good), "refused: %s", good);
  for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xC3", "\xE0\x80\x80", "\xE2\x82",
                          "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80",
                          "\xF5\x80\x80\x80", "\xFF", "a\xE2(b"})
    ck_assert_msg(!isUtf8(bad), "accepted a malformed string of %zu bytes", strlen(bad));
}
END_TEST

START_TEST(a_name_is_trimmed_of_every_white_space) {
  EXPECT_TEXT("Ada Lovelace", *displayName("  Ada Lovelace \u00A0\u3000"));
  EXPECT_TEXT("日本 太郎", *displayName("\u2003日本 太郎"));
}
END_TEST

START_TEST(a_name_of_64_characters_is_the_longest) {
  std::string wide;
  for (int i = 0; i < 64; ++i) wide += "\U0001F600";
  ck_assert(static_cast<bool>(displayName(wide)));
  EXPECT_TEXT("bad_message", errorCode(displayName(wide + "x")));
  ck_assert(static_cast<bool>(displayName(std::string(64, 'a') + "      ")));
  EXPECT_TEXT("bad_message", errorCode(displayName(std::string(65, 'a'))));
  EXPECT_TEXT("bad_message", errorCode(displayName(std::string(100000, ' '))));
}
END_TEST

START_TEST(a_name_without_anything_to_see_is_refused) {
  for (const char* name : {"", "   ", "\u3000", "\u200D", "\u200C\u200D"})
    EXPECT_TEXT("bad_message", errorCode(displayName(name)));
}
END_TEST

START_TEST(a_name_that_could_deceive_is_refused) {
  for (const char* name : {"a\nb", "a\x7F", "a\u0085", "a\u202Eb", "a\u2066b", "a\u200Bb",
                           "\uFEFFa", "a\u2028b", "\xC3(", "a\u00ADb", "a\uFFFE"})
    EXPECT_TEXT("bad_message", errorCode(displayName(name)));
  EXPECT_TEXT("bad_message", errorCode(displayName(std::string("a\0b", 3))));
}
END_TEST

START_TEST(a_name_with_joined_emoji_is_kept) {
  EXPECT_TEXT("\U0001F468\u200D\U0001F469", *displayName("\U0001F468\u200D\U0001F469"));
}
END_TEST

START_TEST(a_message_keeps_its_lines_and_loses_carriage_returns) {
  EXPECT_TEXT("one\n\ttwo", *chatText("one\r\n\ttwo", 100));
}
END_TEST

START_TEST(a_blank_message_is_empty) {
  for (const char* text : {"", " ", "\n\t", "\u00A0\u200B"})
    EXPECT_TEXT("chat_empty", errorCode(chatText(text, 100)));
}
END_TEST

START_TEST(a_message_is_measured_in_bytes) {
  ck_assert(static_cast<bool>(chatText(std::string(10, 'x'), 10)));
  EXPECT_TEXT("chat_too_long", errorCode(chatText(std::string(11, 'x'), 10)));
  EXPECT_TEXT("chat_too_long", errorCode(chatText("日本語日", 10)));
}
END_TEST

START_TEST(a_message_with_control_characters_or_malformed_is_refused) {
  for (const char* text : {"a\x01", "a\u0085", "\xE2\x28\xA1", "a\x1B[31m"})
    EXPECT_TEXT("bad_message", errorCode(chatText(text, 100)));
  EXPECT_TEXT("bad_message", errorCode(chatText(std::string("a\0b", 3), 100)));
}
END_TEST

int main() {
  return runSuite(
      "room text",
      {well_formed_utf8_is_told_from_malformed, a_name_is_trimmed_of_every_white_space,
       a_name_of_64_characters_is_the_longest, a_name_without_anything_to_see_is_refused,
       a_name_that_could_deceive_is_refused, a_name_with_joined_emoji_is_kept,
       a_message_keeps_its_lines_and_loses_carriage_returns, a_blank_message_is_empty,
       a_message_is_measured_in_bytes, a_message_with_control_characters_or_malformed_is_refused});
}
