#include <array>
#include <map>
#include <random>
#include <vector>

#include "base/clock.hpp"
#include "rtp/bytes.hpp"
#include "rtp/twcc.hpp"

// Last: check.h takes the name "fail".
#include "packets.hpp"
#include "suite.hpp"

using namespace parlour;
using namespace parlour::rtp;
using namespace parlour::rtp::test;

namespace {

struct Feedback {
  Bytes bytes;
  uint16_t base = 0;
  uint8_t number = 0;
  std::vector<TwccReader::Arrival> arrivals;
};

/// Builds one feedback and reads it back; empty where nothing was pending.
Feedback take(TwccRecorder& recorder, size_t room = 1200) {
  Feedback out;
  out.bytes.resize(room);
  out.bytes.resize(recorder.build(out.bytes.data(), room, 0x01020304, 0x05060708));
  if (out.bytes.empty()) return out;
  RtcpReader reader(out.bytes);
  RtcpPacket packet;
  ck_assert(reader.next(packet));
  ck_assert(packet.kind == RtcpKind::kTwcc);
  ck_assert_uint_eq(packet.senderSsrc, 0x01020304);
  ck_assert_uint_eq(packet.mediaSsrc, 0x05060708);
  TwccReader twcc;
  ck_assert(twcc.open(packet));
  out.base = twcc.baseSequence();
  out.number = twcc.feedbackCount();
  TwccReader::Arrival arrival;
  while (twcc.next(arrival)) out.arrivals.push_back(arrival);
  ck_assert(!twcc.malformed());
  ck_assert_uint_eq(out.arrivals.size(), twcc.packetCount());
  ck_assert(!reader.next(packet));
  ck_assert(!reader.malformed());
  return out;
}

int64_t ms(int64_t value) {
  return value * kNsPerMs;
}

std::vector<int> receivedIn(const Feedback& feedback) {
  std::vector<int> out;
  for (const auto& arrival : feedback.arrivals)
    if (arrival.received) out.push_back(arrival.sequence);
  return out;
}

/// Reads a feedback made by hand: base 10, `count` packets, then chunks and deltas.
bool reads(uint16_t count, const Bytes& rest, std::vector<TwccReader::Arrival>& out) {
  Bytes bytes = {0x8F, 205, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 10, 0, 0, 0, 0, 4, 9};
  write16(&bytes[14], count);
  append(bytes, rest);
  while (bytes.size() % 4 != 0) bytes.push_back(0);
  bytes[3] = static_cast<uint8_t>(bytes.size() / 4 - 1);
  RtcpReader reader(bytes);
  RtcpPacket packet;
  TwccReader twcc;
  if (!reader.next(packet) || !twcc.open(packet)) return false;
  out.clear();
  for (TwccReader::Arrival arrival; twcc.next(arrival);) out.push_back(arrival);
  return !twcc.malformed();
}

}  // namespace

START_TEST(nothing_recorded_builds_nothing) {
  TwccRecorder recorder;
  ck_assert(!recorder.pending());
  ck_assert(take(recorder).bytes.empty());
}
END_TEST

START_TEST(one_packet_is_laid_out_as_the_draft_says) {
  TwccRecorder recorder;
  recorder.record(0x1234, ms(64 * 3 + 1));
  const Feedback feedback = take(recorder);
  const Bytes expected = {0xAF, 205,  0, 5,   // Padding bit, FMT 15, 6 words.
                          1,    2,    3, 4,   //
                          5,    6,    7, 8,   //
                          0x12, 0x34, 0, 1,   // Base, count.
                          0,    0,    3, 0,   // Reference 3 × 64 ms, feedback 0.
                          0x20, 0x01, 4, 1};  // Run of one small delta: 1 ms; padding.
  ck_assert(feedback.bytes == expected);
  ck_assert_int_eq(feedback.arrivals[0].arrivalNs, ms(64 * 3 + 1));
  ck_assert(!recorder.pending());
  ck_assert(take(recorder).bytes.empty());
}
END_TEST

START_TEST(missing_packets_are_reported_as_such_over_the_wrap) {
  TwccRecorder recorder;
  recorder.record(0xFFFE, ms(1));
  recorder.record(1, ms(2));
  const Feedback feedback = take(recorder);
  ck_assert_uint_eq(feedback.base, 0xFFFE);
  ck_assert_uint_eq(feedback.arrivals.size(), 4);
  ck_assert(receivedIn(feedback) == (std::vector<int>{0xFFFE, 1}));
}
END_TEST

