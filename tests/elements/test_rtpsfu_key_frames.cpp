// Key-frame requests: many askers, few requests, repeated for as long as somebody waits.
#include "rtpsfu_fixture.hpp"

using namespace parlour;
using namespace parlour::testing;

namespace {

transport::KeyFrameSource* keyFrameSourceOf(const Sfu& sfu, const char* padName) {
  gpointer source = nullptr;
  g_object_get(sfu.pad(padName).get(), "key-frame-source", &source, nullptr);
  ck_assert(source != nullptr);
  return static_cast<transport::KeyFrameSource*>(source);
}

/// Everything that was due by now has been done: the element waits for its next tick.
void settle(const Sfu& sfu) {
  gst_test_clock_wait_for_next_pending_id(sfu.clock(), nullptr);
}

}  // namespace

START_TEST(many_askers_make_one_request) {
  Sfu sfu;
  auto in = sfu.sink(0);
  auto* source = keyFrameSourceOf(sfu, "sink_0");
  for (int i = 0; i < 1000; ++i) source->requestKeyFrame();
  for (int i = 0; i < 10; ++i) ck_assert(sfu.requestKeyFrame(1));
  ck_assert_int_eq(awaitKeyFrameRequest(sfu, in), 1);
  settle(sfu);
  ck_assert_int_eq(keyFrameRequests(in), 0);
  ck_assert_uint_eq(sfu.stat("sink_0", "key-frame-asks"), 1010);
  ck_assert_uint_eq(sfu.stat("sink_0", "key-frame-requests"), 1);
}
END_TEST

START_TEST(the_request_is_for_a_picture_and_not_for_headers) {
  Sfu sfu;
  auto in = sfu.sink(0);
  sfu.requestKeyFrame(1);
  settle(sfu);
  bool found = false;
  while (GstEvent* event = gst_harness_try_pull_upstream_event(in.get())) {
    gboolean all = TRUE;
    if (gst_video_event_is_force_key_unit(event)) {
      ck_assert(gst_video_event_parse_upstream_force_key_unit(event, nullptr, &all, nullptr));
      ck_assert(!all);
      found = true;
    }
    gst_event_unref(event);
  }
  ck_assert(found);
}
END_TEST

START_TEST(a_request_is_repeated_every_300_ms_while_an_output_waits) {
  Sfu sfu;
  auto in = sfu.sink(0);
  auto out = sfu.src(0, 1);
  push(in, {.sequence = 1});  // Not a key frame: the output waits.
  ck_assert_int_eq(awaitKeyFrameRequest(sfu, in), 1);
  settle(sfu);
  for (int i = 0; i < 100; ++i) sfu.tick();  // 10 s
  // 20 at 300 ms, then one a second.
  const int requests = keyFrameRequests(in);
  ck_assert_int_ge(requests, 19 + 3);
  ck_assert_int_le(requests, 19 + 5);
}
END_TEST

START_TEST(a_stream_that_shows_itself_to_be_video_only_by_its_first_packet_is_asked) {
  Sfu sfu;
  auto out = sfu.src(0, 1);
  auto in = sfu.sink(0, "application/x-rtp");
  transport::RtpBufferPool pool(2, 0);
  gst_harness_push(in.get(), pooled(pool, {.sequence = 1}, 0));
  awaitKeyFrameRequest(sfu, in);
}
END_TEST

START_TEST(requests_end_with_the_key_frame) {
  Sfu sfu;
  auto in = sfu.sink(0);
  auto out = sfu.src(0, 1);
  awaitKeyFrameRequest(sfu, in);
  settle(sfu);
  push(in, {.sequence = 1, .key = true});
  pull(out);
  // The wait that was under way ends with nothing to do, and no other begins.
  sfu.crank();
  push(in, {.sequence = 2});
  pull(out);
  ck_assert_int_eq(keyFrameRequests(in), 0);
  ck_assert_uint_eq(gst_test_clock_peek_id_count(sfu.clock()), 0);
}
END_TEST

