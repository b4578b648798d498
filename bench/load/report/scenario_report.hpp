// ScenarioReport: a run as JSON, as lines for a terminal, and as a page. Thread: any (pure).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "load/report/verdict.hpp"
#include "load/scenario/outcome.hpp"
#include "load/scenario/scenario.hpp"

namespace parlour::bench {

struct ScenarioReport {
  const Scenario& scenario;
  const Outcome& outcome;
  const Figures& figures;
  const std::vector<Verdict>& verdicts;
  const nlohmann::json& server;  ///< Of ServerWatch::toJson().
  std::string limit;             ///< What a ramp broke.
  std::string commit;            ///< Of the tree it was built from; may be empty.
};

nlohmann::json jsonOf(const ScenarioReport& report);
std::string textOf(const ScenarioReport& report);
/// One self-contained page of what jsonOf() wrote.
std::string pageOf(const nlohmann::json& report);

}  // namespace parlour::bench
