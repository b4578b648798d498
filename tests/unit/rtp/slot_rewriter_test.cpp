#include <map>
#include <random>
#include <set>

#include "base/clock.hpp"
#include "rtp/picture_ids.hpp"
#include "rtp/slot_rewriter.hpp"
#include "rtp/vp8.hpp"
#include "rtp/vp9.hpp"

// Last: check.h takes the name "fail".
#include "packets.hpp"
#include "suite.hpp"

using namespace parlour;
using namespace parlour::rtp;
using namespace parlour::rtp::test;

namespace {

constexpr uint32_t kVideoClock = 90000;
constexpr int64_t kFrameNs = 33 * kNsPerMs;

TestPacket plain(uint32_t ssrc, uint16_t sequence, uint32_t timestamp, int64_t arrivalNs = 0) {
  return TestPacket({.sequence = sequence,
                     .timestamp = timestamp,
                     .ssrc = ssrc,
                     .codec = Codec::kH264,
                     .arrivalNs = arrivalNs});
}

TestPacket vp8(uint32_t ssrc, uint16_t sequence, const Vp8Payload& payload) {
  return TestPacket({.sequence = sequence, .ssrc = ssrc, .payload = payload, .codec = Codec::kVp8});
}

/// The payload as a receiver of the slot sees it.
Bytes patched(const ParsedPacket& packet, const PayloadPatch& patch) {
  Bytes payload(packet.payload().begin(), packet.payload().end());
  patch.apply(payload.data());
  return payload;
}

Vp8Descriptor seenVp8(const ParsedPacket& packet, const Rewritten& out) {
  Vp8Descriptor d;
  ck_assert(!out.drop);
  ck_assert(parseVp8(patched(packet, out.patch), d));
  return d;
}

}  // namespace

START_TEST(nothing_comes_out_before_a_source) {
  SlotRewriter rewriter(100, 5000);
  ck_assert(!rewriter.started());
  ck_assert(rewriter.rewrite(plain(1, 10, 0)).drop);
}
END_TEST

START_TEST(the_first_source_begins_where_it_was_told) {
  SlotRewriter rewriter(100, 5000);
  TestPacket first = plain(1, 10, 777);
  rewriter.startSource(first, kVideoClock, 0);
  const Rewritten out = rewriter.rewrite(first);
  ck_assert(!out.drop);
  ck_assert_uint_eq(out.sequence, 100);
  ck_assert_uint_eq(out.timestamp, 5000);
  ck_assert_uint_eq(rewriter.rewrite(plain(1, 11, 777 + 3000)).timestamp, 8000);
}
END_TEST

START_TEST(a_switch_goes_on_by_one_and_by_the_time_that_passed) {
  SlotRewriter rewriter(0xFFFF, 0xFFFFFFF0);
  TestPacket first = plain(1, 10, 777, kNsPerSecond);
  rewriter.startSource(first, kVideoClock, kNsPerSecond);
  ck_assert_uint_eq(rewriter.rewrite(first).sequence, 0xFFFF);

  TestPacket second = plain(2, 5000, 123456, 2 * kNsPerSecond);
  rewriter.startSource(second, kVideoClock, 2 * kNsPerSecond);
  const Rewritten out = rewriter.rewrite(second);
  ck_assert_uint_eq(out.sequence, 0);
  ck_assert_uint_eq(out.timestamp, static_cast<uint32_t>(0xFFFFFFF0 + 90000u));
  ck_assert_uint_eq(rewriter.outputTimestamp(123456 + 90), out.timestamp + 90);
  ck_assert_uint_eq(rewriter.sourceSsrc(), 2);
  ck_assert_uint_eq(rewriter.newestSequence(), 0);
}
END_TEST