START_TEST(an_asker_that_says_nothing_more_is_forgotten_after_five_seconds) {
  Sfu sfu;
  auto in = sfu.sink(0);
  keyFrameSourceOf(sfu, "sink_0")->requestKeyFrame();
  awaitKeyFrameRequest(sfu, in);
  settle(sfu);
  for (int i = 0; i < 45; ++i) sfu.tick();
  ck_assert_int_ge(keyFrameRequests(in), 14);
  gst_test_clock_advance_time(sfu.clock(), 2 * GST_SECOND);
  sfu.crank();
  // One that asks again is served.
  keyFrameSourceOf(sfu, "sink_0")->requestKeyFrame();
  ck_assert_int_eq(awaitKeyFrameRequest(sfu, in), 1);
}
END_TEST

START_TEST(requests_of_different_streams_do_not_hold_each_other_up) {
  Sfu sfu;
  auto one = sfu.sink(0), two = sfu.sink(1);
  sfu.requestKeyFrame(1);
  ck_assert_int_eq(awaitKeyFrameRequest(sfu, one), 1);
  sfu.requestKeyFrame(2);
  ck_assert_int_eq(awaitKeyFrameRequest(sfu, two), 1);
  ck_assert_int_eq(keyFrameRequests(one), 0);
}
END_TEST

START_TEST(an_element_behind_an_output_asks_the_source_it_shows) {
  Sfu sfu;
  auto one = sfu.sink(0), two = sfu.sink(1);
  auto out = sfu.src(0, 2);
  awaitKeyFrameRequest(sfu, two);
  settle(sfu);
  push(two, {.sequence = 1, .key = true});
  pull(out);
  sfu.crank();
  ck_assert(gst_harness_push_upstream_event(
      out.get(), gst_video_event_new_upstream_force_key_unit(GST_CLOCK_TIME_NONE, TRUE, 1)));
  ck_assert_int_eq(awaitKeyFrameRequest(sfu, two), 1);
  ck_assert_int_eq(keyFrameRequests(one), 0);
}
END_TEST

START_TEST(nothing_else_that_an_output_is_told_reaches_publishers) {
  Sfu sfu;
  auto in = sfu.sink(0);
  auto out = sfu.src(0, 1);
  push(in, {.sequence = 1, .key = true});
  pull(out);
  while (GstEvent* event = gst_harness_try_pull_upstream_event(in.get())) gst_event_unref(event);
  ck_assert(gst_harness_push_upstream_event(
      out.get(), gst_event_new_qos(GST_QOS_TYPE_UNDERFLOW, 2.0, 100, 100)));
  ck_assert(gst_harness_push_upstream_event(out.get(), gst_event_new_reconfigure()));
  ck_assert(gst_harness_try_pull_upstream_event(in.get()) == nullptr);
}
END_TEST

START_TEST(a_muted_stream_is_not_asked) {
  Sfu sfu;
  auto in = sfu.sink(0), other = sfu.sink(1);
  auto out = sfu.src(0, 1);
  awaitKeyFrameRequest(sfu, in);
  settle(sfu);
  push(in, {.sequence = 1, .key = true});
  pull(out);
  sfu.crank();
  g_object_set(sfu.pad("sink_0").get(), "gate", FALSE, nullptr);
  sfu.requestKeyFrame(1);
  // By the time that this one is sent, the first one could have been.
  sfu.requestKeyFrame(2);
  awaitKeyFrameRequest(sfu, other);
  ck_assert_int_eq(keyFrameRequests(in), 0);
  // What was asked for meanwhile is sent as soon as it can help.
  g_object_set(sfu.pad("sink_0").get(), "gate", TRUE, nullptr);
  awaitKeyFrameRequest(sfu, in);
}
END_TEST

int main() {
  return runTests(
      "rtpsfu_key_frames",
      {
          NAMED(many_askers_make_one_request),
          NAMED(the_request_is_for_a_picture_and_not_for_headers),
          NAMED(a_request_is_repeated_every_300_ms_while_an_output_waits),
          NAMED(a_stream_that_shows_itself_to_be_video_only_by_its_first_packet_is_asked),
          NAMED(requests_end_with_the_key_frame),
          NAMED(an_asker_that_says_nothing_more_is_forgotten_after_five_seconds),
          NAMED(requests_of_different_streams_do_not_hold_each_other_up),
          NAMED(an_element_behind_an_output_asks_the_source_it_shows),
          NAMED(nothing_else_that_an_output_is_told_reaches_publishers),
          NAMED(a_muted_stream_is_not_asked),
      });
}
