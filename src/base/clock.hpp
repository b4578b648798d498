// Clock: time as an argument, so that every algorithm can be tested with a virtual one.
// Thread: any.
#pragma once

#include <chrono>
#include <cstdint>

namespace parlour {

constexpr int64_t kNsPerMs = 1'000'000;
constexpr int64_t kNsPerSecond = 1'000'000'000;

class Clock {
 public:
  virtual ~Clock() = default;
  /// Monotonic time in nanoseconds from an arbitrary origin.
  virtual int64_t nowNs() const = 0;
  /// Wall-clock time in nanoseconds since 1970-01-01T00:00:00Z.
  virtual int64_t wallNs() const = 0;
};

class SystemClock final : public Clock {
 public:
  int64_t nowNs() const override {
    return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
  }
  int64_t wallNs() const override {
    return std::chrono::system_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
  }
};

/// A clock that moves only when told to.
class VirtualClock final : public Clock {
 public:
  int64_t nowNs() const override { return nowNs_; }
  int64_t wallNs() const override { return wallNs_; }
  void advanceNs(int64_t ns) {
    nowNs_ += ns;
    wallNs_ += ns;
  }
  void advanceMs(int64_t ms) { advanceNs(ms * kNsPerMs); }

 private:
  int64_t nowNs_ = kNsPerSecond;
  int64_t wallNs_ = 1'700'000'000 * kNsPerSecond;
};

}  // namespace parlour
