#include <string>

#include "signalling/metrics.hpp"
#include "suite.hpp"

using namespace parlour::signalling;
using namespace parlour::test;

START_TEST(values_are_asked_for_at_the_scrape) {
  Metrics metrics;
  double value = 1;
  metrics.gauge("parlour_rooms", "Rooms.", [&value] { return value; });
  metrics.counters("parlour_joins_total", "Joins.", [] {
    return std::vector<Sample>{{{{"via", "whip"}}, 2}, {{{"via", "websocket"}}, 40}};
  });
  assertHas(metrics.text(), "parlour_rooms 1\n");
  value = 2;
  const std::string text = metrics.text();
  assertHas(text, "# HELP parlour_rooms Rooms.\n# TYPE parlour_rooms gauge\nparlour_rooms 2\n");
  assertHas(text, "# TYPE parlour_joins_total counter\n");
  assertHas(text, "parlour_joins_total{via=\"websocket\"} 40\n");
}
END_TEST

START_TEST(labels_are_escaped_and_counted_apart) {
  Metrics metrics;
  CounterFamily& family = metrics.counterFamily("parlour_x_total", "X.");
  family.add({{"code", "a\"b\\c\n"}});
  family.add({{"code", "a\"b\\c\n"}}, 2);
  family.add({{"code", "d"}});
  assertHas(metrics.text(), "parlour_x_total{code=\"a\\\"b\\\\c\\n\"} 3\n");
  assertHas(metrics.text(), "parlour_x_total{code=\"d\"} 1\n");
}
END_TEST

START_TEST(histograms_are_cumulative) {
  Metrics metrics;
  parlour::Histogram histogram({0.1, 1}, 1000);
  metrics.histogram("parlour_join_seconds", "Joins.", [&] { return histogram.read(); });
  for (const uint64_t ms : {50, 100, 500, 7000}) histogram.observe(ms);
  const std::string text = metrics.text();
  assertHas(text, "parlour_join_seconds_bucket{le=\"0.1\"} 2\n");
  assertHas(text, "parlour_join_seconds_bucket{le=\"1\"} 3\n");
  assertHas(text, "parlour_join_seconds_bucket{le=\"+Inf\"} 4\n");
  assertHas(text, "parlour_join_seconds_count 4\n");
  assertHas(text, "parlour_join_seconds_sum 7.65\n");
}
END_TEST

START_TEST(histograms_have_labels_and_values_are_prepared_once_per_scrape) {
  Metrics metrics;
  parlour::Histogram in({1}, 1), out({1}, 1);
  int scrapes = 0;
  metrics.onScrape([&] { ++scrapes; });
  metrics.histograms("parlour_loss_ratio", "Loss.", [&] {
    return std::vector<HistogramSample>{{{{"direction", "in"}}, in.read()},
                                        {{{"direction", "out"}}, out.read()}};
  });
  metrics.gauge("parlour_scrapes", "Scrapes.", [&] { return scrapes; });
  out.observe(2);
  const std::string text = metrics.text();
  assertHas(text, "parlour_loss_ratio_bucket{direction=\"in\",le=\"+Inf\"} 0\n");
  assertHas(text, "parlour_loss_ratio_bucket{direction=\"out\",le=\"1\"} 0\n");
  assertHas(text, "parlour_loss_ratio_sum{direction=\"out\"} 2\n");
  assertHas(text, "parlour_scrapes 1\n");
}
END_TEST

START_TEST(the_process_is_described) {
  Metrics metrics;
  metrics.addProcess();
  const std::string text = metrics.text();
  for (const char* name : {"process_cpu_seconds_total", "process_resident_memory_bytes",
                           "process_virtual_memory_bytes", "process_start_time_seconds",
                           "process_open_fds", "process_max_fds"}) {
    const auto at = text.find(std::string("\n") + name + " ");
    ck_assert_msg(at != std::string::npos, "%s is missing", name);
    const double value = std::stod(text.substr(at + std::string(name).size() + 2));
    ck_assert_msg(value > 0 || std::string(name) == "process_cpu_seconds_total", "%s is %f", name,
                  value);
  }
}
END_TEST

START_TEST(a_name_is_registered_once) {
  Metrics metrics;
  metrics.gauge("parlour_rooms", "Rooms.", [] { return 1.0; });
  metrics.gauge("parlour_rooms", "Rooms.", [] { return 1.0; });
}
END_TEST

int main() {
  Suite* suite = suite_create("metrics");
  TCase* cases = tcase_create("metrics");
  tcase_add_test(cases, values_are_asked_for_at_the_scrape);
  tcase_add_test(cases, labels_are_escaped_and_counted_apart);
  tcase_add_test(cases, histograms_are_cumulative);
  tcase_add_test(cases, histograms_have_labels_and_values_are_prepared_once_per_scrape);
  tcase_add_test(cases, the_process_is_described);
  tcase_add_test_raise_signal(cases, a_name_is_registered_once, 5);  // SIGTRAP of g_error().
  suite_add_tcase(suite, cases);
  SRunner* runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  const int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
