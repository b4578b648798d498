// What comes in comes out: numbering, caps, events, foreign and broken input, gate, ends.
#include <cstring>

#include "rtpsfu_fixture.hpp"

using namespace parlour;
using namespace parlour::testing;

START_TEST(forwards_a_stream_in_one_continuous_numbering) {
  Sfu sfu;
  auto in = sfu.sink(0);
  auto out = sfu.src(0, 1);
  for (uint16_t i = 0; i < 50; ++i)
    push(in, {.sequence = static_cast<uint16_t>(65520 + i),
              .timestamp = 3000u * i,
              .key = i == 0,
              .pictureId = static_cast<uint16_t>(32760 + i)});
  const Seen first = pull(out);
  for (uint16_t i = 1; i < 50; ++i) {
    const Seen seen = pull(out);
    ck_assert_uint_eq(seen.packet.sequence, static_cast<uint16_t>(first.packet.sequence + i));
    ck_assert_uint_eq(seen.packet.timestamp, first.packet.timestamp + 3000u * i);
    ck_assert_uint_eq(seen.vp8.pictureId, (first.vp8.pictureId + i) & 0x7fff);
    ck_assert_uint_eq(seen.packet.ssrc, first.packet.ssrc);
    ck_assert_uint_eq(seen.packet.payloadType, 96);
    ck_assert_uint_eq(seen.csrc, 1);
    ck_assert(seen.packet.marker);
  }
  ck_assert_uint_eq(sfu.stat("sink_0", "packets"), 50);
  ck_assert_uint_eq(sfu.stat("sink_0", "key-frames"), 1);
  ck_assert_uint_eq(sfu.stat("src_0", "packets"), 50);
  ck_assert_uint_eq(sfu.stat("src_0", "switches"), 1);
}
END_TEST

START_TEST(the_payload_is_the_same_but_for_picture_ids) {
  Sfu sfu;
  auto in = sfu.sink(0);
  auto out = sfu.src(0, 1);
  const Packet packet = {.sequence = 5, .key = true, .pictureId = 77, .filler = 1000};
  push(in, packet);
  const Seen seen = pull(out);
  const auto sent = packet.bytes();
  ck_assert_uint_eq(seen.packet.payloadSize, sent.size() - 12);
  ck_assert_int_eq(memcmp(seen.packet.payload().data() + 5, &sent[12 + 5], sent.size() - 12 - 5),
                   0);
}
END_TEST

START_TEST(ssrc_payload_type_and_csrc_are_what_the_pad_says) {
  Sfu sfu;
  auto in = sfu.sink(0);
  auto out = sfu.src(0, 1);
  g_object_set(sfu.pad("src_0").get(), "ssrc", 0xcafeu, "pt", 101, "csrc", FALSE, nullptr);
  push(in, {.key = true});
  const Seen seen = pull(out);
  ck_assert_uint_eq(seen.packet.ssrc, 0xcafe);
  ck_assert_uint_eq(seen.packet.payloadType, 101);
  ck_assert_uint_eq(seen.packet.csrcCount, 0);

  GstCaps* caps = gst_pad_get_current_caps(out->sinkpad);
  const GstStructure* s = gst_caps_get_structure(caps, 0);
  guint ssrc = 0;
  int pt = 0;
  ck_assert(gst_structure_get_uint(s, "ssrc", &ssrc) && ssrc == 0xcafe);
  ck_assert(gst_structure_get_int(s, "payload", &pt) && pt == 101);
  ck_assert_str_eq(gst_structure_get_string(s, "encoding-name"), "VP8");
  gst_caps_unref(caps);
}
END_TEST

START_TEST(an_output_begins_with_stream_start_caps_and_segment) {
  Sfu sfu;
  auto in = sfu.sink(0);
  auto out = sfu.src(0, 1);
  push(in, {.key = true});
  pull(out);
  std::vector<GstEventType> types;
  while (GstEvent* event = gst_harness_try_pull_event(out.get())) {
    if (GST_EVENT_IS_STICKY(event)) types.push_back(GST_EVENT_TYPE(event));
    gst_event_unref(event);
  }
  ck_assert_uint_eq(types.size(), 3);
  ck_assert(types[0] == GST_EVENT_STREAM_START);
  ck_assert(types[1] == GST_EVENT_CAPS);
  ck_assert(types[2] == GST_EVENT_SEGMENT);
}
END_TEST

START_TEST(a_time_stamp_of_the_input_becomes_running_time) {
  Sfu sfu;
  auto in = sfu.sink(0);
  auto out = sfu.src(0, 1);
  GstSegment segment;
  gst_segment_init(&segment, GST_FORMAT_TIME);
  segment.start = 10 * GST_SECOND;
  ck_assert(gst_harness_push_event(in.get(), gst_event_new_segment(&segment)));
  GstBuffer* buffer = bufferOf(Packet{.key = true}.bytes());
  GST_BUFFER_PTS(buffer) = 12 * GST_SECOND;
  gst_harness_push(in.get(), buffer);
  ck_assert_uint_eq(pull(out).pts, 2 * GST_SECOND);
}
END_TEST

