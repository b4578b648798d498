#include "load/report/scenario_report.hpp"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>

#include "load/scenario/schema.hpp"

namespace parlour::bench {
namespace {

using Json = nlohmann::ordered_json;

std::string processorName() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("model name")) {
      const size_t colon = line.find(": ");
      return colon == std::string::npos ? "" : line.substr(colon + 2);
    }
  return {};
}

/// What figures of two runs must have in common to be compared.
Json machineOf() {
  utsname name{};
  uname(&name);
  return {{"processor", processorName()},
          {"cores", sysconf(_SC_NPROCESSORS_ONLN)},
          {"memoryMiB", sysconf(_SC_PHYS_PAGES) / 1024 * (sysconf(_SC_PAGESIZE) / 1024)},
          {"kernel", fmt::format("{} {} {}", name.sysname, name.release, name.machine)}};
}

std::string nowText() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

Json settingsOf(Scenario scenario) {
  Json json = Json::object();
  for (const ScenarioKey& key : scenarioKeys()) {
    const std::string name(key.name);
    std::visit([&](const auto& field) { json[name] = field(scenario); }, key.field);
  }
  Json stages = Json::array();
  for (const LineStage& stage : scenario.line.stages)
    stages.push_back({{"seconds", stage.seconds},
                      {"delayMs", stage.delayMs},
                      {"jitterMs", stage.jitterMs},
                      {"lossPercent", stage.lossPercent},
                      {"rateKbit", stage.rateKbit}});
  if (!stages.empty()) json["line.stages"] = std::move(stages);
  return json;
}

Json quantilesOf(const Histogram& h) {
  const auto ms = [](uint64_t ns) { return static_cast<double>(ns) / 1e6; };
  return {
      {"count", h.count()},          {"p50", ms(h.quantile(0.5))},    {"p90", ms(h.quantile(0.9))},
      {"p99", ms(h.quantile(0.99))}, {"p999", ms(h.quantile(0.999))}, {"max", ms(h.max())}};
}

Json verdictsOf(const std::vector<Verdict>& verdicts) {
  Json json = Json::array();
  for (const Verdict& v : verdicts) {
    const FigureKind& kind = *findFigure(v.objective.figure);
    json.push_back({{"figure", v.objective.figure},
                    {"meaning", kind.meaning},
                    {"demand", demandText(v.objective)},
                    {"measured", v.measured ? figureText(kind, *v.measured) : "not measured"},
                    {"result", resultText(v.result)}});
  }
  return json;
}

Json figuresOf(const Figures& figures) {
  Json json = Json::object();
  for (const FigureKind& kind : figureKinds())
    if (const auto found = figures.find(std::string(kind.name)); found != figures.end())
      json[found->first] = found->second;
  return json;
}

/// Every figure as a person reads it, in the table's order.
Json readableOf(const Figures& figures) {
  Json json = Json::array();
  for (const FigureKind& kind : figureKinds())
    if (const auto found = figures.find(std::string(kind.name)); found != figures.end())
      json.push_back({kind.meaning, figureText(kind, found->second)});
  return json;
}

}  // namespace

nlohmann::json jsonOf(const ScenarioReport& r) {
  const bool valid = r.outcome.invalid.empty();
  Json json = {{"program", "parlour-load run"},
               {"version", PARLOUR_VERSION},
               {"time", nowText()},
               {"commit", r.commit},
               {"machine", machineOf()},
               {"scenario", settingsOf(r.scenario)},
               {"valid", valid},
               {"invalid", r.outcome.invalid},
               {"exitCode", exitCodeOf(r.verdicts, valid)},
               {"verdicts", verdictsOf(r.verdicts)},
               {"limit", r.limit},
               {"figures", figuresOf(r.figures)},
               {"readable", readableOf(r.figures)},
               {"failures", r.outcome.failures},
               {"machines", r.outcome.machines},
               {"windowSeconds", r.outcome.windowSeconds},
               {"windowFrom", r.outcome.windowFrom},
               {"durationsMs", Json::object()},
               {"counts", r.outcome.counts},
               {"greatest", r.outcome.greatest},
               {"server", r.server},
               {"seconds", Json::array()}};
  for (const auto& [name, histogram] : r.outcome.durations)
    json["durationsMs"][name] = quantilesOf(histogram);
  for (const Moment& moment : r.outcome.moments) {
    Json second = {{"at", moment.atSeconds}};
    for (const auto& [name, value] : moment.values) second[name] = value;
    json["seconds"].push_back(std::move(second));
  }
  return json;
}

std::string textOf(const ScenarioReport& r) {
  const std::string machines = r.outcome.machines > 1
                                   ? fmt::format(" by {} load machines", r.outcome.machines)
                                   : std::string();
  std::string text = fmt::format("{}: {}\n{:.1f} s measured{}\n\n", r.scenario.name,
                                 r.scenario.title, r.outcome.windowSeconds, machines);
  for (const Verdict& v : r.verdicts) {
    const FigureKind& kind = *findFigure(v.objective.figure);
    text += fmt::format("{:<13} {:<24} {:>12}  wanted {:<12} {}\n", resultText(v.result),
                        v.objective.figure, v.measured ? figureText(kind, *v.measured) : "–",
                        demandText(v.objective), kind.meaning);
  }
  text += "\n";
  for (const FigureKind& kind : figureKinds()) {
    const std::string name(kind.name);
    const bool told = std::any_of(r.verdicts.begin(), r.verdicts.end(),
                                  [&](const Verdict& v) { return v.objective.figure == name; });
    if (const auto found = r.figures.find(name); found != r.figures.end() && !told)
      text += fmt::format("{:<13} {:<24} {:>12}  {}\n", "", name, figureText(kind, found->second),
                          kind.meaning);
  }
  if (!r.limit.empty()) text += "\nLIMIT: " + r.limit + "\n";
  for (const std::string& why : r.outcome.failures) text += "FAILED: " + why + "\n";
  for (const std::string& why : r.outcome.invalid) text += "INVALID: " + why + "\n";
  return text;
}

}  // namespace parlour::bench
