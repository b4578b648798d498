// What a slot can repeat: packets by the sequence they were sent under, over switches and wraps.
#include "transport/egress_worker.hpp"

#include "check_suite.hpp"

using namespace parlour;
using namespace parlour::transport;

namespace {

/// Buffers that say when the last reference on them goes.
struct Buffers {
  int alive = 0;
  Buf<GstBuffer> make() {
    ++alive;
    GstBuffer* buffer = gst_buffer_new();
    gst_mini_object_weak_ref(
        GST_MINI_OBJECT_CAST(buffer), [](gpointer data, GstMiniObject*) { --*static_cast<int*>(data); },
        &alive);
    return Buf<GstBuffer>::adopt(buffer);
  }
};

struct Fixture {
  Buffers buffers;
  Subscriber subscriber{nullptr};
  EgressSlot slot{subscriber, {"0", true, 1, 2, "c", {}}, std::make_shared<SlotCounters>()};
  int64_t nowNs = kNsPerSecond;

  /// Sends one packet of a stream under `sequence`; returns it.
  GstBuffer* send(TrackHistory& history, uint16_t sequence) {
    auto buffer = buffers.make();
    GstBuffer* raw = buffer.get();
    rtp::Rewritten as;
    as.sequence = sequence;
    as.timestamp = sequence * 10u;
    slot.remember(history.add(std::move(buffer), nowNs), as, nowNs);
    return raw;
  }
  GstBuffer* found(uint16_t sequence) {
    const auto* sent = slot.find(sequence);
    return sent ? slot.packetOf(*sent) : nullptr;
  }
};

}  // namespace

START_TEST(the_last_packets_are_found_over_the_wrap) {
  Fixture f;
  auto history = std::make_shared<TrackHistory>();
  f.slot.beginEra({7}, history);
  std::vector<GstBuffer*> sent;
  for (uint32_t i = 65000; i < 66000; ++i) sent.push_back(f.send(*history, static_cast<uint16_t>(i)));
  for (uint32_t i = 66000 - TrackHistory::kCapacity; i < 66000; ++i)
    ck_assert_ptr_eq(f.found(static_cast<uint16_t>(i)), sent[i - 65000]);
  ck_assert_ptr_null(f.found(static_cast<uint16_t>(66000 - TrackHistory::kCapacity - 1)));
  ck_assert_ptr_null(f.found(static_cast<uint16_t>(66000)));
  ck_assert_int_eq(f.buffers.alive, static_cast<int>(TrackHistory::kCapacity));
}
END_TEST

START_TEST(packets_are_let_go_when_nobody_asks_for_them_any_more) {
  Fixture f;
  auto history = std::make_shared<TrackHistory>();
  f.slot.beginEra({7}, history);
  f.send(*history, 1);
  f.nowNs += TrackHistory::kMaxAgeNs / 2;
  GstBuffer* second = f.send(*history, 2);
  f.nowNs += TrackHistory::kMaxAgeNs / 2;
  f.slot.dropOld(f.nowNs);
  ck_assert_ptr_null(f.found(1));
  ck_assert_ptr_eq(f.found(2), second);
  ck_assert_int_eq(f.buffers.alive, 1);
}
END_TEST

START_TEST(a_packet_of_an_earlier_source_is_found_with_its_source) {
  Fixture f;
  auto one = std::make_shared<TrackHistory>(), two = std::make_shared<TrackHistory>();
  f.slot.beginEra({7, rtp::Codec::kVp8, 96, 97}, one);
  GstBuffer* old = f.send(*one, 10);
  f.slot.beginEra({8, rtp::Codec::kH264, 102, 103}, two);
  GstBuffer* present = f.send(*two, 11);
  ck_assert_ptr_eq(f.found(10), old);
  ck_assert_uint_eq(f.slot.eraOf(*f.slot.find(10)).source.csrc, 7);
  ck_assert_uint_eq(f.slot.eraOf(*f.slot.find(10)).source.payloadType, 96);
  ck_assert_ptr_eq(f.found(11), present);
  ck_assert_uint_eq(f.slot.eraOf(*f.slot.find(11)).source.csrc, 8);
}
END_TEST

START_TEST(a_source_of_long_ago_is_forgotten_and_never_mistaken_for_another) {
  Fixture f;
  std::vector<std::shared_ptr<TrackHistory>> histories;
  for (uint16_t i = 0; i < 300; ++i) {
    histories.push_back(std::make_shared<TrackHistory>());
    f.slot.beginEra({100u + i}, histories.back());
    f.send(*histories.back(), i);
  }
  for (uint16_t i = 0; i < 300; ++i) {
    const bool recent = i + EgressSlot::kEras >= 300;
    ck_assert_int_eq(f.slot.find(i) != nullptr, recent);
    if (recent) ck_assert_uint_eq(f.slot.eraOf(*f.slot.find(i)).source.csrc, 100u + i);
  }
}
END_TEST

START_TEST(an_emptied_slot_holds_nothing) {
  Fixture f;
  {
    auto history = std::make_shared<TrackHistory>();
    f.slot.beginEra({7}, history);
    f.send(*history, 1);
  }
  ck_assert_int_eq(f.buffers.alive, 1);
  f.slot.forget();
  ck_assert_int_eq(f.buffers.alive, 0);
  ck_assert_ptr_null(f.found(1));
}
END_TEST

int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  return test::runSuite("egress_slot", {the_last_packets_are_found_over_the_wrap,
                                  packets_are_let_go_when_nobody_asks_for_them_any_more,
                                  a_packet_of_an_earlier_source_is_found_with_its_source,
                                  a_source_of_long_ago_is_forgotten_and_never_mistaken_for_another,
                                  an_emptied_slot_holds_nothing});
}