START_TEST(header_extensions_of_the_input_keep_their_ids) {
  Sfu sfu;
  auto in = sfu.sink(0, kOpusCaps);
  auto out = sfu.src(0, 1);
  push(in, {.level = 30});
  const Seen seen = pull(out);
  ck_assert_uint_eq(seen.packet.audioLevel, 30);
  ck_assert(seen.packet.voice);
}
END_TEST

START_TEST(buffer_lists_are_taken) {
  Sfu sfu;
  auto in = sfu.sink(0);
  auto out = sfu.src(0, 1);
  GstBufferList* list = gst_buffer_list_new();
  for (uint16_t i = 0; i < 5; ++i)
    gst_buffer_list_add(list, bufferOf(Packet{.sequence = i, .key = i == 0}.bytes()));
  ck_assert_int_eq(gst_pad_push_list(in->srcpad, list), GST_FLOW_OK);
  for (int i = 0; i < 5; ++i) pull(out);
}
END_TEST

START_TEST(what_is_not_rtp_is_counted_and_dropped) {
  Sfu sfu;
  auto in = sfu.sink(0);
  auto out = sfu.src(0, 1);
  const std::vector<std::vector<uint8_t>> garbage = {
      {},
      {0x80},
      std::vector<uint8_t>(11, 0x80),
      std::vector<uint8_t>(200, 0),
      {0x8f, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1},
      {0x90, 96, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0xbe, 0xde, 0xff, 0xff},
      std::vector<uint8_t>(3000, 0x80)};
  for (const auto& bytes : garbage)
    ck_assert_int_eq(gst_harness_push(in.get(), bufferOf(bytes)), GST_FLOW_OK);
  push(in, {.sequence = 9, .key = true});
  pull(out);
  ck_assert_uint_eq(sfu.stat("sink_0", "malformed"), garbage.size());
  ck_assert_uint_eq(sfu.stat("sink_0", "packets"), 1);
}
END_TEST

START_TEST(a_buffer_that_was_changed_behind_its_meta_is_read_anew) {
  Sfu sfu;
  auto in = sfu.sink(0);
  auto out = sfu.src(0, 1);
  transport::RtpBufferPool pool(1, 0);
  GstBuffer* buffer = pooled(pool, {.sequence = 1, .key = true, .filler = 20}, 0);
  // An element in between has written another packet into it.
  const auto other = Packet{.sequence = 50, .ssrc = 2, .key = true, .filler = 33}.bytes();
  gst_buffer_set_size(buffer, static_cast<gssize>(other.size()));
  gst_buffer_fill(buffer, 0, other.data(), other.size());
  gst_harness_push(in.get(), buffer);
  ck_assert_uint_eq(pull(out).packet.payloadSize, other.size() - 12);
}
END_TEST

START_TEST(a_closed_gate_drops_and_an_opened_one_begins_at_a_key_frame) {
  Sfu sfu;
  auto in = sfu.sink(0);
  auto out = sfu.src(0, 1);
  push(in, {.sequence = 0, .key = true});
  const uint16_t last = pull(out).packet.sequence;
  const auto pad = sfu.pad("sink_0");
  g_object_set(pad.get(), "gate", FALSE, nullptr);
  for (uint16_t i = 1; i < 300; ++i) push(in, {.sequence = i, .key = i % 10 == 0});
  ck_assert_uint_eq(sfu.stat("sink_0", "dropped-gate"), 299);
  keyFrameRequests(in);
  g_object_set(pad.get(), "gate", TRUE, nullptr);
  awaitKeyFrameRequest(sfu, in);
  push(in, {.sequence = 300});
  push(in, {.sequence = 301, .key = true, .filler = 99});
  push(in, {.sequence = 302});
  const Seen next = pull(out);
  ck_assert(next.packet.payloadSize > 99);
  // No gap for what was muted: nobody asks for it again.
  ck_assert_uint_eq(next.packet.sequence, static_cast<uint16_t>(last + 1));
  ck_assert_uint_eq(pull(out).packet.sequence, static_cast<uint16_t>(last + 2));
  ck_assert_uint_eq(sfu.stat("sink_0", "dropped-gate"), 300);
}
END_TEST

START_TEST(the_end_of_one_stream_is_not_the_end_of_an_output) {
  Sfu sfu;
  g_object_set(sfu.element(), "forward-eos", TRUE, nullptr);
  auto one = sfu.sink(0), two = sfu.sink(1);
  auto out = sfu.src(0, 2);
  push(one, {.key = true});
  ck_assert(gst_harness_push_event(one.get(), gst_event_new_eos()));
  push(two, {.key = true});
  pull(out);
  ck_assert_uint_eq(gst_harness_events_in_queue(out.get()), 3);
  ck_assert(gst_harness_push_event(two.get(), gst_event_new_eos()));
  for (;;) {
    GstEvent* event = gst_harness_pull_event(out.get());
    ck_assert(event != nullptr);
    const bool eos = GST_EVENT_TYPE(event) == GST_EVENT_EOS;
    gst_event_unref(event);
    if (eos) break;
  }
}
END_TEST

