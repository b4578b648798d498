#include "load/histogram.hpp"

#include "check_suite.hpp"

using parlour::bench::Histogram;

START_TEST(an_empty_one_has_zeros) {
  const Histogram histogram;
  ck_assert_uint_eq(histogram.count(), 0);
  ck_assert_uint_eq(histogram.quantile(0.5), 0);
}
END_TEST

START_TEST(small_values_are_exact) {
  Histogram histogram;
  for (int i = 1; i <= 100; ++i) histogram.add(i);
  ck_assert_uint_eq(histogram.quantile(0), 1);
  ck_assert_uint_eq(histogram.quantile(0.5), 51);
  ck_assert_uint_eq(histogram.quantile(0.99), 100);
  ck_assert_uint_eq(histogram.quantile(1), 100);
}
END_TEST

START_TEST(values_of_any_size_are_off_by_less_than_two_percent) {
  for (uint64_t value = 3; value < uint64_t{1} << 44; value = value * 5 / 3 + 1) {
    Histogram histogram;
    histogram.add(static_cast<int64_t>(value));
    histogram.add(INT64_C(1) << 44);  // Or the quantile would be cut to the greatest.
    const uint64_t seen = histogram.quantile(0.4);
    ck_assert_uint_ge(seen, value);
    ck_assert_uint_le(seen, value + value / 50);
  }
}
END_TEST

START_TEST(negative_and_huge_values_count) {
  Histogram histogram;
  histogram.add(-5);
  histogram.add(INT64_MAX);
  ck_assert_uint_eq(histogram.count(), 2);
  ck_assert_uint_eq(histogram.quantile(0.4), 0);
  ck_assert_uint_eq(histogram.max(), INT64_MAX);
}
END_TEST

START_TEST(merging_adds) {
  Histogram one, two;
  for (int i = 0; i < 10; ++i) one.add(10);
  for (int i = 0; i < 30; ++i) two.add(20);
  one.merge(two);
  ck_assert_uint_eq(one.count(), 40);
  ck_assert_uint_eq(one.quantile(0.2), 10);
  ck_assert_uint_eq(one.quantile(0.3), 20);
  ck_assert_uint_eq(one.max(), 20);
}
END_TEST

int main() {
  return parlour::test::runSuite("histogram", {an_empty_one_has_zeros, small_values_are_exact,
                                               values_of_any_size_are_off_by_less_than_two_percent,
                                               negative_and_huge_values_count, merging_adds});
}
