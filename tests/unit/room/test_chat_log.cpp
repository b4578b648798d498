#include <set>

#include "recording_outputs.hpp"
#include "room/chat_log.hpp"

using namespace parlour;
using namespace parlour::room;
using namespace parlour::room::test;

START_TEST(messages_have_growing_sequences_and_ids_of_their_own) {
  VirtualClock clock;
  ChatLog log({10, 100}, clock);
  std::set<std::string> ids;
  for (uint64_t i = 1; i <= 20; ++i) {
    const auto message = log.post(person("p_ada"), {}, "hello");
    ck_assert_uint_eq(message->sequence, i);
    ids.insert(message->id);
  }
  ck_assert_uint_eq(ids.size(), 20);
}
END_TEST

START_TEST(a_message_carries_its_sender_its_name_then_and_the_wall_clock) {
  VirtualClock clock;
  ChatLog log({10, 100}, clock);
  const auto message = log.post(person("p_ada"), {}, "hello");
  EXPECT_TEXT("p_ada", message->from);
  EXPECT_TEXT("ada", message->fromName);
  EXPECT_TEXT("hello", message->text);
  ck_assert_int_eq(message->timeNs, clock.wallNs());
}
END_TEST

START_TEST(the_oldest_message_goes_when_the_log_is_full) {
  VirtualClock clock;
  ChatLog log({3, 100}, clock);
  for (const char* text : {"1", "2", "3", "4", "5"})
    ck_assert(static_cast<bool>(log.post(person("p_ada"), {}, text)));
  const auto messages = log.visibleTo("p_bob");
  ck_assert_uint_eq(messages.size(), 3);
  EXPECT_TEXT("3", messages.front().text);
  EXPECT_TEXT("5", messages.back().text);
}
END_TEST

START_TEST(a_log_of_no_messages_keeps_none_and_still_numbers_them) {
  VirtualClock clock;
  ChatLog log({0, 100}, clock);
  ck_assert(static_cast<bool>(log.post(person("p_ada"), {}, "1")));
  ck_assert_uint_eq(log.post(person("p_ada"), {}, "2")->sequence, 2);
  ck_assert_uint_eq(log.size(), 0);
}
END_TEST

START_TEST(a_direct_message_is_visible_to_its_two_ends_only) {
  VirtualClock clock;
  ChatLog log({10, 100}, clock);
  ck_assert(static_cast<bool>(log.post(person("p_ada"), "p_bob", "psst")));
  ck_assert_uint_eq(log.visibleTo("p_ada").size(), 1);
  ck_assert_uint_eq(log.visibleTo("p_bob").size(), 1);
  ck_assert_uint_eq(log.visibleTo("p_eve").size(), 0);
}
END_TEST

START_TEST(direct_messages_go_when_both_ends_are_gone) {
  VirtualClock clock;
  ChatLog log({10, 100}, clock);
  ck_assert(static_cast<bool>(log.post(person("p_ada"), "p_bob", "psst")));
  ck_assert(static_cast<bool>(log.post(person("p_ada"), {}, "all")));
  log.dropUnreadable([](const ParticipantId& id) { return id == "p_bob"; });
  ck_assert_uint_eq(log.size(), 2);
  log.dropUnreadable([](const ParticipantId&) { return false; });
  ck_assert_uint_eq(log.size(), 1);
}
END_TEST

START_TEST(a_refused_message_takes_no_sequence) {
  VirtualClock clock;
  ChatLog log({10, 5}, clock);
  EXPECT_TEXT("chat_too_long", errorCode(log.post(person("p_ada"), {}, "123456")));
  EXPECT_TEXT("chat_empty", errorCode(log.post(person("p_ada"), {}, "  ")));
  ck_assert_uint_eq(log.post(person("p_ada"), {}, "12345")->sequence, 1);
}
END_TEST

int main() {
  return runSuite("room chat log", {messages_have_growing_sequences_and_ids_of_their_own,
                                    a_message_carries_its_sender_its_name_then_and_the_wall_clock,
                                    the_oldest_message_goes_when_the_log_is_full,
                                    a_log_of_no_messages_keeps_none_and_still_numbers_them,
                                    a_direct_message_is_visible_to_its_two_ends_only,
                                    direct_messages_go_when_both_ends_are_gone,
                                    a_refused_message_takes_no_sequence});
}
