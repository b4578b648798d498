#include "load/report/verdict.hpp"

#include <algorithm>

namespace parlour::bench {
namespace {

using Relation = Objective::Relation;

bool holds(double measured, Relation relation, double value) {
  switch (relation) {
    case Relation::kLess:
      return measured < value;
    case Relation::kAtMost:
      return measured <= value;
    case Relation::kAtLeast:
      return measured >= value;
    case Relation::kMore:
      return measured > value;
    case Relation::kEqual:
      return measured == value;
  }
  return false;
}

const char* signOf(Relation relation) {
  constexpr const char* kSigns[] = {"<", "<=", ">=", ">", "=="};
  return kSigns[static_cast<size_t>(relation)];
}

}  // namespace

std::vector<Verdict> judge(std::span<const Objective> objectives, const Figures& figures) {
  std::vector<Verdict> verdicts;
  for (const Objective& objective : objectives) {
    Verdict& verdict = verdicts.emplace_back(Verdict{objective, std::nullopt});
    const auto found = figures.find(objective.figure);
    if (found == figures.end()) continue;
    verdict.measured = found->second;
    verdict.result = holds(found->second, objective.relation, objective.value)
                         ? Verdict::Result::kMet
                         : Verdict::Result::kMissed;
  }
  return verdicts;
}

std::string demandText(const Objective& objective) {
  return std::string(signOf(objective.relation)) + " " +
         figureText(*findFigure(objective.figure), objective.value);
}

const char* resultText(Verdict::Result result) {
  constexpr const char* kTexts[] = {"met", "MISSED", "NOT MEASURED"};
  return kTexts[static_cast<size_t>(result)];
}

int exitCodeOf(const std::vector<Verdict>& verdicts, bool valid) {
  constexpr int kMissed = 1, kInvalid = 3;
  if (!valid) return kInvalid;
  const bool met = std::all_of(verdicts.begin(), verdicts.end(), [](const Verdict& verdict) {
    return verdict.result == Verdict::Result::kMet;
  });
  return met ? 0 : kMissed;
}

}  // namespace parlour::bench