START_TEST(an_instant_switch_still_takes_one_frame) {
  for (const auto& [codec, clock, frame] :
       {std::tuple{Codec::kVp8, 90000u, 3000u}, std::tuple{Codec::kOpus, 48000u, 960u},
        std::tuple{Codec::kPcmu, 8000u, 160u}}) {
    SlotRewriter rewriter(1, 1000);
    const Bytes payload = Vp8Payload{};
    TestPacket a({.sequence = 1, .ssrc = 1, .payload = payload, .codec = codec, .arrivalNs = 50});
    TestPacket b({.sequence = 1, .ssrc = 2, .payload = payload, .codec = codec, .arrivalNs = 50});
    rewriter.startSource(a, clock, 50);
    rewriter.rewrite(a);
    rewriter.startSource(b, clock, 50);
    ck_assert_uint_eq(rewriter.rewrite(b).timestamp, 1000 + frame);
  }
}
END_TEST

START_TEST(a_week_of_silence_is_no_overflow) {
  SlotRewriter rewriter(1, 0);
  TestPacket a = plain(1, 1, 0, 0);
  rewriter.startSource(a, kVideoClock, 0);
  rewriter.rewrite(a);
  const int64_t week = 7LL * 24 * 3600;
  TestPacket b = plain(2, 1, 0, week * kNsPerSecond);
  rewriter.startSource(b, kVideoClock, week * kNsPerSecond);
  ck_assert_uint_eq(rewriter.rewrite(b).timestamp, static_cast<uint32_t>(week * kVideoClock));
}
END_TEST

START_TEST(loss_leaves_its_gap_and_late_packets_fill_it) {
  SlotRewriter rewriter(500, 0);
  TestPacket first = plain(1, 0xFFFE, 0);
  rewriter.startSource(first, kVideoClock, 0);
  ck_assert_uint_eq(rewriter.rewrite(first).sequence, 500);
  ck_assert_uint_eq(rewriter.rewrite(plain(1, 2, 0)).sequence, 504);
  ck_assert_uint_eq(rewriter.rewrite(plain(1, 0, 0)).sequence, 502);
  ck_assert_uint_eq(rewriter.rewrite(plain(1, 0xFFFF, 0)).sequence, 501);
  ck_assert_uint_eq(rewriter.rewrite(plain(1, 0xFFFF, 0)).sequence, 501);
  ck_assert_uint_eq(rewriter.newestSequence(), 504);
}
END_TEST

START_TEST(packets_of_before_the_start_and_of_others_are_dropped) {
  SlotRewriter rewriter(500, 0);
  TestPacket first = plain(1, 0, 0);
  rewriter.startSource(first, kVideoClock, 0);
  ck_assert(rewriter.rewrite(plain(1, 0xFFFF, 0)).drop);
  ck_assert(rewriter.rewrite(plain(2, 1, 0)).drop);
  ck_assert(!rewriter.rewrite(first).drop);
}
END_TEST

START_TEST(packets_too_late_for_the_window_are_dropped) {
  SlotRewriter rewriter(500, 0);
  TestPacket first = plain(1, 0, 0);
  rewriter.startSource(first, kVideoClock, 0);
  rewriter.rewrite(plain(1, 2000, 0));
  ck_assert(rewriter.rewrite(plain(1, 2000 - 1024, 0)).drop);
  ck_assert_uint_eq(rewriter.rewrite(plain(1, 2000 - 1023, 0)).sequence, 500 + 2000 - 1023);
}
END_TEST

START_TEST(skipped_packets_leave_no_gap) {
  SlotRewriter rewriter(500, 0);
  TestPacket first = plain(1, 10, 0);
  rewriter.startSource(first, kVideoClock, 0);
  rewriter.rewrite(first);
  rewriter.skip(plain(1, 11, 0));
  rewriter.skip(plain(1, 12, 0));
  ck_assert_uint_eq(rewriter.rewrite(plain(1, 14, 0)).sequence, 502);  // 13 is late.
  ck_assert_uint_eq(rewriter.rewrite(plain(1, 13, 0)).sequence, 501);
  ck_assert(rewriter.rewrite(plain(1, 12, 0)).drop);
  rewriter.skip(plain(2, 15, 0));  // Another stream's.
  rewriter.skip(plain(1, 9, 0));   // Before the start.
  ck_assert_uint_eq(rewriter.rewrite(plain(1, 15, 0)).sequence, 503);
}
END_TEST

