// ProcessCost: what a process costs now, as /proc tells it. Thread: any.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>

#include "base/result.hpp"

namespace parlour::bench {

struct ProcessCost {
  double cpuSeconds = 0;  ///< User and system, of threads that ended too.
  uint64_t rssBytes = 0;
  uint32_t threads = 0, descriptors = 0;
  std::map<std::string, double> cpuByThread;  ///< Seconds, by name; of those that live.

  /// Error (kFailed): no_such_process.
  static Result<ProcessCost> read(pid_t pid);
};

}  // namespace parlour::bench
