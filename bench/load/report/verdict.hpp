// Verdict: each objective against what was measured. Thread: any (pure).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "load/report/figures.hpp"
#include "load/scenario/scenario.hpp"

namespace parlour::bench {

struct Verdict {
  enum class Result { kMet, kMissed, kNotMeasured };
  Objective objective;
  std::optional<double> measured;
  Result result = Result::kNotMeasured;
};

std::vector<Verdict> judge(std::span<const Objective> objectives, const Figures& figures);
/// "< 0.10 %", in the unit of its figure.
std::string demandText(const Objective& objective);
const char* resultText(Verdict::Result result);

/// As the program ends: 0 all met, 1 one missed, 3 invalid. What was not measured is not met.
int exitCodeOf(const std::vector<Verdict>& verdicts, bool valid);

}  // namespace parlour::bench