START_TEST(a_source_can_begin_with_skips) {
  SlotRewriter rewriter(500, 0);
  TestPacket first = plain(1, 10, 0);
  rewriter.startSource(first, kVideoClock, 0);
  rewriter.skip(first);
  ck_assert_uint_eq(rewriter.rewrite(plain(1, 11, 0)).sequence, 500);
}
END_TEST

START_TEST(vp8_ids_go_on_over_a_switch_in_the_same_bytes) {
  SlotRewriter rewriter(1, 0);
  TestPacket a = vp8(1, 1, {.pictureId = 0x7FFF, .tl0PicIdx = 255, .keyIdx = 31, .keyFrame = true});
  rewriter.startSource(a, kVideoClock, 0);
  const Rewritten first = rewriter.rewrite(a);
  ck_assert_uint_eq(first.patch.count, 0);  // The first source keeps its ids.

  TestPacket b = vp8(
      2, 9, {.pictureId = 4000, .tl0PicIdx = 9, .temporalId = 1, .keyIdx = 7, .keyFrame = true});
  rewriter.startSource(b, kVideoClock, 0);
  const Rewritten out = rewriter.rewrite(b);
  const Vp8Descriptor d = seenVp8(b, out);
  ck_assert_uint_eq(d.pictureId, 0);
  ck_assert_uint_eq(d.pictureIdBits, 15);
  ck_assert_uint_eq(d.tl0PicIdx, 0);
  ck_assert_uint_eq(d.keyIdx, 0);
  ck_assert_uint_eq(d.temporalId, 1);
  ck_assert(d.keyFrame);
  ck_assert(out.ids == (PictureIds{0, 0, 0}));

  TestPacket next = vp8(2, 10, {.pictureId = 4001, .tl0PicIdx = 10, .keyIdx = 7});
  const Vp8Descriptor e = seenVp8(next, rewriter.rewrite(next));
  ck_assert_uint_eq(e.pictureId, 1);
  ck_assert_uint_eq(e.tl0PicIdx, 1);
  ck_assert_uint_eq(e.keyIdx, 0);
}
END_TEST

START_TEST(a_7_bit_picture_id_stays_7_bits) {
  SlotRewriter rewriter(1, 0);
  TestPacket a = vp8(1, 1, {.pictureId = 300, .keyFrame = true});
  rewriter.startSource(a, kVideoClock, 0);
  rewriter.rewrite(a);
  TestPacket b = vp8(2, 1, {.pictureId = 126, .wide = false, .keyFrame = true});
  rewriter.startSource(b, kVideoClock, 0);
  const Vp8Descriptor d = seenVp8(b, rewriter.rewrite(b));
  ck_assert_uint_eq(d.pictureIdBits, 7);
  ck_assert_uint_eq(d.pictureId, 301 & 0x7F);
  for (int i = 1; i < 300; ++i) {
    TestPacket next =
        vp8(2, static_cast<uint16_t>(1 + i), {.pictureId = (126 + i) & 0x7F, .wide = false});
    ck_assert_uint_eq(seenVp8(next, rewriter.rewrite(next)).pictureId, (301 + i) & 0x7F);
  }
}
END_TEST

START_TEST(a_source_without_ids_between_two_with_does_not_disturb) {
  SlotRewriter rewriter(1, 0);
  TestPacket a = vp8(1, 1, {.pictureId = 50, .tl0PicIdx = 5});
  rewriter.startSource(a, kVideoClock, 0);
  rewriter.rewrite(a);
  TestPacket bare({.ssrc = 2, .payload = {0x10, 0x00, 0x00}, .codec = Codec::kVp8});
  rewriter.startSource(bare, kVideoClock, 0);
  ck_assert_uint_eq(rewriter.rewrite(bare).patch.count, 0);
  TestPacket c = vp8(3, 1, {.pictureId = 1000, .tl0PicIdx = 100});
  rewriter.startSource(c, kVideoClock, 0);
  const Vp8Descriptor d = seenVp8(c, rewriter.rewrite(c));
  ck_assert_uint_eq(d.pictureId, 51);
  ck_assert_uint_eq(d.tl0PicIdx, 6);
}
END_TEST

