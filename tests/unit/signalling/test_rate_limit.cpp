#include "base/clock.hpp"
#include "signalling/rate_limit.hpp"
#include "suite.hpp"

using namespace parlour;
using namespace parlour::signalling;
using namespace parlour::test;

START_TEST(a_bucket_gives_its_burst_and_then_its_rate) {
  VirtualClock clock;
  TokenBucket bucket({10, 3});
  for (int i = 0; i < 3; ++i) ck_assert(bucket.take(clock.nowNs()));
  ck_assert(!bucket.take(clock.nowNs()));
  ck_assert_uint_eq(bucket.waitMs(clock.nowNs()), 100);
  clock.advanceMs(100);
  ck_assert(bucket.take(clock.nowNs()));
  ck_assert(!bucket.take(clock.nowNs()));
}
END_TEST

START_TEST(a_bucket_never_holds_more_than_its_burst) {
  VirtualClock clock;
  TokenBucket bucket({10, 3});
  ck_assert(bucket.take(clock.nowNs()));
  clock.advanceMs(3600 * 1000);
  for (int i = 0; i < 3; ++i) ck_assert(bucket.take(clock.nowNs()));
  ck_assert(!bucket.take(clock.nowNs()));
}
END_TEST

START_TEST(addresses_have_buckets_of_their_own) {
  VirtualClock clock;
  RateLimit limit({1, 1}, 100);
  ck_assert(limit.take("192.0.2.1", clock.nowNs()).allowed);
  const auto refused = limit.take("192.0.2.1", clock.nowNs());
  ck_assert(!refused.allowed);
  ck_assert_uint_eq(refused.retryAfterMs, 1000);
  ck_assert(limit.take("192.0.2.2", clock.nowNs()).allowed);
}
END_TEST

START_TEST(an_ipv6_subscriber_is_its_64_bit_network) {
  assertText(rateKey("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
  assertText(rateKey("2001:db8:1:2::9"), "2001:db8:1:2::/64");
  assertText(rateKey("::ffff:192.0.2.1"), "192.0.2.1");
  assertText(rateKey("192.0.2.1"), "192.0.2.1");
  assertText(rateKey("unix"), "unix");
}
END_TEST

START_TEST(the_table_is_bounded_and_forgets_the_longest_unseen) {
  VirtualClock clock;
  RateLimit limit({0.001, 1}, 3);
  for (const char* address : {"10.0.0.1", "10.0.0.2", "10.0.0.3"})
    ck_assert(limit.take(address, clock.nowNs()).allowed);
  ck_assert(!limit.take("10.0.0.1", clock.nowNs()).allowed);
  ck_assert(limit.take("10.0.0.4", clock.nowNs()).allowed);
  ck_assert_uint_eq(limit.size(), 3);
  ck_assert(!limit.take("10.0.0.1", clock.nowNs()).allowed);
  ck_assert(limit.take("10.0.0.2", clock.nowNs()).allowed);
}
END_TEST

int main() {
  return runSuite("rate limit", {a_bucket_gives_its_burst_and_then_its_rate,
                                 a_bucket_never_holds_more_than_its_burst,
                                 addresses_have_buckets_of_their_own,
                                 an_ipv6_subscriber_is_its_64_bit_network,
                                 the_table_is_bounded_and_forgets_the_longest_unseen});
}