START_TEST(without_forward_eos_outputs_go_on_after_every_end) {
  Sfu sfu;
  auto one = sfu.sink(0);
  auto out = sfu.src(0, 1);
  push(one, {.sequence = 1, .key = true});
  pull(out);
  ck_assert(gst_harness_push_event(one.get(), gst_event_new_eos()));
  auto two = sfu.sink(1);
  sfu.route(0, 2);
  push(two, {.sequence = 1, .key = true});
  pull(out);
}
END_TEST

START_TEST(an_unlinked_output_costs_nobody_anything_and_works_once_linked) {
  Sfu sfu;
  auto in = sfu.sink(0);
  auto out = sfu.src(0, 1);
  auto lonely = Ref<GstPad>::adopt(gst_element_request_pad_simple(sfu.element(), "src_1"));
  sfu.route(1, 1);
  for (uint16_t i = 0; i < 20; ++i) push(in, {.sequence = i, .key = i == 0});
  for (int i = 0; i < 20; ++i) pull(out);
  Harness late(gst_harness_new_with_element(sfu.element(), nullptr, "src_1"), gst_harness_teardown);
  gst_harness_play(late.get());
  push(in, {.sequence = 20});
  pull(out);
  pull(late);
}
END_TEST

START_TEST(the_latency_is_that_of_the_slowest_source) {
  Sfu sfu;
  auto one = sfu.sink(0), two = sfu.sink(1);
  auto out = sfu.src(0, 1);
  gst_harness_set_upstream_latency(one.get(), 20 * GST_MSECOND);
  gst_harness_set_upstream_latency(two.get(), 50 * GST_MSECOND);
  GstQuery* query = gst_query_new_latency();
  ck_assert(gst_pad_peer_query(out->sinkpad, query));
  gboolean live = FALSE;
  GstClockTime min = 0, max = 0;
  gst_query_parse_latency(query, &live, &min, &max);
  ck_assert(live);
  ck_assert_uint_eq(min, 50 * GST_MSECOND);
  ck_assert(!GST_CLOCK_TIME_IS_VALID(max));
  gst_query_unref(query);
}
END_TEST

START_TEST(an_allocation_query_is_answered) {
  Sfu sfu;
  auto in = sfu.sink(0);
  GstCaps* caps = gst_pad_get_current_caps(in->srcpad);
  GstQuery* query = gst_query_new_allocation(caps, TRUE);
  ck_assert(gst_pad_peer_query(in->srcpad, query));
  ck_assert_uint_eq(gst_query_get_n_allocation_pools(query), 0);
  gst_query_unref(query);
  gst_caps_unref(caps);
}
END_TEST

START_TEST(pads_are_numbered_and_unknown_ones_are_told_of) {
  Sfu sfu;
  auto in = sfu.sink(3);
  auto next = Ref<GstPad>::adopt(gst_element_request_pad_simple(sfu.element(), "sink_%u"));
  ck_assert_str_eq(GST_PAD_NAME(next.get()), "sink_4");
  ck_assert(!sfu.route(7, 1));
  ck_assert(!sfu.requestKeyFrame(77));
}
END_TEST

int main() {
  return runTests("rtpsfu_forwarding",
                  {
                      NAMED(forwards_a_stream_in_one_continuous_numbering),
                      NAMED(the_payload_is_the_same_but_for_picture_ids),
                      NAMED(ssrc_payload_type_and_csrc_are_what_the_pad_says),
                      NAMED(an_output_begins_with_stream_start_caps_and_segment),
                      NAMED(a_time_stamp_of_the_input_becomes_running_time),
                      NAMED(header_extensions_of_the_input_keep_their_ids),
                      NAMED(buffer_lists_are_taken),
                      NAMED(what_is_not_rtp_is_counted_and_dropped),
                      NAMED(a_buffer_that_was_changed_behind_its_meta_is_read_anew),
                      NAMED(a_closed_gate_drops_and_an_opened_one_begins_at_a_key_frame),
                      NAMED(the_end_of_one_stream_is_not_the_end_of_an_output),
                      NAMED(without_forward_eos_outputs_go_on_after_every_end),
                      NAMED(an_unlinked_output_costs_nobody_anything_and_works_once_linked),
                      NAMED(the_latency_is_that_of_the_slowest_source),
                      NAMED(an_allocation_query_is_answered),
                      NAMED(pads_are_numbered_and_unknown_ones_are_told_of),
                  });
}
