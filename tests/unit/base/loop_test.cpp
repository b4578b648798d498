// The control thread: order of posted work, timers, workers.
#include <glib.h>

#include <atomic>
#include <csignal>
#include <set>
#include <thread>
#include <vector>

#include "base/loop.hpp"

#include "support/check_suite.hpp"

using namespace parlour;

namespace {
void runUntil(const bool& done) {
  while (!done) g_main_context_iteration(nullptr, TRUE);
}
}  // namespace

START_TEST(posted_work_runs_in_order_on_the_control_thread) {
  claimControlThread();
  std::vector<int> order;
  bool done = false;
  std::thread([&] {
    ck_assert(!onControlThread());
    for (int i = 0; i < 3; ++i) post([&order, i] { order.push_back(i); });
    post([&] { done = onControlThread(); });
  }).join();
  runUntil(done);
  ck_assert(order == (std::vector{0, 1, 2}));
}
END_TEST

START_TEST(calling_from_another_thread_is_a_programming_error) {
  claimControlThread();
  std::thread([] { assertControlThread(); }).join();
}
END_TEST

START_TEST(a_repeating_timer_ends_when_it_says_so) {
  int ticks = 0;
  bool done = false;
  const Timer repeating = Timer::every(1, [&] { return ++ticks < 3; });
  const Timer last = Timer::every(1, [&] {
    done = !repeating.active();
    return !done;
  });
  runUntil(done);
  ck_assert_int_eq(ticks, 3);
}
END_TEST

START_TEST(a_timer_that_goes_out_of_scope_does_not_fire) {
  bool fired = false, done = false;
  {
    const Timer gone = Timer::once(0, [&fired] { fired = true; });
  }
  Timer moved = Timer::once(1, [&fired] { fired = true; });
  moved = Timer::once(2, [&done] { done = true; });
  runUntil(done);
  ck_assert(!fired);
}
END_TEST

START_TEST(workers_are_waited_for) {
  std::atomic<int> ran = 0;
  for (int i = 0; i < 50; ++i) runOnWorker([&ran] { ++ran; });
  ck_assert(drainWorkers(15000));
  ck_assert_int_eq(ran, 50);
}
END_TEST

START_TEST(draining_gives_up_at_its_deadline) {
  std::atomic<bool> go = false;
  runOnWorker([&go] {
    while (!go) std::this_thread::yield();
  });
  ck_assert(!drainWorkers(1));
  go = true;
  ck_assert(drainWorkers(15000));
}
END_TEST

START_TEST(random_tokens_are_url_safe_and_differ) {
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const std::string token = randomToken();
    ck_assert_uint_eq(token.size(), 22);
    for (char c : token) ck_assert(g_ascii_isalnum(c) || c == '-' || c == '_');
    ck_assert(seen.insert(token).second);
  }
}
END_TEST

int main() {
  Suite* suite = suite_create("loop");
  TCase* cases = tcase_create("loop");
  tcase_set_timeout(cases, 15);
  for (const TTest* test :
       {posted_work_runs_in_order_on_the_control_thread, a_repeating_timer_ends_when_it_says_so,
        a_timer_that_goes_out_of_scope_does_not_fire, workers_are_waited_for,
        draining_gives_up_at_its_deadline, random_tokens_are_url_safe_and_differ})
    tcase_add_test(cases, test);
  // g_error() ends by SIGTRAP where a debugger could help, else by SIGABRT.
  tcase_add_test_raise_signal(cases, calling_from_another_thread_is_a_programming_error, SIGTRAP);
  suite_add_tcase(suite, cases);
  SRunner* runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  const int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
