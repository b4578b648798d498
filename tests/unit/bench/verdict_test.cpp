#include "load/report/verdict.hpp"

#include <nlohmann/json.hpp>

#include "load/report/progress.hpp"
#include "load/report/scenario_report.hpp"
#include "load/scenario/ramp.hpp"
#include "load/scenario/server_watch.hpp"

#include "check_suite.hpp"

using namespace parlour;
using namespace parlour::bench;
using Relation = Objective::Relation;

namespace {

std::vector<Verdict> verdictsOf(const Figures& figures) {
  const std::vector<Objective> objectives = {{"lossShare", Relation::kLess, 0.001},
                                             {"joinedShare", Relation::kEqual, 1}};
  return judge(objectives, figures);
}

}  // namespace

START_TEST(objectives_are_met_or_missed) {
  ck_assert_int_eq(exitCodeOf(verdictsOf({{"lossShare", 0.0005}, {"joinedShare", 1}}), true), 0);
  ck_assert_int_eq(exitCodeOf(verdictsOf({{"lossShare", 0.001}, {"joinedShare", 1}}), true), 1);
  ck_assert_int_eq(exitCodeOf(verdictsOf({{"lossShare", 0}, {"joinedShare", 0.99}}), true), 1);
}
END_TEST

START_TEST(what_was_not_measured_is_not_met) {
  const auto verdicts = verdictsOf({{"lossShare", 0.0005}});
  ck_assert(verdicts[1].result == Verdict::Result::kNotMeasured);
  ck_assert_int_eq(exitCodeOf(verdicts, true), 1);
}
END_TEST

START_TEST(a_run_that_the_load_spoiled_is_neither) {
  ck_assert_int_eq(exitCodeOf(verdictsOf({{"lossShare", 0.5}}), false), 3);
}
END_TEST

START_TEST(outcomes_of_machines_are_put_together_not_averaged) {
  Outcome one, two;
  for (int i = 0; i < 90; ++i) one.durations["join"].add(10 * 1'000'000);
  for (int i = 0; i < 10; ++i) two.durations["join"].add(500 * 1'000'000);
  one.counts = {{"joins", 90}, {"joined", 90}};
  two.counts = {{"joins", 10}, {"joined", 9}};
  one.moments = {{1, {{"people", 90}}}};
  two.moments = {{1, {{"people", 9}}}, {2, {{"people", 10}}}};
  one.greatest = {{"loadCpuShare", 0.2}};
  two.greatest = {{"loadCpuShare", 0.7}};
  const auto sent = Outcome::fromJson(nlohmann::json::parse(two.toJson().dump()));
  ck_assert(bool(sent));
  one.merge(*sent);
  const Figures figures = clientFigures(one);
  ck_assert_double_eq_tol(figures.at("joinP50Ms"), 10, 0.2);
  ck_assert_double_eq_tol(figures.at("joinP99Ms"), 500, 10);
  ck_assert_double_eq_tol(figures.at("joinedShare"), 0.99, 1e-9);
  ck_assert_double_eq(figures.at("peopleMost"), 99);
  ck_assert_double_eq(figures.at("loadCpuShare"), 0.7);
  ck_assert_uint_eq(one.machines, 2);
}
END_TEST

START_TEST(an_outcome_that_is_none_is_refused) {
  ck_assert(!Outcome::fromJson(nlohmann::json{{"counts", 3}}));
}
END_TEST

START_TEST(metrics_are_read_by_name_with_all_their_labels) {
  const auto metrics = readMetrics(
      "# HELP a_total Things.\n# TYPE a_total counter\na_total{reason=\"x y\"} 3\n"
      "a_total{reason=\"z\"} 4.5\na_total_more 100\nb 1e3\nrubbish\n");
  ck_assert_double_eq(*sumOfMetric(metrics, "a_total"), 7.5);
  ck_assert_double_eq(*sumOfMetric(metrics, "b"), 1000);
  ck_assert(!sumOfMetric(metrics, "c"));
}
END_TEST

START_TEST(a_ramp_says_which_limit_broke) {
  Scenario scenario;
  RampState state;
  state.people = 120;
  state.cores = 2;
  state.cpuCores = 1.5;
  ck_assert_text(brokenLimit(scenario, state), "");
  state.cpuCores = 1.9;
  ck_assert_text(brokenLimit(scenario, state), "CPU: 1.90 of 1.80 cores with 120 people");
  state.cpuCores = 1;
  state.descriptors = 1000;
  state.descriptorLimit = 1024;
  ck_assert(brokenLimit(scenario, state).starts_with("descriptors"));
  state.descriptorLimit = 0;
  scenario.ramp.memoryMiB = 500;
  state.memoryMiB = 512;
  ck_assert(brokenLimit(scenario, state).starts_with("memory: 512.00 of 500.00 MiB"));
  state.memoryMiB = 100;
  scenario.ramp.megabitsPerSecond = 90;
  state.megabitsPerSecond = 91;
  ck_assert(brokenLimit(scenario, state).starts_with("bandwidth"));
}
END_TEST

START_TEST(a_ramp_that_loses_packets_names_the_nearest_limit) {
  Scenario scenario;
  RampState state;
  state.people = 50;
  state.cpuCores = 0.8;
  state.lossShare = 0.05;
  ck_assert_text(
      brokenLimit(scenario, state),
      "5.00 % were lost with 50 people; nearest to its limit was CPU: 0.80 of 0.90 cores");
}
END_TEST

START_TEST(the_page_begins_with_the_verdict_and_needs_nothing_else) {
  Scenario scenario;
  scenario.name = "small";
  scenario.title = "</script> & <b>";
  Outcome outcome;
  outcome.moments = {{1, {{"people", 3}}}, {2, {{"people", 4}}}};
  const Figures figures{{"lossShare", 0.5}};
  const auto verdicts = verdictsOf(figures);
  const nlohmann::json server = nlohmann::json::object();
  const std::string page = pageOf(jsonOf({scenario, outcome, figures, verdicts, server, "", ""}));
  // The name of SVG's namespace is no address.
  const std::string kSvg = "http://www.w3.org/2000/svg";
  std::string rest = page;
  rest.erase(rest.find(kSvg), kSvg.size());
  for (const char* outside : {"http://", "https://", "src=", "@import", "url("})
    ck_assert_msg(rest.find(outside) == std::string::npos, "the page has %s", outside);
  ck_assert(page.find("</script> & <b>") == std::string::npos);
  ck_assert(page.find("MISSED") != std::string::npos);
}
END_TEST

int main() {
  return test::runSuite(
      "verdict",
      {objectives_are_met_or_missed, what_was_not_measured_is_not_met,
       a_run_that_the_load_spoiled_is_neither, outcomes_of_machines_are_put_together_not_averaged,
       an_outcome_that_is_none_is_refused, metrics_are_read_by_name_with_all_their_labels,
       a_ramp_says_which_limit_broke, a_ramp_that_loses_packets_names_the_nearest_limit,
       the_page_begins_with_the_verdict_and_needs_nothing_else});
}
