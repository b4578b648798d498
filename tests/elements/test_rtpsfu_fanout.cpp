// Fan-out to a PacketSink, audio levels, speakers.
#include <atomic>
#include <cstring>
#include <thread>

#include "rtpsfu_fixture.hpp"

using namespace parlour;
using namespace parlour::testing;

namespace {

class Recorder final : public transport::PacketSink {
 public:
  ~Recorder() override {
    for (GstBuffer* buffer : buffers) gst_buffer_unref(buffer);
  }
  void deliver(GstBuffer* buffer, const rtp::ParsedPacket& packet) noexcept override {
    buffers.push_back(gst_buffer_ref(buffer));
    packets.push_back(packet);
    metaMatches = metaMatches && &parlour_buffer_get_rtp_meta(buffer)->packet == &packet;
  }
  std::vector<GstBuffer*> buffers;
  std::vector<rtp::ParsedPacket> packets;
  bool metaMatches = true;
};

void setFanout(const Sfu& sfu, const char* padName, transport::PacketSink* sink) {
  g_object_set(sfu.pad(padName).get(), "fanout", sink, nullptr);
}

guint takeAudioLevel(const Sfu& sfu, const char* padName) {
  guint level = 0;
  g_signal_emit_by_name(sfu.pad(padName).get(), "take-audio-level", &level);
  return level;
}

std::vector<guint> speakersOf(GstMessage* message) {
  std::vector<guint> tracks;
  const GValue* array = gst_structure_get_value(gst_message_get_structure(message), "tracks");
  for (guint i = 0; i < gst_value_array_get_size(array); ++i)
    tracks.push_back(g_value_get_uint(gst_value_array_get_value(array, i)));
  return tracks;
}

/// Lets time go on, with every source at its level (-1: silent), until speakers are announced.
std::vector<guint> nextSpeakers(const Sfu& sfu, GstBus* bus, std::vector<Harness>& sources,
                                const std::vector<int>& levels) {
  for (int i = 0; i < 100; ++i) {
    for (size_t s = 0; s < sources.size(); ++s)
      if (levels[s] >= 0) push(sources[s], {.level = levels[s]});
    sfu.tick();
    if (GstMessage* message = gst_bus_pop_filtered(bus, GST_MESSAGE_ELEMENT)) {
      ck_assert(gst_message_has_name(message, "rtpsfu-speakers"));
      auto tracks = speakersOf(message);
      gst_message_unref(message);
      return tracks;
    }
  }
  ck_abort_msg("no speakers were announced");
  return {};
}

}  // namespace

START_TEST(pooled_buffers_are_delivered_as_they_are) {
  Sfu sfu;
  auto in = sfu.sink(0);
  Recorder recorder;
  setFanout(sfu, "sink_0", &recorder);
  transport::RtpBufferPool pool(2, 0);
  GstBuffer* buffer = pooled(pool, {.sequence = 44, .key = true}, 7);
  gst_harness_push(in.get(), buffer);
  ck_assert_uint_eq(recorder.buffers.size(), 1);
  ck_assert_ptr_eq(recorder.buffers[0], buffer);
  ck_assert(recorder.metaMatches);
  ck_assert_uint_eq(recorder.packets[0].sequence, 44);
  ck_assert_int_eq(recorder.packets[0].arrivalNs, 1007 * kNsPerMs);
  ck_assert(recorder.packets[0].keyFrame);
}
END_TEST

START_TEST(foreign_buffers_are_delivered_parsed_and_pooled) {
  Sfu sfu;
  auto in = sfu.sink(0, kOpusCaps);
  Recorder recorder;
  setFanout(sfu, "sink_0", &recorder);
  const Packet packet = {.sequence = 3, .ssrc = 9, .level = 33, .filler = 700};
  push(in, packet);
  // In pieces of memory, as payloaders make them.
  const auto bytes = packet.bytes();
  GstBuffer* parts = gst_buffer_append(bufferOf({bytes.begin(), bytes.begin() + 20}),
                                       bufferOf({bytes.begin() + 20, bytes.end()}));
  gst_harness_push(in.get(), parts);
  ck_assert_uint_eq(recorder.packets.size(), 2);
  for (const auto& seen : recorder.packets) {
    ck_assert(seen.codec == rtp::Codec::kOpus);
    ck_assert_uint_eq(seen.ssrc, 9);
    ck_assert_uint_eq(seen.audioLevel, 33);
    ck_assert_uint_eq(seen.size, bytes.size());
    ck_assert_int_eq(memcmp(seen.data, bytes.data(), bytes.size()), 0);
    ck_assert_int_gt(seen.arrivalNs, 0);
  }
  ck_assert(recorder.metaMatches);
}
END_TEST

START_TEST(an_extension_map_of_arrays_is_understood) {
  Sfu sfu;
  auto in =
      sfu.sink(0,
               "application/x-rtp,media=audio,encoding-name=OPUS,clock-rate=48000,payload=111,"
               "extmap-1=(string)<sendrecv,urn:ietf:params:rtp-hdrext:ssrc-audio-level,\"\">");
  push(in, {.level = 21});
  ck_assert_uint_eq(takeAudioLevel(sfu, "sink_0") & 0x7f, 21);
}
END_TEST

