// Ramp: which limit a growing load has broken. Thread: any (pure).
#pragma once

#include <cstdint>
#include <string>

#include "load/scenario/scenario.hpp"

namespace parlour::bench {

/// How things stand at the end of a step. 0: not known.
struct RampState {
  uint32_t people = 0;
  double cpuCores = 0;  ///< That the server used, in the last second or so.
  unsigned cores = 1;   ///< That it may use.
  double memoryMiB = 0, megabitsPerSecond = 0, descriptors = 0, descriptorLimit = 0;
  double lossShare = 0, signallingP99Ms = 0;
  double failedJoins = 0;
};

/// The limit that broke, as a sentence; empty while none has. Where quality broke before a
/// resource, it says which resource was nearest to its limit.
std::string brokenLimit(const Scenario& scenario, const RampState& state);

}  // namespace parlour::bench
