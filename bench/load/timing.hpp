// Timing: what a phase lasts and what a thread has spent. Thread: any; threadCpuNs() is of the
// caller's.
#pragma once

#include <time.h>

#include <cstdint>

#include "base/clock.hpp"

namespace parlour::bench {

/// Milliseconds for a Timer.
inline uint32_t timerMs(double seconds) { return static_cast<uint32_t>(seconds * 1000); }

/// CPU time of the calling thread.
inline int64_t threadCpuNs() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return now.tv_sec * kNsPerSecond + now.tv_nsec;
}

}  // namespace parlour::bench
