#include "rtp/key_frame_requests.hpp"

// Last: check.h takes the name "fail".
#include "suite.hpp"

using namespace parlour;
using namespace parlour::rtp;

namespace {

constexpr int64_t ms(int64_t value) {
  return value * kNsPerMs;
}

/// Requests sent in [from, to) when asked every 10 ms.
int sentBetween(KeyFrameRequests& requests, int64_t fromMs, int64_t toMs) {
  int sent = 0;
  for (int64_t at = fromMs; at < toMs; at += 10) sent += requests.due(ms(at)) ? 1 : 0;
  return sent;
}

}  // namespace

START_TEST(nothing_is_sent_unasked) {
  KeyFrameRequests requests;
  ck_assert_int_eq(sentBetween(requests, 0, 5000), 0);
  ck_assert(!requests.wanted());
}
END_TEST

START_TEST(the_first_ask_is_sent_at_once) {
  KeyFrameRequests requests;
  requests.ask(ms(5));
  ck_assert(requests.due(ms(5)));
  ck_assert(!requests.due(ms(5)));
  ck_assert_int_eq(requests.askedNs(), ms(5));
}
END_TEST

START_TEST(many_askers_make_one_request) {
  KeyFrameRequests requests;
  int sent = 0;
  for (int64_t at = 0; at < 300; ++at) {
    requests.ask(ms(at));
    sent += requests.due(ms(at)) ? 1 : 0;
  }
  ck_assert_int_eq(sent, 1);
}
END_TEST

START_TEST(an_unanswered_request_is_repeated_until_the_key_frame) {
  KeyFrameRequests requests;
  requests.ask(0);
  ck_assert_int_eq(sentBetween(requests, 0, 1200), 4);
  requests.onKeyFrame(ms(1200));
  ck_assert(!requests.wanted());
  ck_assert_int_eq(sentBetween(requests, 1200, 5000), 0);
}
END_TEST

START_TEST(an_ask_after_the_key_frame_is_new_and_still_spaced) {
  KeyFrameRequests requests;
  requests.ask(0);
  ck_assert(requests.due(0));
  requests.onKeyFrame(ms(50));
  requests.ask(ms(60));
  ck_assert(!requests.due(ms(299)));
  ck_assert(requests.due(ms(300)));
}
END_TEST

START_TEST(a_key_frame_of_before_the_ask_does_not_answer_it) {
  KeyFrameRequests requests;
  requests.ask(ms(100));
  requests.onKeyFrame(ms(99));
  ck_assert(requests.wanted());
}
END_TEST

START_TEST(a_publisher_that_never_answers_is_asked_more_slowly) {
  KeyFrameRequests requests;
  requests.ask(0);
  ck_assert_int_eq(sentBetween(requests, 0, 6000), 20);
  ck_assert_int_eq(sentBetween(requests, 6000, 16000), 10);
}
END_TEST

START_TEST(a_cancelled_ask_is_not_sent) {
  KeyFrameRequests requests;
  requests.ask(0);
  requests.cancel();
  ck_assert_int_eq(sentBetween(requests, 0, 1000), 0);
}
END_TEST

int main() {
  return runSuite(
      "key_frame_requests",
      {nothing_is_sent_unasked, the_first_ask_is_sent_at_once, many_askers_make_one_request,
       an_unanswered_request_is_repeated_until_the_key_frame,
       an_ask_after_the_key_frame_is_new_and_still_spaced,
       a_key_frame_of_before_the_ask_does_not_answer_it,
       a_publisher_that_never_answers_is_asked_more_slowly, a_cancelled_ask_is_not_sent});
}
