#include "call/rate_meter.hpp"
#include "call/traffic.hpp"
#include "check_suite.hpp"

using namespace parlour;
using namespace parlour::call;

START_TEST(a_rate_is_what_was_added_since_the_reading_before) {
  RateMeter meter;
  ck_assert_double_eq(meter.perSecond(), 0);
  meter.read(5'000'000, 10 * kNsPerSecond);  // Counted before anybody looked.
  ck_assert_double_eq(meter.perSecond(), 0);
  meter.read(5'000'500, 10 * kNsPerSecond + kNsPerSecond / 2);
  ck_assert_double_eq(meter.perSecond(), 1000);
  meter.read(5'000'500, 12 * kNsPerSecond);
  ck_assert_double_eq(meter.perSecond(), 0);
}
END_TEST

START_TEST(a_counter_that_began_anew_is_no_negative_rate) {
  RateMeter meter;
  meter.read(1000, kNsPerSecond);
  meter.read(10, 2 * kNsPerSecond);
  ck_assert_double_eq(meter.perSecond(), 0);
  meter.read(20, 3 * kNsPerSecond);
  ck_assert_double_eq(meter.perSecond(), 10);
  meter.read(30, 3 * kNsPerSecond);  // No time has passed.
  ck_assert_double_eq(meter.perSecond(), 10);
}
END_TEST

START_TEST(what_went_away_is_kept) {
  const Traffic before{10, 100, 20, 200};
  const Traffic after{4, 40, 21, 210};  // A stream went, the slots went on.
  Traffic gone = before.missingIn(after);
  ck_assert_uint_eq(gone.packetsIn, 6);
  ck_assert_uint_eq(gone.bytesIn, 60);
  ck_assert_uint_eq(gone.packetsOut + gone.bytesOut, 0);
  gone += after;
  ck_assert_uint_eq(gone.bytesIn, 100);
  ck_assert_uint_eq(gone.bytesOut, 210);
}
END_TEST

int main() {
  return test::runSuite("rates",
                        {a_rate_is_what_was_added_since_the_reading_before,
                         a_counter_that_began_anew_is_no_negative_rate, what_went_away_is_kept});
}
