// What `parlour-load run` is asked to do. Thread: main.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "load/scenario/scenario.hpp"
#include "load/scenario/scenario_run.hpp"

namespace parlour::bench {

struct RunOptions {
  Scenario scenario;
  ScenarioPlace place;
  std::string json, html;  ///< Files; empty: not written. "-" is standard output.
  std::string commit;
  uint16_t coordinator = 0;  ///< Port on which others are waited for.
  uint32_t expect = 0;       ///< How many of them.
  std::string join;          ///< HOST:PORT of a coordinator.
};

/// argv without "run". Prints help or the list of scenarios and exits where asked to. Errors
/// (kInvalid): bad_option, bad_scenario, no_scenario.
Result<RunOptions> readRunOptions(int argc, char** argv);

}  // namespace parlour::bench
