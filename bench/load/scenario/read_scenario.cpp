// yaml-cpp throws; nothing of that leaves this file.
#include "load/scenario/read_scenario.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>

#include "load/scenario/schema.hpp"

namespace parlour::bench {
namespace {

class Reader {
 public:
  explicit Reader(const std::string& file) : file_(file) {}

  void readAll(const YAML::Node& root) {
    section(root, "");
    for (const std::string& wrong : checkScenario(scenario_))
      mistakes_.push_back(file_ + ": " + wrong);
  }
  Result<Scenario> result() {
    if (mistakes_.empty()) return std::move(scenario_);
    return invalid("bad_scenario", fmt::format("{}", fmt::join(mistakes_, "\n")));
  }
  void note(const YAML::Mark& mark, std::string_view key, std::string_view wrong) {
    const int line = mark.is_null() ? 1 : mark.line + 1;
    mistakes_.push_back(fmt::format("{}:{}: {} {}", file_, line, key, wrong));
  }

 private:
  void section(const YAML::Node& node, const std::string& path) {
    if (!node.IsMap())
      return note(node.Mark(), path.empty() ? "the file" : path, "is a section: keys and values");
    std::set<std::string> seen;
    for (const auto& pair : node) {
      const std::string key = (path.empty() ? "" : path + ".") + pair.first.as<std::string>("?");
      if (!seen.insert(key).second)
        note(pair.first.Mark(), key, "stands here twice");
      else
        entry(pair.first, pair.second, key);
    }
  }

  void entry(const YAML::Node& name, const YAML::Node& node, const std::string& key) {
    if (key == "objectives") return objectives(node);
    if (key == "line.stages") return stages(node);
    if (isScenarioSection(key)) return section(node, key);
    const ScenarioKey* known = findScenarioKey(key);
    if (!known) return note(name.Mark(), key, "is no key; " + neighbours(key));
    std::string text;
    if (node.IsScalar()) {
      text = node.Scalar();
    } else if (node.IsSequence() && std::holds_alternative<ScenarioKey::Numbers>(known->field)) {
      for (const YAML::Node& each : node)
        text += (text.empty() ? "" : ",") + (each.IsScalar() ? each.Scalar() : "?");
    } else {
      return note(name.Mark(), key, "can be " + known->allowed());
    }
    if (const auto wrong = setScenarioKey(scenario_, *known, text); !wrong.empty())
      note(name.Mark(), key, wrong);
  }

  /// What stands beside an unknown key.
  static std::string neighbours(const std::string& key) {
    const size_t dot = key.find('.');
    const std::string prefix = dot == std::string::npos ? "" : key.substr(0, dot + 1);
    std::set<std::string> names;
    for (const ScenarioKey& each : scenarioKeys())
      if (each.name.starts_with(prefix)) {
        const std::string_view rest = each.name.substr(prefix.size());
        names.emplace(rest.substr(0, rest.find('.')));
      }
    if (prefix.empty()) names.insert("objectives");
    if (prefix == "line.") names.insert("stages");
    return fmt::format("there are {}", fmt::join(names, ", "));
  }

  void objectives(const YAML::Node& node) {
    if (!node.IsMap()) return note(node.Mark(), "objectives", "is a section: figures and demands");
    for (const auto& pair : node) {
      const std::string figure = pair.first.as<std::string>("?");
      Objective objective;
      const std::string text = pair.second.IsScalar() ? pair.second.Scalar() : "";
      if (const auto wrong = readObjective(figure, text, objective); !wrong.empty())
        note(pair.first.Mark(), "objectives." + figure, wrong);
      else
        scenario_.objectives.push_back(objective);
    }
  }

  void stages(const YAML::Node& node) {
    if (!node.IsSequence()) return note(node.Mark(), "line.stages", "is a list of stages");
    for (const YAML::Node& each : node) {
      LineStage& stage = scenario_.line.stages.emplace_back();
      const std::string path = fmt::format("line.stages.{}", scenario_.line.stages.size() - 1);
      if (!each.IsMap()) {
        note(each.Mark(), path, "has keys: " + stageKeys());
        continue;
      }
      for (const auto& pair : each) {
        const std::string key = pair.first.as<std::string>("?");
        const std::string text = pair.second.IsScalar() ? pair.second.Scalar() : "";
        if (const auto wrong = setStageKey(stage, key, text); !wrong.empty())
          note(pair.first.Mark(), path + "." + key, wrong);
      }
    }
  }

  const std::string& file_;
  Scenario scenario_;
  std::vector<std::string> mistakes_;
};

/// "objectives.FIGURE": replaces the demand, or takes it away where the text is empty.
std::string setObjective(Scenario& scenario, const std::string& figure, const std::string& text) {
  Objective objective;
  if (!text.empty())
    if (auto wrong = readObjective(figure, text, objective); !wrong.empty()) return wrong;
  std::erase_if(scenario.objectives, [&](const Objective& o) { return o.figure == figure; });
  if (!text.empty()) scenario.objectives.push_back(objective);
  return {};
}

/// "line.stages.N.KEY".
std::string setStage(Scenario& scenario, const std::string& path, const std::string& text) {
  const size_t dot = path.find('.');
  const std::string number = path.substr(0, dot);
  const bool digits =
      !number.empty() && number.size() < 6 &&
      std::all_of(number.begin(), number.end(), [](char c) { return c >= '0' && c <= '9'; });
  const size_t count = scenario.line.stages.size();
  if (dot == std::string::npos || !digits || std::stoul(number) >= count)
    return fmt::format("names none of the {} stages: line.stages.NUMBER.KEY", count);
  return setStageKey(scenario.line.stages[std::stoul(number)], path.substr(dot + 1), text);
}

std::string setOne(Scenario& scenario, const std::string& key, const std::string& text) {
  constexpr std::string_view kObjectives = "objectives.", kStages = "line.stages.";
  if (key.starts_with(kObjectives))
    return setObjective(scenario, key.substr(kObjectives.size()), text);
  if (key.starts_with(kStages)) return setStage(scenario, key.substr(kStages.size()), text);
  const ScenarioKey* known = findScenarioKey(key);
  return known ? setScenarioKey(scenario, *known, text) : "is no key of a scenario";
}

}  // namespace

Result<Scenario> readScenario(const std::string& yaml, const std::string& file) {
  Reader reader(file);
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(yaml);
    if (documents.size() != 1)
      return invalid("bad_scenario",
                     fmt::format("{}:1: the file holds {} YAML documents and must hold one", file,
                                 documents.size()));
    reader.readAll(documents.front());
  } catch (const YAML::Exception& e) {
    reader.note(e.mark, "the file", "is not YAML: " + e.msg);
  }
  return reader.result();
}

Result<void> overrideScenario(Scenario& scenario, const std::vector<std::string>& settings) {
  std::vector<std::string> mistakes;
  for (const std::string& setting : settings) {
    const size_t equals = setting.find('=');
    const std::string key = setting.substr(0, equals);
    const std::string wrong = equals == std::string::npos
                                  ? "has no value: --set key=value"
                                  : setOne(scenario, key, setting.substr(equals + 1));
    if (!wrong.empty()) mistakes.push_back("--set " + key + " " + wrong);
  }
  if (mistakes.empty())
    for (const std::string& wrong : checkScenario(scenario)) mistakes.push_back("--set: " + wrong);
  if (mistakes.empty()) return {};
  return invalid("bad_scenario", fmt::format("{}", fmt::join(mistakes, "\n")));
}

}  // namespace parlour::bench
