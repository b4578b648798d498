// Under load: a slow output loses its own packets only, pads come and go, nothing leaks.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "rtpsfu_fixture.hpp"

using namespace parlour;
using namespace parlour::testing;

namespace {

/// A door that a pad probe stands in until it is opened.
class Door {
 public:
  void open() {
    std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    waiting_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void awaitVisitor() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false, waiting_ = false;
};

GstPadProbeReturn standInDoor(GstPad*, GstPadProbeInfo*, gpointer door) {
  static_cast<Door*>(door)->pass();
  return GST_PAD_PROBE_OK;
}

}  // namespace

START_TEST(a_stuck_output_drops_its_own_packets_and_recovers_at_a_key_frame) {
  Sfu sfu;
  auto in = sfu.sink(0);
  auto stuck = sfu.src(0, 1), other = sfu.src(1, 1);
  g_object_set(sfu.pad("src_0").get(), "max-packets", 10u, nullptr);
  Door door;
  gst_pad_add_probe(stuck->sinkpad, GST_PAD_PROBE_TYPE_BUFFER, standInDoor, &door, nullptr);
  push(in, {.sequence = 0, .key = true});
  pull(other);
  door.awaitVisitor();  // It holds packet 0; what follows has to wait.
  for (uint16_t i = 1; i <= 100; ++i) {
    push(in, {.sequence = i});
    pull(other);
  }
  ck_assert_uint_eq(sfu.stat("src_0", "dropped-full"), 90);
  ck_assert_uint_eq(sfu.stat("src_1", "dropped-full"), 0);
  keyFrameRequests(in);
  door.open();
  const uint16_t held = pull(stuck).packet.sequence;
  awaitKeyFrameRequest(sfu, in);
  push(in, {.sequence = 101, .key = true, .filler = 500});
  const Seen recovered = pull(stuck);
  ck_assert(recovered.vp8.keyFrame);
  ck_assert_uint_ge(recovered.packet.payloadSize, 500);
  ck_assert_uint_eq(recovered.packet.sequence, static_cast<uint16_t>(held + 1));
}
END_TEST

START_TEST(sink_pads_do_not_wait_for_each_other) {
  Sfu sfu;
  auto one = sfu.sink(0), two = sfu.sink(1);
  // The sink of the first pad stands still; packets of the second must go through.
  struct Standing final : transport::PacketSink {
    void deliver(GstBuffer*, const rtp::ParsedPacket&) noexcept override { door.pass(); }
    Door door;
  } standing;
  auto out = sfu.src(0, 2);
  g_object_set(sfu.pad("sink_0").get(), "fanout", static_cast<transport::PacketSink*>(&standing),
               nullptr);
  std::thread publisher([&] { push(one, {.key = true}); });
  standing.door.awaitVisitor();
  for (uint16_t i = 0; i < 100; ++i) {
    push(two, {.sequence = i, .key = i == 0});
    pull(out);
  }
  sfu.route(0, 1);
  sfu.route(0, 2);
  sfu.requestKeyFrame(1);
  standing.door.open();
  publisher.join();
}
END_TEST

START_TEST(pads_come_and_go_while_others_run) {
  Sfu sfu;
  auto in = sfu.sink(0);
  auto out = sfu.src(0, 1);
  std::atomic<bool> stop{false};
  std::atomic<uint32_t> pushed{0};
  std::thread publisher([&] {
    for (uint16_t i = 0; !stop; ++i, ++pushed) {
      push(in, {.sequence = i, .timestamp = 3000u * i, .key = i % 8 == 0});
      if (i % 64 == 63) g_usleep(200);  // Its queue is bounded, and nothing may be lost here.
    }
  });
  std::thread reader([&] {
    uint16_t last = pull(out).packet.sequence;
    while (!stop) {
      const uint16_t next = pull(out).packet.sequence;
      ck_assert_uint_eq(next, static_cast<uint16_t>(last + 1));
      last = next;
    }
  });
  g_object_set(sfu.pad("src_0").get(), "max-packets", 1000000u, nullptr);
  for (int round = 0; round < 100; ++round) {
    auto extraIn = sfu.sink(1);
    auto extraOut = sfu.src(1, 1);
    push(extraIn, {.sequence = 1, .key = true});
    pull(extraOut);
    sfu.route(1, 2);
    push(extraIn, {.sequence = 2, .key = true});
    pull(extraOut);
    sfu.route(1, 0);
  }
  stop = true;
  publisher.join();
  push(in, {.sequence = 1, .ssrc = 77, .key = true});
  push(in, {.sequence = 2, .ssrc = 77, .key = true});
  reader.join();
}
END_TEST

START_TEST(two_hundred_visits_leave_nothing_behind) {
  Sfu sfu;
  auto out = sfu.src(0, 1);
  for (int visit = 0; visit < 200; ++visit) {
    auto in = sfu.sink(0);
    push(in, {.sequence = 1, .ssrc = static_cast<uint32_t>(visit + 1), .key = true});
    pull(out);
  }
  ck_assert_int_eq(GST_ELEMENT(sfu.element())->numsinkpads, 0);
  ck_assert_int_eq(GST_ELEMENT(sfu.element())->numsrcpads, 1);
}
END_TEST

START_TEST(states_go_up_and_down) {
  Sfu sfu;
  auto in = sfu.sink(0);
  auto out = sfu.src(0, 1);
  uint16_t sequence = 0;
  for (int i = 0; i < 50; ++i) {
    // Up to PLAYING and down again while packets come, which is allowed above READY only.
    std::atomic<bool> stop{false};
    std::thread publisher([&] {
      while (!stop) push(in, {.sequence = sequence++, .key = true});
    });
    for (const GstState state : {GST_STATE_PAUSED, GST_STATE_PLAYING, GST_STATE_PAUSED})
      ck_assert_int_ne(gst_element_set_state(sfu.element(), state), GST_STATE_CHANGE_FAILURE);
    sfu.requestKeyFrame(1);
    pull(out);
    stop = true;
    publisher.join();
    ck_assert_int_eq(gst_element_set_state(sfu.element(), GST_STATE_NULL),
                     GST_STATE_CHANGE_SUCCESS);
    ck_assert_int_ne(gst_element_set_state(sfu.element(), GST_STATE_PLAYING),
                     GST_STATE_CHANGE_FAILURE);
    // The pads have forgotten their streams.
    gst_pad_push_event(in->srcpad, gst_event_new_stream_start("again"));
    gst_harness_set_src_caps_str(in.get(), kVp8Caps);
  }
}
END_TEST

int main() {
  return runTests("rtpsfu_load",
                  {
                      NAMED(a_stuck_output_drops_its_own_packets_and_recovers_at_a_key_frame),
                      NAMED(sink_pads_do_not_wait_for_each_other),
                      NAMED(pads_come_and_go_while_others_run),
                      NAMED(two_hundred_visits_leave_nothing_behind),
                      NAMED(states_go_up_and_down),
                  });
}
