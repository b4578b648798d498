// What `parlour-load run` is asked to do. Thread: main.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "load/scenario/scenario.hpp"
#include "load/scenario/scenario_run.hpp"

namespace parlour::bench {

/// A scenario as it was asked for: what another machine needs to read it as well.
struct ScenarioText {
  std::string yaml, path;
  std::vector<std::string> settings;  ///< KEY=VALUE.
};

struct RunOptions {
  Scenario scenario;
  ScenarioText text;
  ScenarioPlace place;
  std::string json, html;  ///< Files; empty: not written. "-" is standard output.
  std::string commit;
  uint16_t coordinator = 0;  ///< Port on which others are waited for.
  uint32_t expect = 0;       ///< How many of them.
  std::string join;          ///< HOST:PORT of a coordinator.
  bool urlGiven = false;     ///< Else the coordinator's URL is used.
};

/// argv without "run". Prints help or the list of scenarios and exits where asked to. Errors
/// (kInvalid): bad_option, bad_scenario, no_scenario.
Result<RunOptions> readRunOptions(int argc, char** argv);
/// Errors (kInvalid): bad_scenario.
Result<Scenario> scenarioOf(const ScenarioText& text);

}  // namespace parlour::bench