START_TEST(a_closed_gate_delivers_nothing) {
  Sfu sfu;
  auto in = sfu.sink(0);
  Recorder recorder;
  setFanout(sfu, "sink_0", &recorder);
  g_object_set(sfu.pad("sink_0").get(), "gate", FALSE, nullptr);
  push(in, {.key = true});
  ck_assert_uint_eq(recorder.buffers.size(), 0);
}
END_TEST

START_TEST(a_fanout_may_go_while_packets_are_delivered) {
  // The sink is destroyed right after it was taken off, again and again, under load.
  Sfu sfu;
  auto in = sfu.sink(0);
  std::atomic<bool> stop{false};
  std::thread publisher([&] {
    for (uint16_t i = 0; !stop; ++i) push(in, {.sequence = i, .key = true});
  });
  struct Counting final : transport::PacketSink {
    explicit Counting(std::atomic<uint64_t>& count) : counter(&count) {}
    ~Counting() override { counter = nullptr; }
    void deliver(GstBuffer*, const rtp::ParsedPacket&) noexcept override { ++*counter; }
    std::atomic<uint64_t>* counter;
  };
  std::atomic<uint64_t> count{0};
  for (int i = 0; i < 2000 || count < 2000; ++i) {
    auto sink = std::make_unique<Counting>(count);
    setFanout(sfu, "sink_0", sink.get());
    setFanout(sfu, "sink_0", nullptr);
  }
  stop = true;
  publisher.join();
}
END_TEST

START_TEST(the_loudest_level_is_taken_once) {
  Sfu sfu;
  auto in = sfu.sink(0, kOpusCaps);
  ck_assert_uint_eq(takeAudioLevel(sfu, "sink_0") & 0x7f, 127);
  push(in, {.sequence = 1, .level = 60});
  push(in, {.sequence = 2, .level = 20});
  push(in, {.sequence = 3, .level = 40});
  const guint level = takeAudioLevel(sfu, "sink_0");
  ck_assert_uint_eq(level & 0x7f, 20);
  ck_assert_uint_eq(level >> 7 & 1, 1);
  ck_assert_uint_eq(level >> 8 & 0xff, 40);
  ck_assert_uint_eq(level >> 16, 3);
  ck_assert_uint_eq(takeAudioLevel(sfu, "sink_0"), 127 | 127 << 8);
}
END_TEST

START_TEST(who_speaks_is_announced_the_dominant_one_first) {
  Sfu sfu;
  std::vector<Harness> sources;
  for (int i = 0; i < 3; ++i) sources.push_back(sfu.sink(i, kOpusCaps));
  auto bus = Ref<GstBus>::adopt(gst_bus_new());
  gst_element_set_bus(sfu.element(), bus.get());

  ck_assert(nextSpeakers(sfu, bus.get(), sources, {100, 20, -1}) == std::vector<guint>({2}));
  ck_assert(nextSpeakers(sfu, bus.get(), sources, {100, 20, 18}) == std::vector<guint>({2, 3}));
  ck_assert(nextSpeakers(sfu, bus.get(), sources, {100, 100, 18}) == std::vector<guint>({3, 2}));
  // Muted by the host: no speaker any more, at once.
  g_object_set(sfu.pad("sink_2").get(), "gate", FALSE, nullptr);
  ck_assert(nextSpeakers(sfu, bus.get(), sources, {100, 100, 18}) == std::vector<guint>({2}));
  ck_assert(nextSpeakers(sfu, bus.get(), sources, {100, 100, 100}).empty());
  gst_element_set_bus(sfu.element(), nullptr);
}
END_TEST

START_TEST(a_speaker_who_leaves_stops_being_one) {
  Sfu sfu;
  std::vector<Harness> sources;
  for (int i = 0; i < 2; ++i) sources.push_back(sfu.sink(i, kOpusCaps));
  auto bus = Ref<GstBus>::adopt(gst_bus_new());
  gst_element_set_bus(sfu.element(), bus.get());
  ck_assert(nextSpeakers(sfu, bus.get(), sources, {-1, 20}) == std::vector<guint>({2}));
  sources.pop_back();
  ck_assert(nextSpeakers(sfu, bus.get(), sources, {100}).empty());
  gst_element_set_bus(sfu.element(), nullptr);
}
END_TEST

START_TEST(without_audio_the_element_sleeps) {
  Sfu sfu;
  std::vector<Harness> sources;
  sources.push_back(sfu.sink(0, kOpusCaps));
  push(sources[0], {.level = 100});
  for (int i = 0; i < 50; ++i) sfu.crank();
  // The last tick finds 50 quiet windows and does not wait again; the next level wakes it up.
  push(sources[0], {.sequence = 1, .level = 100});
  gst_test_clock_wait_for_next_pending_id(sfu.clock(), nullptr);
}
END_TEST

int main() {
  return runTests("rtpsfu_fanout", {
                                       NAMED(pooled_buffers_are_delivered_as_they_are),
                                       NAMED(foreign_buffers_are_delivered_parsed_and_pooled),
                                       NAMED(an_extension_map_of_arrays_is_understood),
                                       NAMED(a_closed_gate_delivers_nothing),
                                       NAMED(a_fanout_may_go_while_packets_are_delivered),
                                       NAMED(the_loudest_level_is_taken_once),
                                       NAMED(who_speaks_is_announced_the_dominant_one_first),
                                       NAMED(a_speaker_who_leaves_stops_being_one),
                                       NAMED(without_audio_the_element_sleeps),
                                   });
}
