#include "load/scenario/ramp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace parlour::bench {
namespace {

struct Resource {
  const char* name;
  double used, limit;  ///< Limit 0: none.
  const char* unit;
  double share() const { return limit > 0 ? used / limit : 0; }
  std::string text() const {
    return fmt::format("{}: {:.2f} of {:.2f} {}", name, used, limit, unit);
  }
};

std::array<Resource, 4> resourcesOf(const Scenario& scenario, const RampState& s) {
  const auto& ramp = scenario.ramp;
  return {Resource{"CPU", s.cpuCores, ramp.cpuShare * s.cores, "cores"},
          Resource{"bandwidth", s.megabitsPerSecond, ramp.megabitsPerSecond, "Mbit/s"},
          Resource{"memory", s.memoryMiB, ramp.memoryMiB, "MiB"},
          Resource{"descriptors", s.descriptors, ramp.descriptorShare * s.descriptorLimit, ""}};
}

std::string brokenQuality(const Scenario& scenario, const RampState& s) {
  const auto& ramp = scenario.ramp;
  if (s.failedJoins > 0) return fmt::format("{:.0f} joins failed", s.failedJoins);
  if (s.lossShare > ramp.lossShare) return fmt::format("{:.2f} % were lost", s.lossShare * 100);
  if (s.signallingP99Ms > ramp.signallingP99Ms)
    return fmt::format("replies took {:.0f} ms at p99", s.signallingP99Ms);
  return {};
}

}  // namespace

std::string brokenLimit(const Scenario& scenario, const RampState& state) {
  const auto resources = resourcesOf(scenario, state);
  const auto nearest =
      *std::max_element(resources.begin(), resources.end(),
                        [](const Resource& a, const Resource& b) { return a.share() < b.share(); });
  if (nearest.share() >= 1) return fmt::format("{} with {} people", nearest.text(), state.people);
  const std::string quality = brokenQuality(scenario, state);
  if (quality.empty()) return {};
  return fmt::format("{} with {} people; nearest to its limit was {}", quality, state.people,
                     nearest.text());
}

}  // namespace parlour::bench
