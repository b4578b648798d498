// RateMeter: how fast a counter grows, from readings about a second apart. Pure.
#pragma once

#include <cstdint>

#include "base/clock.hpp"

namespace parlour::call {

class RateMeter {
 public:
  /// The counter has this value now. One that went down began anew.
  void read(uint64_t value, int64_t nowNs) {
    if (atNs_ != 0 && nowNs > atNs_)
      perSecond_ = value < value_ ? 0
                                  : static_cast<double>(value - value_) * kNsPerSecond /
                                        static_cast<double>(nowNs - atNs_);
    value_ = value;
    atNs_ = nowNs;
  }
  /// Between the last two readings; 0 before there are two.
  double perSecond() const { return perSecond_; }

 private:
  uint64_t value_ = 0;
  int64_t atNs_ = 0;
  double perSecond_ = 0;
};

}  // namespace parlour::call
