// Reads scenarios: YAML, checked against the schema, with every mistake told at once.
// Thread: any (pure, except for findScenario).
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "load/scenario/scenario.hpp"

namespace parlour::bench {

/// "conference.yaml:7: view.videoSlots is "many"; it can be …", one a line.
/// Error (kInvalid): bad_scenario. `file` is for messages.
Result<Scenario> readScenario(const std::string& yaml, const std::string& file);

/// "people=20", "objectives.lossShare=< 0.01", "line.stages.0.seconds=3" over a scenario. Every
/// mistake is told. Error (kInvalid): bad_scenario.
Result<void> overrideScenario(Scenario& scenario, const std::vector<std::string>& settings);

/// Path of a scenario file or of a shipped one by name. Error (kInvalid): no_scenario, with the
/// names that there are.
Result<std::string> findScenario(const std::string& name);

}  // namespace parlour::bench