START_TEST(skipped_vp8_pictures_leave_no_gap_in_picture_ids) {
  SlotRewriter rewriter(1, 0);
  const auto at = [](int picture, int part, int layer) {
    return vp8(1, static_cast<uint16_t>(10 + 2 * picture + part),
               {.pictureId = 100 + picture, .temporalId = layer, .start = part == 0});
  };
  TestPacket first = at(0, 0, 0);
  rewriter.startSource(first, kVideoClock, 0);
  rewriter.rewrite(first);
  rewriter.rewrite(at(0, 1, 0));
  rewriter.skip(at(1, 0, 2));  // Two packets of one picture count once.
  rewriter.skip(at(1, 1, 2));
  TestPacket late = at(2, 0, 1), newest = at(2, 1, 1);
  ck_assert_uint_eq(seenVp8(newest, rewriter.rewrite(newest)).pictureId, 101);
  ck_assert_uint_eq(seenVp8(late, rewriter.rewrite(late)).pictureId, 101);
  rewriter.skip(at(3, 0, 2));
  rewriter.skip(at(3, 1, 2));
  TestPacket next = at(4, 0, 0), again = at(0, 1, 0);
  ck_assert_uint_eq(seenVp8(next, rewriter.rewrite(next)).pictureId, 102);
  ck_assert_uint_eq(seenVp8(again, rewriter.rewrite(again)).pictureId, 100);
}
END_TEST

START_TEST(vp9_ids_go_on_over_a_switch_and_keep_their_gaps) {
  const auto vp9 = [](uint32_t ssrc, uint16_t sequence, int picture, uint8_t tl0) {
    return TestPacket({.sequence = sequence,
                       .ssrc = ssrc,
                       .payload = {0xA8, static_cast<uint8_t>(0x80 | picture >> 8),
                                   static_cast<uint8_t>(picture), 0x00, tl0, 0xFF},
                       .codec = Codec::kVp9});
  };
  const auto seen = [](const ParsedPacket& packet, const Rewritten& out) {
    Vp9Descriptor d;
    ck_assert(parseVp9(patched(packet, out.patch), d));
    return std::pair{d.pictureId, d.tl0PicIdx};
  };
  SlotRewriter rewriter(1, 0);
  TestPacket a = vp9(1, 1, 200, 10);
  rewriter.startSource(a, kVideoClock, 0);
  rewriter.rewrite(a);
  TestPacket b = vp9(2, 1, 0x7FFE, 250), skipped = vp9(2, 2, 0x7FFF, 251), c = vp9(2, 3, 0, 252);
  rewriter.startSource(b, kVideoClock, 0);
  ck_assert(seen(b, rewriter.rewrite(b)) == (std::pair{uint16_t{201}, uint8_t{11}}));
  rewriter.skip(skipped);
  const Rewritten out = rewriter.rewrite(c);
  ck_assert(seen(c, out) == (std::pair{uint16_t{203}, uint8_t{13}}));
  ck_assert_uint_eq(out.sequence, 3);
}
END_TEST

