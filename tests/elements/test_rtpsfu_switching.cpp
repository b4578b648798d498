// Switching: at a key frame, without a jump, whatever happens to sources.
#include "rtpsfu_fixture.hpp"

using namespace parlour;
using namespace parlour::testing;

namespace {

/// What an output has shown last; checks that the next goes on from it.
class Continuity {
 public:
  void check(const Seen& seen) {
    if (started_) {
      ck_assert_uint_eq(seen.packet.sequence, static_cast<uint16_t>(sequence_ + 1));
      ck_assert_int_gt(static_cast<int32_t>(seen.packet.timestamp - timestamp_), 0);
      ck_assert_uint_eq(seen.vp8.pictureId, (pictureId_ + 1) & 0x7fff);
      ck_assert_uint_eq(seen.vp8.tl0PicIdx, static_cast<uint8_t>(tl0_ + 1));
    }
    started_ = true;
    sequence_ = seen.packet.sequence;
    timestamp_ = seen.packet.timestamp;
    pictureId_ = seen.vp8.pictureId;
    tl0_ = seen.vp8.tl0PicIdx;
  }
  uint32_t timestamp() const { return timestamp_; }

 private:
  bool started_ = false;
  uint16_t sequence_ = 0, pictureId_ = 0;
  uint32_t timestamp_ = 0;
  uint8_t tl0_ = 0;
};

/// A publisher whose counters are about to wrap.
struct Publisher {
  Harness harness;
  Packet next;

  Publisher(Harness h, uint32_t ssrc, uint16_t sequence, uint16_t pictureId)
      : harness(std::move(h)),
        next{.sequence = sequence,
             .timestamp = 0xfffffff0u + ssrc,
             .ssrc = ssrc,
             .pictureId = pictureId,
             .tl0PicIdx = static_cast<uint8_t>(pictureId)} {}
  void frame(bool key = false) {
    next.key = key;
    push(harness, next);
    ++next.sequence;
    next.timestamp += 3000;
    next.pictureId = (next.pictureId + 1) & 0x7fff;
    ++next.tl0PicIdx;
  }
};

}  // namespace

START_TEST(a_switch_waits_for_the_key_frame_and_the_old_source_goes_on_until_then) {
  Sfu sfu;
  Publisher one(sfu.sink(0), 11, 65500, 32700), two(sfu.sink(1), 22, 300, 5);
  auto out = sfu.src(0, 1);
  Continuity continuity;
  one.frame(true);
  continuity.check(pull(out));
  sfu.route(0, 2);
  for (int i = 0; i < 5; ++i) {
    one.frame();
    two.frame();
    const Seen seen = pull(out);
    ck_assert_uint_eq(seen.csrc, 1);
    continuity.check(seen);
  }
  two.frame(true);
  for (int i = 0; i < 5; ++i) {
    one.frame();
    const Seen seen = pull(out);
    ck_assert_uint_eq(seen.csrc, 2);
    continuity.check(seen);
    two.frame();
  }
}
END_TEST

START_TEST(hundreds_of_switches_leave_no_gap_in_anything) {
  Sfu sfu;
  std::vector<Publisher> publishers;
  for (int i = 0; i < 3; ++i)
    publishers.emplace_back(sfu.sink(i), 100u * static_cast<unsigned>(i + 1),
                            static_cast<uint16_t>(65000 + 200 * i),
                            static_cast<uint16_t>(32500 + 100 * i));
  auto out = sfu.src(0);
  Continuity continuity;
  for (unsigned round = 0; round < 400; ++round) {
    const unsigned track = 1 + round % 3;
    sfu.route(0, track);
    publishers[track - 1].frame(true);
    publishers[track - 1].frame();
    publishers[track % 3].frame(true);  // Not selected: must not come out.
    for (int i = 0; i < 2; ++i) {
      const Seen seen = pull(out);
      ck_assert_uint_eq(seen.csrc, track);
      continuity.check(seen);
    }
  }
  ck_assert_uint_eq(sfu.stat("src_0", "switches"), 400);
}
END_TEST

START_TEST(the_time_between_two_sources_is_the_time_that_passed) {
  Sfu sfu;
  transport::RtpBufferPool pool(4, 0);
  auto one = sfu.sink(0), two = sfu.sink(1);
  auto out = sfu.src(0, 1);
  gst_harness_push(one.get(), pooled(pool, {.timestamp = 5, .ssrc = 1, .key = true}, 0));
  const uint32_t before = pull(out).packet.timestamp;
  sfu.route(0, 2);
  gst_harness_push(two.get(),
                   pooled(pool, {.timestamp = 4000000000u, .ssrc = 2, .key = true}, 500));
  ck_assert_uint_eq(pull(out).packet.timestamp - before, 90 * 500);
}
END_TEST

START_TEST(audio_switches_at_once) {
  Sfu sfu;
  auto one = sfu.sink(0, kOpusCaps), two = sfu.sink(1, kOpusCaps);
  auto out = sfu.src(0, 1);
  push(one, {.sequence = 7, .ssrc = 1, .level = 10});
  const Seen first = pull(out);
  sfu.route(0, 2);
  push(one, {.sequence = 8, .ssrc = 1, .level = 10});
  push(two, {.sequence = 9000, .ssrc = 2, .level = 11});
  // One last packet of the first may still come.
  uint16_t expected = first.packet.sequence;
  for (;;) {
    const Seen seen = pull(out);
    ck_assert_uint_eq(seen.packet.sequence, ++expected);
    if (seen.csrc == 2) break;
  }
  push(one, {.sequence = 9, .ssrc = 1, .level = 10});
  push(two, {.sequence = 9001, .ssrc = 2, .level = 11});
  const Seen last = pull(out);
  ck_assert_uint_eq(last.csrc, 2);
  ck_assert_uint_eq(last.packet.sequence, ++expected);
}
END_TEST

