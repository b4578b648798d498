// The keys a scenario file can have, in one table: for reading, --set, checks and the manual.
// Thread: any (pure).
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "load/scenario/scenario.hpp"

namespace parlour::bench {

/// One key: "view.videoSlots".
struct ScenarioKey {
  using Number = std::function<double&(Scenario&)>;
  using Truth = std::function<bool&(Scenario&)>;
  using Text = std::function<std::string&(Scenario&)>;
  using Numbers = std::function<std::vector<double>&(Scenario&)>;

  std::string_view name;
  std::variant<Number, Truth, Text, Numbers> field;
  double least = 0, most = 0;  ///< Of numbers, both allowed.
  bool whole = false;          ///< No fractions.
  std::string_view meaning;

  /// "a whole number from 1 to 20000".
  std::string allowed() const;
};

std::span<const ScenarioKey> scenarioKeys();
/// Null where there is none.
const ScenarioKey* findScenarioKey(std::string_view name);
/// Whether "view" or "chat" is a section.
bool isScenarioSection(std::string_view name);

/// Sets one key from text. Returns what is wrong, or nothing.
std::string setScenarioKey(Scenario& scenario, const ScenarioKey& key, const std::string& text);

/// The same for the keys of a stage of `line.stages`.
std::string setStageKey(LineStage& stage, std::string_view key, const std::string& text);
/// Their names, for messages.
std::string stageKeys();

/// "< 0.001", ">= 1". Returns what is wrong, or nothing; `figure` has to be one of figures.hpp.
std::string readObjective(std::string_view figure, const std::string& text, Objective& objective);

/// What only all keys together can show. Empty: nothing is wrong.
std::vector<std::string> checkScenario(const Scenario& scenario);

}  // namespace parlour::bench
