#include <filesystem>
#include <fstream>
#include <iterator>

#include "load/scenario/read_scenario.hpp"
#include "load/scenario/schema.hpp"

#include "check_suite.hpp"

using namespace parlour;
using bench::Scenario;

namespace {

const std::string kGood =
    "name: small\n"
    "people: 4\n"
    "publish: {layers: 2, audio: false}\n"
    "view:\n"
    "  heights: [180, 720]\n"
    "line:\n"
    "  stages:\n"
    "    - {seconds: 5, lossPercent: 20}\n"
    "objectives:\n"
    "  lossShare: \"< 0.01\"\n";

std::string mistakesOf(const std::string& yaml) {
  const auto scenario = bench::readScenario(yaml, "s.yaml");
  ck_assert_msg(!scenario, "it was taken:\n%s", yaml.c_str());
  return scenario.error().message;
}

void expect(const std::string& text, const std::string& part) {
  ck_assert_msg(text.find(part) != std::string::npos, "\"%s\" is not in:\n%s", part.c_str(),
                text.c_str());
}

}  // namespace

START_TEST(a_scenario_says_what_it_changes) {
  const auto scenario = bench::readScenario(kGood, "s.yaml");
  ck_assert_msg(bool(scenario), "%s", scenario ? "" : scenario.error().message.c_str());
  ck_assert_text(scenario->name, "small");
  ck_assert_double_eq(scenario->people, 4);
  ck_assert_double_eq(scenario->publish.layers, 2);
  ck_assert(!scenario->publish.audio);
  ck_assert(scenario->publish.video);
  ck_assert_uint_eq(scenario->view.heights.size(), 2);
  ck_assert_double_eq(scenario->line.stages.at(0).lossPercent, 20);
  ck_assert(scenario->objectives.at(0).relation == bench::Objective::Relation::kLess);
}
END_TEST

START_TEST(every_mistake_is_told_with_its_line) {
  const std::string told = mistakesOf(
      "people: many\n"
      "pepole: 3\n"
      "view:\n"
      "  videoSlots: 70\n"
      "  slots: 1\n"
      "rooms: 1.5\n"
      "publish: 3\n"
      "people: 4\n"
      "line:\n"
      "  stages:\n"
      "    - {loss: 1}\n"
      "objectives:\n"
      "  speed: \"> 1\"\n"
      "  lossShare: 0.01\n");
  expect(told, "s.yaml:1: people is \"many\"; it can be a whole number from 1 to 20000");
  expect(told, "s.yaml:2: pepole is no key; there are ");
  expect(told, "s.yaml:4: view.videoSlots is \"70\"; it can be a whole number from 0 to 49");
  expect(told, "s.yaml:5: view.slots is no key; there are audioSlots, changeSeconds");
  expect(told, "s.yaml:6: rooms is \"1.5\"");
  expect(told, "s.yaml:7: publish is a section");
  expect(told, "s.yaml:8: people stands here twice");
  expect(told, "s.yaml:11: line.stages.0.loss is no key of a stage; there are seconds");
  expect(told, "s.yaml:13: objectives.speed is no figure; there are joinedShare");
  expect(told, "s.yaml:14: objectives.lossShare is \"0.01\"; it can be <");
}
END_TEST

START_TEST(what_is_no_yaml_or_no_map_is_refused) {
  expect(mistakesOf("people: [1\n"), "s.yaml:");
  expect(mistakesOf("- 1\n"), "is a section");
  expect(mistakesOf(""), "must hold one");
}
END_TEST

START_TEST(what_does_not_go_together_is_refused) {
  expect(mistakesOf("people: 2\nrooms: 3\n"), "more rooms than people");
  expect(mistakesOf("people: 2\n"), "nothing can be missed");
  expect(mistakesOf("ramp: {addPeople: 1}\nchurn: {joinsPerSecond: 1}\n"), "a ramp has no churn");
}
END_TEST

START_TEST(settings_of_the_command_line_win) {
  Scenario scenario = *bench::readScenario(kGood, "s.yaml");
  const auto changed = bench::overrideScenario(
      scenario, {"people=9", "view.heights=90", "line.stages.0.lossPercent=3",
                 "objectives.lossShare=<= 0.5", "objectives.joinedShare=== 1"});
  ck_assert_msg(bool(changed), "%s", changed ? "" : changed.error().message.c_str());
  ck_assert_double_eq(scenario.people, 9);
  ck_assert_double_eq(scenario.view.heights.at(0), 90);
  ck_assert_double_eq(scenario.line.stages.at(0).lossPercent, 3);
  ck_assert_uint_eq(scenario.objectives.size(), 2);
  ck_assert_double_eq(scenario.objectives.at(0).value, 0.5);
}
END_TEST

START_TEST(wrong_settings_are_all_told) {
  Scenario scenario = *bench::readScenario(kGood, "s.yaml");
  const auto changed = bench::overrideScenario(
      scenario, {"people=0", "wrong=1", "seconds", "line.stages.7.seconds=1"});
  ck_assert(!changed);
  for (const char* part :
       {"people is \"0\"", "wrong is no key", "seconds has no value", "line.stages.7"})
    expect(changed.error().message, part);
}
END_TEST

START_TEST(the_scenarios_that_come_with_it_are_right) {
  unsigned count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(PARLOUR_SCENARIOS)) {
    std::ifstream file(entry.path());
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const auto scenario = bench::readScenario(text, entry.path().string());
    ck_assert_msg(bool(scenario), "%s", scenario ? "" : scenario.error().message.c_str());
    ck_assert_text(scenario->name, entry.path().stem().string());
    ++count;
  }
  ck_assert_uint_ge(count, 8);
}
END_TEST

int main() {
  return test::runSuite("scenario",
                        {a_scenario_says_what_it_changes, every_mistake_is_told_with_its_line,
                         what_is_no_yaml_or_no_map_is_refused, what_does_not_go_together_is_refused,
                         settings_of_the_command_line_win, wrong_settings_are_all_told,
                         the_scenarios_that_come_with_it_are_right});
}