START_TEST(a_route_to_nothing_stops_an_output_at_once) {
  Sfu sfu;
  Publisher one(sfu.sink(0), 11, 1, 1);
  auto out = sfu.src(0, 1), other = sfu.src(1, 1);
  one.frame(true);
  pull(out);
  pull(other);
  sfu.route(0, 0);
  one.frame();
  pull(other);
  sfu.route(0, 1);
  one.frame();
  one.frame(true);
  ck_assert(pull(out).vp8.keyFrame);  // Neither of the two frames before it.
  ck_assert_uint_eq(sfu.stat("src_0", "packets"), 2);
}
END_TEST

START_TEST(a_publisher_that_restarts_with_a_new_ssrc_is_joined_without_a_jump) {
  Sfu sfu;
  Publisher one(sfu.sink(0), 11, 60000, 5);
  auto out = sfu.src(0, 1);
  Continuity continuity;
  one.frame(true);
  one.frame();
  continuity.check(pull(out));
  continuity.check(pull(out));
  one.next.ssrc = 999;
  one.next.sequence = 17;
  one.next.timestamp = 12345;
  one.next.pictureId = 3000;
  one.next.tl0PicIdx = 200;
  keyFrameRequests(one.harness);
  one.frame();
  awaitKeyFrameRequest(sfu, one.harness);
  one.frame(true);
  one.frame();
  continuity.check(pull(out));
  continuity.check(pull(out));
}
END_TEST

START_TEST(a_route_may_be_set_before_its_source_comes_and_outlive_it) {
  Sfu sfu;
  auto out = sfu.src(0, 2);
  Continuity continuity;
  for (int life = 0; life < 3; ++life) {
    Publisher two(sfu.sink(1), 22u + static_cast<uint32_t>(life), 500, 60);
    two.frame(true);
    two.frame();
    continuity.check(pull(out));
    continuity.check(pull(out));
    two.harness.reset();  // Releases the pad.
    ck_assert(!sfu.pad("sink_1"));
  }
}
END_TEST

START_TEST(caps_of_another_codec_are_sent_before_its_first_packet) {
  Sfu sfu;
  auto vp8 = sfu.sink(0);
  auto h264 =
      sfu.sink(1, "application/x-rtp,media=video,encoding-name=H264,clock-rate=90000,payload=102");
  auto out = sfu.src(0, 1);
  push(vp8, {.ssrc = 1, .key = true});
  pull(out);
  sfu.route(0, 2);
  // RFC 6184: one IDR slice.
  auto bytes = Packet{.sequence = 3, .ssrc = 2}.bytes();
  bytes.resize(12);
  bytes[1] = 0x80 | 102;
  bytes.insert(bytes.end(), {0x65, 0x88, 0x80, 1, 2, 3});
  gst_harness_push(h264.get(), bufferOf(bytes));
  ck_assert_uint_eq(pull(out).packet.payloadType, 102);
  GstCaps* caps = gst_pad_get_current_caps(out->sinkpad);
  ck_assert_str_eq(gst_structure_get_string(gst_caps_get_structure(caps, 0), "encoding-name"),
                   "H264");
  gst_caps_unref(caps);
}
END_TEST

START_TEST(the_best_layer_that_is_alive_is_taken) {
  Sfu sfu;
  Publisher low(sfu.sink(0), 11, 1, 1), high(sfu.sink(1), 22, 1, 1);
  g_object_set(sfu.pad("sink_0").get(), "track", 9u, "layer", 0u, nullptr);
  g_object_set(sfu.pad("sink_1").get(), "track", 9u, "layer", 2u, nullptr);
  auto out = sfu.src(0, 9);
  Continuity continuity;
  // Only the low one sends: within a second the output takes it.
  bool lowSeen = false;
  for (int i = 0; i < 30 && !lowSeen; ++i) {
    sfu.tick();
    low.frame(true);
    lowSeen = sfu.stat("src_0", "packets") > 0;
  }
  continuity.check(pull(out));
  // The high one comes and is taken at its key frame.
  for (int i = 0; i < 3; ++i) {
    high.frame();
    sfu.tick();
  }
  high.frame(true);
  for (int i = 0; i < 40; ++i) {
    const Seen seen = pull(out);
    continuity.check(seen);
    if (sfu.stat("src_0", "switches") == 2) break;
    low.frame();
  }
  ck_assert_uint_eq(sfu.stat("src_0", "switches"), 2);
  // It stops: the low one is taken again.
  for (int i = 0; i < 15; ++i) {
    low.frame(true);
    sfu.tick();
  }
  low.frame(true);
  while (sfu.stat("src_0", "switches") < 3) pull(out);
}
END_TEST

int main() {
  return runTests("rtpsfu_switching",
                  {
                      NAMED(a_switch_waits_for_the_key_frame_and_the_old_source_goes_on_until_then),
                      NAMED(hundreds_of_switches_leave_no_gap_in_anything),
                      NAMED(the_time_between_two_sources_is_the_time_that_passed),
                      NAMED(audio_switches_at_once),
                      NAMED(a_route_to_nothing_stops_an_output_at_once),
                      NAMED(a_publisher_that_restarts_with_a_new_ssrc_is_joined_without_a_jump),
                      NAMED(a_route_may_be_set_before_its_source_comes_and_outlive_it),
                      NAMED(caps_of_another_codec_are_sent_before_its_first_packet),
                      NAMED(the_best_layer_that_is_alive_is_taken),
                  });
}