START_TEST(the_next_feedback_goes_on_where_the_last_ended_and_counts_up) {
  TwccRecorder recorder;
  recorder.record(10, ms(1));
  ck_assert_uint_eq(take(recorder).number, 0);
  recorder.record(13, ms(5));
  const Feedback feedback = take(recorder);
  ck_assert_uint_eq(feedback.number, 1);
  ck_assert_uint_eq(feedback.base, 11);
  ck_assert(receivedIn(feedback) == (std::vector<int>{13}));
}
END_TEST

START_TEST(a_late_packet_is_reported_in_the_next_feedback) {
  TwccRecorder recorder;
  recorder.record(10, ms(1));
  recorder.record(12, ms(2));
  take(recorder);
  recorder.record(11, ms(30));
  const Feedback feedback = take(recorder);
  ck_assert_uint_eq(feedback.base, 11);
  ck_assert(receivedIn(feedback) == (std::vector<int>{11, 12}));
  ck_assert_int_eq(feedback.arrivals[0].arrivalNs, ms(30));
  ck_assert_int_eq(feedback.arrivals[1].arrivalNs, ms(2));  // A negative delta.
}
END_TEST

START_TEST(a_duplicate_keeps_the_first_arrival) {
  TwccRecorder recorder;
  recorder.record(10, ms(1));
  recorder.record(10, ms(50));
  ck_assert_int_eq(take(recorder).arrivals[0].arrivalNs, ms(1));
  recorder.record(10, ms(60));
  ck_assert(!recorder.pending());
}
END_TEST

START_TEST(more_than_eight_seconds_take_two_feedbacks) {
  TwccRecorder recorder;
  recorder.record(1, ms(1000));
  recorder.record(2, ms(20000));
  ck_assert(receivedIn(take(recorder)) == (std::vector<int>{1}));
  ck_assert(recorder.pending());
  const Feedback second = take(recorder);
  ck_assert(receivedIn(second) == (std::vector<int>{2}));
  ck_assert_int_eq(second.arrivals[0].arrivalNs, ms(20000));
}
END_TEST

START_TEST(a_huge_gap_starts_over) {
  TwccRecorder recorder;
  recorder.record(1, ms(1));
  recorder.record(20000, ms(2));
  const Feedback feedback = take(recorder);
  ck_assert_uint_eq(feedback.base, 20000);
  ck_assert_uint_eq(feedback.arrivals.size(), 1);
  recorder.record(2, ms(3));  // Long gone.
  ck_assert(!recorder.pending());
}
END_TEST

START_TEST(a_long_loss_is_one_chunk) {
  TwccRecorder recorder;
  recorder.record(0, ms(1));
  take(recorder);
  recorder.record(1500, ms(2));
  const Feedback feedback = take(recorder);
  ck_assert_uint_eq(feedback.arrivals.size(), 1500);
  ck_assert_uint_le(feedback.bytes.size(), 28);
}
END_TEST

START_TEST(small_rooms_get_the_rest_in_further_feedbacks) {
  TwccRecorder recorder;
  for (int i = 0; i < 300; ++i)
    if (i % 3 != 1) recorder.record(static_cast<uint16_t>(65400 + i), ms(i * 70));
  std::vector<int> received;
  int feedbacks = 0;
  for (; recorder.pending(); ++feedbacks) {
    const Feedback feedback = take(recorder, 64);
    ck_assert(!feedback.bytes.empty());
    for (const int sequence : receivedIn(feedback)) received.push_back(sequence);
  }
  ck_assert_uint_eq(received.size(), 200);
  ck_assert_int_gt(feedbacks, 5);
  std::array<uint8_t, 27> tooSmall;
  recorder.record(1000, 0);
  ck_assert_uint_eq(recorder.build(tooSmall.data(), tooSmall.size(), 1, 2), 0);
}
END_TEST

