#include "rtp/receive_stats.hpp"
#include "base/clock.hpp"

// Last: check.h takes the name "fail".
#include "suite.hpp"

using namespace parlour;
using namespace parlour::rtp;

namespace {

constexpr uint32_t kSsrc = 0xCAFE;
constexpr uint32_t kClock = 90000;

/// 20 ms apart in time and timestamp.
void get(ReceiveStats& stats, int index, int lateMs = 0) {
  stats.onPacket(static_cast<uint16_t>(index), static_cast<uint32_t>(index) * 1800,
                 (index * 20LL + lateMs) * kNsPerMs, 100);
}

}  // namespace

START_TEST(without_packets_the_block_is_empty) {
  ReceiveStats stats(kClock);
  const ReportBlock block = stats.report(kSsrc, 0);
  ck_assert_uint_eq(block.ssrc, kSsrc);
  ck_assert_uint_eq(block.highestSequence, 0);
  ck_assert_int_eq(block.cumulativeLost, 0);
}
END_TEST

START_TEST(loss_is_counted_since_the_start_and_since_the_last_block) {
  ReceiveStats stats(kClock);
  for (int i = 0; i < 100; ++i)
    if (i % 4 != 1) get(stats, i);
  ReportBlock block = stats.report(kSsrc, 0);
  ck_assert_int_eq(block.cumulativeLost, 25);
  ck_assert_uint_eq(block.fractionLost, 64);
  ck_assert_uint_eq(block.highestSequence, 99);
  for (int i = 100; i < 200; ++i) get(stats, i);
  block = stats.report(kSsrc, 0);
  ck_assert_int_eq(block.cumulativeLost, 25);
  ck_assert_uint_eq(block.fractionLost, 0);
}
END_TEST

START_TEST(the_highest_sequence_counts_wraps) {
  ReceiveStats stats(kClock);
  for (int i = 65000; i < 65536 * 2 + 10; ++i) get(stats, i);
  const ReportBlock block = stats.report(kSsrc, 0);
  ck_assert_uint_eq(block.highestSequence, 65536 * 2 + 9);
  ck_assert_int_eq(block.cumulativeLost, 0);
}
END_TEST

START_TEST(duplicates_make_the_loss_negative_and_the_fraction_zero) {
  ReceiveStats stats(kClock);
  for (int i = 0; i < 10; ++i) {
    get(stats, i);
    get(stats, i);
  }
  const ReportBlock block = stats.report(kSsrc, 0);
  ck_assert_int_eq(block.cumulativeLost, -10);
  ck_assert_uint_eq(block.fractionLost, 0);
}
END_TEST

START_TEST(a_late_packet_is_no_loss) {
  ReceiveStats stats(kClock);
  for (const int i : {0, 2, 1, 3, 65534 - 65536, 4}) get(stats, i + 10);
  ck_assert_int_eq(stats.report(kSsrc, 0).cumulativeLost, 5 - 6 + 0);
  ck_assert_uint_eq(stats.report(kSsrc, 0).highestSequence, 14);
}
END_TEST

START_TEST(repaired_packets_do_not_hide_the_loss) {
  ReceiveStats stats(kClock);
  get(stats, 0);
  get(stats, 2);
  stats.onPacket(1, 1800, 60 * kNsPerMs, 100, true);
  const ReportBlock block = stats.report(kSsrc, 0);
  ck_assert_int_eq(block.cumulativeLost, 1);
  ck_assert_uint_eq(stats.packets(), 3);
  ck_assert_uint_eq(stats.bytes(), 300);
  ck_assert_uint_eq(block.jitter, 0);
}
END_TEST

START_TEST(even_arrival_has_no_jitter_and_uneven_grows_towards_its_size) {
  ReceiveStats even(kClock), uneven(kClock);
  for (int i = 0; i < 500; ++i) {
    get(even, i);
    get(uneven, i, i % 2 * 10);
  }
  ck_assert_uint_eq(even.report(kSsrc, 0).jitter, 0);
  const uint32_t jitter = uneven.report(kSsrc, 0).jitter;  // 10 ms each time: 900 units.
  ck_assert_uint_ge(jitter, 890);
  ck_assert_uint_le(jitter, 900);
}
END_TEST

START_TEST(jitter_follows_the_rfcs_first_step) {
  ReceiveStats stats(8000);
  stats.onPacket(1, 0, 0, 10);
  stats.onPacket(2, 160, 22 * kNsPerMs, 10);  // 2 ms late: D = 16, J = 16 / 16.
  ck_assert_uint_eq(stats.report(kSsrc, 0).jitter, 1);
}
END_TEST

START_TEST(packets_of_one_picture_do_not_count_as_jitter) {
  ReceiveStats stats(kClock);
  for (int frame = 0; frame < 100; ++frame)
    for (int part = 0; part < 4; ++part)
      stats.onPacket(static_cast<uint16_t>(frame * 4 + part), static_cast<uint32_t>(frame * 3600),
                     (frame * 40 + part * 5) * kNsPerMs, 100);
  ck_assert_uint_eq(stats.report(kSsrc, 0).jitter, 0);
}
END_TEST

START_TEST(a_restarted_sender_starts_the_counts_anew) {
  ReceiveStats stats(kClock);
  for (int i = 0; i < 10; ++i) get(stats, i);
  get(stats, 30000);
  ck_assert_uint_eq(stats.report(kSsrc, 0).highestSequence, 9);
  get(stats, 30001);
  const ReportBlock block = stats.report(kSsrc, 0);
  ck_assert_uint_eq(block.highestSequence, 30001);
  ck_assert_int_eq(block.cumulativeLost, 0);
}
END_TEST

START_TEST(the_last_sender_report_is_answered_with_its_delay) {
  ReceiveStats stats(kClock);
  get(stats, 0);
  ck_assert_uint_eq(stats.report(kSsrc, 0).lastSr, 0);
  stats.onSenderReport({.ssrc = kSsrc, .ntp = 0x1122334455667788}, 10 * kNsPerSecond);
  const ReportBlock block = stats.report(kSsrc, 11 * kNsPerSecond + kNsPerSecond / 2);
  ck_assert_uint_eq(block.lastSr, 0x33445566);
  ck_assert_uint_eq(block.delaySinceLastSr, 65536 * 3 / 2);
  ck_assert(stats.hasSenderReport());
  ck_assert_int_eq(stats.senderReportNs(), 10 * kNsPerSecond);
}
END_TEST

START_TEST(cumulative_loss_stays_in_24_bits) {
  ReceiveStats stats(kClock);
  for (int i = 0; i < 6000; ++i) get(stats, i * 2999);  // About 18 million lost.
  ck_assert_int_eq(stats.report(kSsrc, 0).cumulativeLost, 0x7FFFFF);
  ck_assert_int_eq(stats.lost(), 5999LL * 2998);
}
END_TEST

int main() {
  return runSuite(
      "receive_stats",
      {without_packets_the_block_is_empty, loss_is_counted_since_the_start_and_since_the_last_block,
       the_highest_sequence_counts_wraps, duplicates_make_the_loss_negative_and_the_fraction_zero,
       a_late_packet_is_no_loss, repaired_packets_do_not_hide_the_loss,
       even_arrival_has_no_jitter_and_uneven_grows_towards_its_size,
       jitter_follows_the_rfcs_first_step, packets_of_one_picture_do_not_count_as_jitter,
       a_restarted_sender_starts_the_counts_anew, the_last_sender_report_is_answered_with_its_delay,
       cumulative_loss_stays_in_24_bits});
}
