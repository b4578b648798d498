// FloodGate: lets a burst of lines of one kind through, then a few a second, and counts the rest,
// so that a library that complains per packet cannot fill the disk. Thread: any.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/mutex.hpp"

namespace parlour::log {

class FloodGate {
 public:
  FloodGate(uint32_t burst, uint32_t perSecond) : burst_(burst), perSecond_(perSecond) {}

  /// How many lines of `kind` were dropped since the last one that passed; nothing: drop this one.
  std::optional<uint64_t> admit(std::string_view kind, int64_t nowNs);

 private:
  struct Bucket {
    double tokens = 0;
    int64_t filledNs = 0;
    uint64_t suppressed = 0;
  };
  const uint32_t burst_;
  const uint32_t perSecond_;
  Mutex mutex_;
  std::map<std::string, Bucket, std::less<>> buckets_ GUARDED_BY(mutex_);
};

}  // namespace parlour::log