START_TEST(a_retransmission_is_rebuilt_from_its_ids_after_switches) {
  SlotRewriter rewriter(0xFFF0, 0);
  struct Sent {
    TestPacket packet;
    uint32_t source;
    Bytes payload;
    PictureIds ids;
  };
  std::map<uint16_t, Sent> sent;
  for (uint32_t source = 1; source <= 20; ++source) {
    for (uint16_t i = 0; i < 40; ++i) {
      const auto sequence = static_cast<uint16_t>(source * 1000 + i);
      TestPacket packet = vp8(source, sequence,
                              {.pictureId = static_cast<int>(source * 77 + i),
                               .tl0PicIdx = i,
                               .keyIdx = 3,
                               .keyFrame = i == 0});
      if (i == 0) rewriter.startSource(packet, kVideoClock, source * kFrameNs);
      const Rewritten out = rewriter.rewrite(packet);
      Bytes payload = patched(packet, out.patch);
      sent.emplace(out.sequence, Sent{std::move(packet), source, std::move(payload), out.ids});
    }
  }
  ck_assert_uint_eq(sent.size(), 800);
  for (const auto& [sequence, was] : sent) {
    const ParsedPacket& packet = was.packet;
    ck_assert(patched(packet, patchFor(packet, was.ids)) == was.payload);
  }
}
END_TEST

START_TEST(any_mix_of_loss_reordering_skips_and_switches_keeps_the_output_in_order) {
  std::mt19937 random(2024);
  SlotRewriter rewriter(60000, 0);
  std::set<int64_t> used;
  Unwrapper<uint16_t> output;
  int64_t newestBefore = 59999;
  int64_t now = 0;
  for (uint32_t source = 1; source <= 60; ++source) {
    const auto base = static_cast<uint16_t>(random());
    std::map<int, int64_t> placed;  // Input index → output sequence.
    std::set<int> skipped;
    std::vector<int> order;
    for (int i = 0; i < 300; ++i)
      if (i == 0 || random() % 20 != 0) order.push_back(i);
    for (size_t i = 2; i < order.size(); ++i)
      if (random() % 10 == 0) std::swap(order[i], order[i - 1]);
    for (const int i : order) {
      now += kNsPerMs;
      TestPacket packet = plain(source, static_cast<uint16_t>(base + i), 0, now);
      if (i == 0) rewriter.startSource(packet, kVideoClock, now);
      // Only a packet in order can be left out without a gap.
      if (i > 0 && placed.upper_bound(i) == placed.end() && random() % 4 == 0) {
        rewriter.skip(packet);
        skipped.insert(i);
        continue;
      }
      const Rewritten out = rewriter.rewrite(packet);
      ck_assert(!out.drop);
      placed[i] = output.unwrap(out.sequence);
      ck_assert_msg(used.insert(placed[i]).second, "an output sequence was used twice");
    }
    ck_assert_int_eq(placed.begin()->second, newestBefore + 1);
    int previous = 0;
    for (const auto& [i, sequence] : placed) {
      // The distance is what was lost in between, without what was skipped.
      int64_t expected = 0;
      for (int k = previous + 1; k <= i; ++k) expected += skipped.contains(k) ? 0 : 1;
      ck_assert_int_eq(sequence - placed[previous], expected);
      previous = i;
    }
    newestBefore = placed.rbegin()->second;
  }
}
END_TEST

int main() {
  return runSuite(
      "slot_rewriter",
      {nothing_comes_out_before_a_source, the_first_source_begins_where_it_was_told,
       a_switch_goes_on_by_one_and_by_the_time_that_passed, an_instant_switch_still_takes_one_frame,
       a_week_of_silence_is_no_overflow, loss_leaves_its_gap_and_late_packets_fill_it,
       packets_of_before_the_start_and_of_others_are_dropped,
       packets_too_late_for_the_window_are_dropped, skipped_packets_leave_no_gap,
       a_source_can_begin_with_skips, vp8_ids_go_on_over_a_switch_in_the_same_bytes,
       a_7_bit_picture_id_stays_7_bits, a_source_without_ids_between_two_with_does_not_disturb,
       skipped_vp8_pictures_leave_no_gap_in_picture_ids,
       vp9_ids_go_on_over_a_switch_and_keep_their_gaps,
       a_retransmission_is_rebuilt_from_its_ids_after_switches,
       any_mix_of_loss_reordering_skips_and_switches_keeps_the_output_in_order});
}
