#include <random>
#include <set>

#include "rtp/continued_field.hpp"
#include "rtp/sequence.hpp"
#include "rtp/skip_window.hpp"

// Last: check.h takes the name "fail".
#include "suite.hpp"

using namespace parlour::rtp;

START_TEST(newer_is_less_than_half_a_circle_ahead) {
  ck_assert(isNewer<uint16_t>(1, 0));
  ck_assert(isNewer<uint16_t>(0, 0xFFFF));
  ck_assert(isNewer<uint16_t>(0x7FFF, 0));
  ck_assert(!isNewer<uint16_t>(0x8000, 0));
  ck_assert(!isNewer<uint16_t>(5, 5));
  ck_assert(!isNewer<uint16_t>(0xFFFF, 0));
  ck_assert(isNewer<uint32_t>(3, 0xFFFFFFF0));
  ck_assert(!isNewer<uint32_t>(0x80000000, 0));
}
END_TEST

START_TEST(distance_of_bits_wraps_at_its_width) {
  ck_assert_int_eq(distanceOfBits(0, 127, 7), 1);
  ck_assert_int_eq(distanceOfBits(127, 0, 7), -1);
  ck_assert_int_eq(distanceOfBits(0, 0x7FFF, 15), 1);
  ck_assert_int_eq(distanceOfBits(2, 31, 5), 3);
  ck_assert_int_eq(distanceOfBits(0x80 + 3, 1, 7), 2);
}
END_TEST

START_TEST(unwrapping_follows_the_newest_and_takes_late_ones) {
  Unwrapper<uint16_t> u;
  ck_assert(!u.started());
  ck_assert_int_eq(u.unwrap(0xFFFE), 0xFFFE);
  ck_assert_int_eq(u.unwrap(1), 0x10001);
  ck_assert_int_eq(u.unwrap(0xFFFF), 0xFFFF);
  ck_assert_int_eq(u.newest(), 0x10001);
  ck_assert_int_eq(u.peek(0), 0x10000);
  ck_assert_int_eq(u.unwrap(2), 0x10002);
}
END_TEST

START_TEST(unwrapping_before_the_first_is_negative) {
  Unwrapper<uint16_t> u;
  u.unwrap(1);
  ck_assert_int_eq(u.unwrap(0xFFFF), -1);
}
END_TEST

START_TEST(unwrapping_is_right_for_a_long_reordered_stream) {
  std::mt19937 random(7);
  Unwrapper<uint16_t> sequences;
  Unwrapper<uint32_t> timestamps;
  int64_t at = 40000;
  // The first timestamp is below 2^32, everything after it counts from there.
  const int64_t cut = at * 90000 - static_cast<uint32_t>(at * 90000);
  sequences.unwrap(static_cast<uint16_t>(at));
  timestamps.unwrap(static_cast<uint32_t>(at * 90000));
  int wrong = 0;
  for (int i = 0; i < 200000; ++i) {
    at += random() % 50;
    const int64_t value = at - static_cast<int64_t>(random() % 1000);
    if (sequences.unwrap(static_cast<uint16_t>(value)) != value) ++wrong;
    if (timestamps.unwrap(static_cast<uint32_t>(value * 90000)) + cut != value * 90000) ++wrong;
  }
  ck_assert_int_eq(wrong, 0);
}
END_TEST

START_TEST(skip_window_counts_like_a_set) {
  constexpr int64_t kSize = 64;
  std::mt19937 random(3);
  SkipWindow<kSize> window;
  std::set<int64_t> skipped;
  int64_t newest = 99;
  int wrong = 0;
  window.reset(100);
  for (int i = 0; i < 5000; ++i) {
    const int64_t position = newest + 1 + (random() % 40 == 0 ? random() % 100 : random() % 2);
    if (random() % 3 == 0) {
      window.skip(position);
      skipped.insert(position);
    } else {
      window.pass(position);
    }
    newest = position;
    const int64_t asked = newest - static_cast<int64_t>(random() % kSize) + 1;
    const auto before = std::distance(skipped.begin(), skipped.lower_bound(asked));
    if (window.skippedBefore(asked) != before) ++wrong;
    if (window.skipped(asked) != skipped.contains(asked)) ++wrong;
    if (window.inWindow(newest - kSize)) ++wrong;
  }
  ck_assert_int_eq(wrong, 0);
}
END_TEST

START_TEST(a_position_behind_the_newest_cannot_be_skipped_any_more) {
  SkipWindow<64> window;
  window.reset(10);
  window.pass(10);
  window.pass(12);
  window.skip(11);
  ck_assert(!window.skipped(11));
  ck_assert_int_eq(window.skippedBefore(13), 0);
}
END_TEST

START_TEST(passing_a_skipped_newest_takes_the_skip_back) {
  SkipWindow<64> window;
  window.reset(10);
  window.skip(10);
  window.pass(10);
  ck_assert_int_eq(window.skippedBefore(11), 0);
}
END_TEST

START_TEST(a_field_goes_on_over_sources_and_wraps) {
  ContinuedField field;
  const auto put = [&](uint32_t input, unsigned bits) {
    return field.place(field.extend(input, bits), 0, bits);
  };
  ck_assert_uint_eq(put(254, 8), 254);
  ck_assert_uint_eq(put(255, 8), 255);
  ck_assert_uint_eq(put(0, 8), 0);
  ck_assert_uint_eq(put(255, 8), 255);  // A late packet.
  field.startSource();
  ck_assert_uint_eq(put(77, 8), 1);
  ck_assert_uint_eq(put(78, 8), 2);
  ck_assert_uint_eq(put(76, 8), 0);
}
END_TEST

START_TEST(a_field_that_grows_wider_goes_on_from_what_was_seen) {
  ContinuedField field;
  ck_assert_uint_eq(field.place(field.extend(127, 7), 0, 7), 127);
  ck_assert_uint_eq(field.place(field.extend(0, 7), 0, 7), 0);
  field.startSource();
  ck_assert_uint_eq(field.place(field.extend(30000, 15), 0, 15), 1);
  field.startSource();
  ck_assert_uint_eq(field.place(field.extend(5, 7), 0, 7), 2);
}
END_TEST

int main() {
  return runSuite(
      "sequence",
      {newer_is_less_than_half_a_circle_ahead, distance_of_bits_wraps_at_its_width,
       unwrapping_follows_the_newest_and_takes_late_ones, unwrapping_before_the_first_is_negative,
       unwrapping_is_right_for_a_long_reordered_stream, skip_window_counts_like_a_set,
       a_position_behind_the_newest_cannot_be_skipped_any_more,
       passing_a_skipped_newest_takes_the_skip_back, a_field_goes_on_over_sources_and_wraps,
       a_field_that_grows_wider_goes_on_from_what_was_seen});
}
