#include <array>
#include <vector>

#include "rtp/nack_generator.hpp"

// Last: check.h takes the name "fail".
#include "suite.hpp"

using namespace parlour;
using namespace parlour::rtp;

namespace {

constexpr int64_t kRtt = 50 * kNsPerMs;

class Receiver {
 public:
  void get(uint16_t sequence, bool keyFrame = false) {
    nack.onPacket(sequence, clock.nowNs(), keyFrame);
  }
  std::vector<uint16_t> collect(int64_t rttNs = kRtt, size_t room = 1000) {
    std::vector<uint16_t> out(room);
    out.resize(nack.collect(clock.nowNs(), rttNs, out));
    return out;
  }
  NackGenerator nack;
  VirtualClock clock;
};

using List = std::vector<uint16_t>;

}  // namespace

START_TEST(a_complete_stream_asks_for_nothing) {
  Receiver r;
  for (int i = 65500; i < 65600; ++i) r.get(static_cast<uint16_t>(i));
  r.clock.advanceMs(1000);
  ck_assert(r.collect().empty());
  ck_assert(!r.nack.takeKeyFrameRequest());
}
END_TEST

START_TEST(a_gap_is_asked_for_once_it_cannot_be_reordering) {
  Receiver r;
  r.get(0xFFFD);
  r.get(1);
  ck_assert(r.collect().empty());
  r.clock.advanceMs(5);
  ck_assert(r.collect() == (List{0xFFFE, 0xFFFF, 0}));
  ck_assert(r.collect().empty());
}
END_TEST

START_TEST(a_reordered_packet_is_not_asked_for) {
  Receiver r;
  r.get(1);
  r.get(3);
  r.clock.advanceMs(4);
  r.get(2);
  r.clock.advanceMs(100);
  ck_assert(r.collect().empty());
  ck_assert_uint_eq(r.nack.missing(), 0);
}
END_TEST

START_TEST(asking_again_waits_a_round_trip_and_ends_with_recovery) {
  Receiver r;
  r.get(1);
  r.get(4);
  r.clock.advanceMs(5);
  ck_assert(r.collect() == (List{2, 3}));
  r.clock.advanceMs(49);
  ck_assert(r.collect().empty());
  r.nack.onRecovered(2);
  r.clock.advanceMs(1);
  ck_assert(r.collect() == (List{3}));
  r.nack.onRecovered(3);
  r.clock.advanceMs(500);
  ck_assert(r.collect().empty());
}
END_TEST

START_TEST(spacing_has_a_floor_and_a_guess_without_round_trip) {
  Receiver r;
  r.get(1);
  r.get(3);
  r.clock.advanceMs(5);
  ck_assert(r.collect(kNsPerMs) == (List{2}));
  r.clock.advanceMs(19);
  ck_assert(r.collect(kNsPerMs).empty());
  r.clock.advanceMs(1);
  ck_assert(r.collect(kNsPerMs) == (List{2}));
  r.clock.advanceMs(99);
  ck_assert(r.collect(0).empty());
  r.clock.advanceMs(1);
  ck_assert(r.collect(0) == (List{2}));
}
END_TEST

START_TEST(after_ten_times_it_gives_up_and_wants_a_key_frame) {
  Receiver r;
  r.get(1, true);
  r.get(3);
  r.clock.advanceMs(5);
  for (int i = 0; i < 10; ++i) {
    ck_assert(r.collect() == (List{2}));
    ck_assert(!r.nack.takeKeyFrameRequest());
    r.clock.advanceMs(50);
  }
  ck_assert(r.collect().empty());
  ck_assert_uint_eq(r.nack.missing(), 0);
  ck_assert_uint_eq(r.nack.givenUp(), 1);
  ck_assert(r.nack.takeKeyFrameRequest());
  ck_assert(!r.nack.takeKeyFrameRequest());
}
END_TEST

START_TEST(loss_before_a_key_frame_is_given_up_in_silence) {
  Receiver r;
  r.get(1);
  r.get(3);
  r.get(4, true);
  for (int i = 0; i < 20; ++i) {
    r.clock.advanceMs(50);
    r.collect();
  }
  ck_assert_uint_eq(r.nack.givenUp(), 1);
  ck_assert(!r.nack.takeKeyFrameRequest());
}
END_TEST

START_TEST(a_gap_beyond_the_bound_asks_for_a_key_frame_instead) {
  Receiver r;
  r.get(1);
  r.get(1003);
  r.clock.advanceMs(10);
  ck_assert(r.collect().empty());
  ck_assert(r.nack.takeKeyFrameRequest());
  ck_assert_uint_eq(r.nack.givenUp(), 1001);
  r.get(1005);
  r.clock.advanceMs(10);
  ck_assert(r.collect() == (List{1004}));
}
END_TEST

START_TEST(a_large_gap_that_ends_in_a_key_frame_mends_itself) {
  Receiver r;
  r.get(1);
  r.get(5000, true);
  ck_assert(!r.nack.takeKeyFrameRequest());
  ck_assert_uint_eq(r.nack.missing(), 0);
}
END_TEST

START_TEST(overflow_gives_up_what_a_key_frame_has_made_useless_first) {
  Receiver r;
  r.get(0);
  r.get(601);  // 600 missing before the key frame.
  r.get(602, true);
  r.get(1103);  // 500 more after it.
  ck_assert_uint_eq(r.nack.missing(), 500);
  ck_assert_uint_eq(r.nack.givenUp(), 600);
  ck_assert(!r.nack.takeKeyFrameRequest());
  r.clock.advanceMs(5);
  ck_assert_uint_eq(r.collect().front(), 603);
}
END_TEST

START_TEST(what_does_not_fit_stays_due) {
  Receiver r;
  r.get(0);
  r.get(11);
  r.clock.advanceMs(5);
  ck_assert(r.collect(kRtt, 4) == (List{1, 2, 3, 4}));
  ck_assert(r.collect(kRtt, 100) == (List{5, 6, 7, 8, 9, 10}));
}
END_TEST

START_TEST(recovery_of_anything_else_is_harmless) {
  Receiver r;
  r.nack.onRecovered(5);
  r.get(10);
  r.nack.onRecovered(9);
  r.nack.onRecovered(500);
  r.get(9);
  r.get(10);
  ck_assert_uint_eq(r.nack.missing(), 0);
}
END_TEST

int main() {
  return runSuite(
      "nack_generator",
      {a_complete_stream_asks_for_nothing, a_gap_is_asked_for_once_it_cannot_be_reordering,
       a_reordered_packet_is_not_asked_for, asking_again_waits_a_round_trip_and_ends_with_recovery,
       spacing_has_a_floor_and_a_guess_without_round_trip,
       after_ten_times_it_gives_up_and_wants_a_key_frame,
       loss_before_a_key_frame_is_given_up_in_silence,
       a_gap_beyond_the_bound_asks_for_a_key_frame_instead,
       a_large_gap_that_ends_in_a_key_frame_mends_itself,
       overflow_gives_up_what_a_key_frame_has_made_useless_first, what_does_not_fit_stays_due,
       recovery_of_anything_else_is_harmless});
}