START_TEST(every_arrival_comes_through_whatever_the_pattern) {
  for (uint32_t seed = 1; seed <= 200; ++seed) {
    std::mt19937 random(seed);
    TwccRecorder recorder;
    std::map<int64_t, int64_t> arrived, read;
    Unwrapper<uint16_t> unwrap;
    const unsigned lossPercent = random() % 60, spread = 1 + random() % 200;
    int64_t now = ms(static_cast<int64_t>(random() % 1000000)), sequence = random() % 65536;
    unwrap.unwrap(static_cast<uint16_t>(sequence));
    for (int round = 0; round < 10; ++round) {
      for (int i = 0; i < 100; ++i) {
        now += static_cast<int64_t>(random() % spread) * 300'000;
        sequence += 1 + (random() % 50 == 0 ? random() % 40 : 0);
        if (random() % 100 < lossPercent) continue;
        const int64_t late = random() % 20 == 0 ? static_cast<int64_t>(random() % 30) : 0;
        const int64_t which = std::max<int64_t>(sequence - late, 0);
        if (arrived.empty() && late > 0) continue;
        arrived.try_emplace(which, now);
        recorder.record(static_cast<uint16_t>(which), now);
      }
      while (recorder.pending()) {
        const Feedback feedback = take(recorder, 28 + random() % 400);
        ck_assert(!feedback.bytes.empty());
        for (const auto& arrival : feedback.arrivals)
          if (arrival.received) read[unwrap.unwrap(arrival.sequence)] = arrival.arrivalNs;
      }
    }
    ck_assert_uint_eq(read.size(), arrived.size());
    const int64_t modulus = (int64_t{1} << 24) * ms(64);
    int wrong = 0;
    for (const auto& [which, at] : arrived)
      if (!read.contains(which) || read[which] != at % modulus / 250'000 * 250'000) ++wrong;
    ck_assert_int_eq(wrong, 0);
  }
}
END_TEST

START_TEST(the_reader_knows_every_kind_of_chunk) {
  std::vector<TwccReader::Arrival> out;
  // Run of two missing, one-bit vector of 14, two-bit vector of 7; deltas for the received ones.
  Bytes rest = {0x00, 0x02, 0xA0, 0x01, 0xD8, 0x00};
  append(rest, {4, 8, 12, 0xFF, 0xFC});
  ck_assert(reads(2 + 14 + 7, rest, out));
  // 0xA001: 1 0 10 0000 0000 0001 → symbols 2 and 13. 0xD800: 01 10 00... → small, large.
  std::vector<int> received;
  for (const auto& arrival : out)
    if (arrival.received) received.push_back(arrival.sequence - 10);
  ck_assert(received == (std::vector<int>{2, 15, 16, 17}));
  ck_assert_int_eq(out[2].arrivalNs, ms(64 * 4 + 1));
  ck_assert_int_eq(out[15].arrivalNs, ms(64 * 4 + 3));
  ck_assert_int_eq(out[16].arrivalNs, ms(64 * 4 + 6));
  ck_assert_int_eq(out[17].arrivalNs, ms(64 * 4 + 5));
}
END_TEST

START_TEST(malformed_feedback_is_refused) {
  std::vector<TwccReader::Arrival> out;
  ck_assert(!reads(0, {0x20, 0x01, 4}, out));                // No packets.
  ck_assert(!reads(5, {}, out));                             // No chunks.
  ck_assert(!reads(3, {0x00, 0x00, 0x00, 0x00}, out));       // An empty run.
  ck_assert(!reads(9, {0x20, 0x09, 1, 2}, out));             // Deltas end early.
  ck_assert(!reads(1, {0x60, 0x01, 1, 2}, out));             // The reserved symbol.
  ck_assert(!reads(0xFFFF, {0x3F, 0xFF, 0x3F, 0xFF}, out));  // Chunks end early.
  ck_assert(reads(1, {0x20, 0x05, 1}, out));                 // A run past the count is cut.
  ck_assert_uint_eq(out.size(), 1);
}
END_TEST

int main() {
  return runSuite(
      "twcc", {nothing_recorded_builds_nothing, one_packet_is_laid_out_as_the_draft_says,
               missing_packets_are_reported_as_such_over_the_wrap,
               the_next_feedback_goes_on_where_the_last_ended_and_counts_up,
               a_late_packet_is_reported_in_the_next_feedback, a_duplicate_keeps_the_first_arrival,
               more_than_eight_seconds_take_two_feedbacks, a_huge_gap_starts_over,
               a_long_loss_is_one_chunk, small_rooms_get_the_rest_in_further_feedbacks,
               every_arrival_comes_through_whatever_the_pattern,
               the_reader_knows_every_kind_of_chunk, malformed_feedback_is_refused});
}
