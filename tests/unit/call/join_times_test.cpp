#include "call/join_times.hpp"

#include "check_suite.hpp"

using namespace parlour::call;

namespace {

constexpr int64_t kMs = 1'000'000;

/// A join that went: 2 ms, 10 ms, 20 ms, 5 ms.
JoinTimes complete() {
  JoinTimes times;
  times.offerNs = 1000 * kMs;
  times.answerNs = times.wantedNs = 1002 * kMs;
  times.reachedNs = 1012 * kMs;
  times.connectedNs = 1032 * kMs;
  times.mediaNs = 1037 * kMs;
  return times;
}

uint64_t countOf(const JoinHistograms& joins, JoinPhase phase) {
  uint64_t all = 0;
  for (const uint64_t n : joins[static_cast<size_t>(phase)].read().counts) all += n;
  return all;
}

}  // namespace

START_TEST(a_join_has_four_phases_and_a_total) {
  const auto phases = phasesOf(complete());
  const int64_t wanted[] = {2, 10, 20, 5, 37};
  for (size_t i = 0; i < 5; ++i) ck_assert_int_eq(phases[i].value_or(-1), wanted[i] * kMs);
}
END_TEST

START_TEST(what_is_not_over_has_no_length) {
  JoinTimes times = complete();
  times.mediaNs = 0;
  ck_assert(phasesOf(times)[2] && !phasesOf(times)[3] && !phasesOf(times)[4]);
  times.connectedNs = 0;
  ck_assert(phasesOf(times)[1] && !phasesOf(times)[2]);
  ck_assert(!phasesOf({})[0]);
}
END_TEST

START_TEST(waiting_for_the_others_to_come_is_no_part_of_a_join) {
  JoinTimes times = complete();
  times.wantedNs = times.connectedNs + 60'000 * kMs;  // A minute alone in the room.
  times.mediaNs = times.wantedNs + 5 * kMs;
  ck_assert(!phasesOf(times)[3] && !phasesOf(times)[4]);
  ck_assert(phasesOf(times)[2].has_value());
}
END_TEST

START_TEST(times_of_two_threads_never_give_a_negative_length) {
  JoinTimes times = complete();
  times.mediaNs =
      times.connectedNs - kMs;  // The first packet was faster than the news of the keys.
  ck_assert_int_eq(phasesOf(times)[3].value_or(-1), 0);
}
END_TEST

START_TEST(every_phase_is_counted_once) {
  JoinHistograms joins;
  JoinTimes before, after = complete();
  after.reachedNs = after.connectedNs = after.mediaNs = 0;
  countPhases(joins, before, after);
  countPhases(joins, after, after);
  ck_assert_uint_eq(countOf(joins, JoinPhase::kAnswer), 1);
  ck_assert_uint_eq(countOf(joins, JoinPhase::kIce), 0);
  countPhases(joins, after, complete());
  for (size_t i = 0; i < 5; ++i) ck_assert_uint_eq(countOf(joins, static_cast<JoinPhase>(i)), 1);
  const auto reading = joins[static_cast<size_t>(JoinPhase::kTotal)].read();
  ck_assert_double_eq_tol(reading.sum, 0.037, 1e-9);
}
END_TEST

int main() {
  return parlour::test::runSuite(
      "join_times",
      {a_join_has_four_phases_and_a_total, what_is_not_over_has_no_length,
       waiting_for_the_others_to_come_is_no_part_of_a_join,
       times_of_two_threads_never_give_a_negative_length, every_phase_is_counted_once});
}
