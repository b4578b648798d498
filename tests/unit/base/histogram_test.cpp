#include "base/histogram.hpp"

#include <atomic>
#include <numeric>
#include <thread>

#include <check.h>

using parlour::Histogram;
using parlour::HistogramReading;

namespace {

constexpr double kNsPerOne = 1e9;

void assertCounts(const HistogramReading& reading, const std::vector<uint64_t>& wanted) {
  ck_assert_uint_eq(reading.counts.size(), wanted.size());
  for (size_t i = 0; i < wanted.size(); ++i)
    ck_assert_msg(reading.counts[i] == wanted[i], "bucket %zu holds %lu, not %lu", i,
                  static_cast<unsigned long>(reading.counts[i]),
                  static_cast<unsigned long>(wanted[i]));
}

}  // namespace

START_TEST(a_value_at_a_bound_is_in_its_bucket) {
  Histogram histogram({0.001, 0.01}, kNsPerOne);
  histogram.observe(0);
  histogram.observe(1'000'000);
  histogram.observe(1'000'001);
  histogram.observe(10'000'000, 2);
  histogram.observe(10'000'001);
  const auto reading = histogram.read();
  assertCounts(reading, {2, 3, 1});
  ck_assert_double_eq_tol(reading.sum, 0.032000002, 1e-12);
  ck_assert_double_eq(reading.upperBounds[1], 0.01);
}
END_TEST

START_TEST(bounds_between_units_round_down) {
  Histogram loss({0, 0.01, 1}, 256);  // 0.01 is 2.56 of 256.
  for (const uint64_t value : {0, 2, 3, 256}) loss.observe(value);
  assertCounts(loss.read(), {1, 1, 2, 0});
}
END_TEST

START_TEST(decimal_bounds_are_exact_in_their_units) {
  // 0.0003 * 1e9 is less than 300000 in floating point.
  for (const double bound : {0.0001, 0.0003, 0.0007, 0.0011, 0.3, 0.7}) {
    Histogram histogram({bound}, kNsPerOne);
    histogram.observe(static_cast<uint64_t>(bound * 1e9 + 0.5));
    assertCounts(histogram.read(), {1, 0});
  }
}
END_TEST

START_TEST(readings_of_several_threads_add_up) {
  Histogram one({1, 2}, 1), other({1, 2}, 1);
  one.observe(1);
  other.observe(2);
  other.observe(9);
  HistogramReading all;
  all.add(one.read());
  all.add(other.read());
  assertCounts(all, {1, 1, 1});
  ck_assert_double_eq(all.sum, 12);
}
END_TEST

START_TEST(a_reader_beside_the_writer_sees_counts_grow) {
  constexpr uint64_t kObservations = 200'000;
  Histogram histogram({10, 100}, 1);
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (uint64_t i = 0; i < kObservations; ++i) histogram.observe(i % 200);
    done = true;
  });
  uint64_t before = 0;
  while (!done) {
    const auto counts = histogram.read().counts;
    const uint64_t now = std::accumulate(counts.begin(), counts.end(), uint64_t{0});
    ck_assert_uint_ge(now, before);
    before = now;
  }
  writer.join();
  assertCounts(histogram.read(),
               {kObservations / 200 * 11, kObservations / 200 * 90, kObservations / 200 * 99});
}
END_TEST

int main() {
  Suite* suite = suite_create("histogram");
  TCase* cases = tcase_create("histogram");
  tcase_add_test(cases, a_value_at_a_bound_is_in_its_bucket);
  tcase_add_test(cases, bounds_between_units_round_down);
  tcase_add_test(cases, decimal_bounds_are_exact_in_their_units);
  tcase_add_test(cases, readings_of_several_threads_add_up);
  tcase_add_test(cases, a_reader_beside_the_writer_sees_counts_grow);
  suite_add_tcase(suite, cases);
  SRunner* runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  const int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
