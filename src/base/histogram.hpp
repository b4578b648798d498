// Histogram: observations counted in buckets by one thread and read by any, without a lock and
// without a locked instruction: fit for the media path.
//
// Values are whole numbers of a small unit (nanoseconds, 1/256 …), so that an observation is a few
// comparisons and two plain stores; what is read is in the unit of the bounds (seconds, shares).
// A reading taken while an observation is made may have its value in `sum` and not yet in a bucket.
// Thread: observe() by the one writer; read() by any. Allocates nothing but what read() returns.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <vector>

#include "base/counter.hpp"

namespace parlour {

/// What a histogram holds, and what several of one shape hold together.
struct HistogramReading {
  std::vector<double> upperBounds;
  std::vector<uint64_t> counts;  ///< Per bucket, not cumulative; the last is above every bound.
  double sum = 0;

  /// Adds what another histogram with the same bounds holds; takes it over where this is empty.
  void add(const HistogramReading& other) {
    if (counts.empty()) {
      *this = other;
      return;
    }
    for (size_t i = 0; i < counts.size() && i < other.counts.size(); ++i)
      counts[i] += other.counts[i];
    sum += other.sum;
  }
};

class Histogram {
 public:
  static constexpr size_t kMostBounds = 15;

  /// `upperBounds` ascending, kMostBounds at most (more are left out); a value at a bound is in its
  /// bucket. `unitsPerOne`: how many of the units observed make one of the bounds' (1e9 for
  /// nanoseconds and seconds).
  Histogram(std::initializer_list<double> upperBounds, double unitsPerOne)
      : unitsPerOne_(unitsPerOne) {
    for (const double bound : upperBounds) {
      if (size_ == kMostBounds) break;
      bounds_[size_] = bound;
      limits_[size_++] = static_cast<uint64_t>(bound * unitsPerOne + 1e-6);
    }
  }

  /// `times` observations of `value`.
  void observe(uint64_t value, uint64_t times = 1) {
    size_t bucket = 0;
    while (bucket < size_ && value > limits_[bucket]) ++bucket;
    bump(counts_[bucket], times);
    bump(sum_, value * times);
  }

  HistogramReading read() const {
    HistogramReading out;
    out.upperBounds.assign(bounds_.begin(), bounds_.begin() + static_cast<ptrdiff_t>(size_));
    for (size_t i = 0; i <= size_; ++i)
      out.counts.push_back(counts_[i].load(std::memory_order_relaxed));
    out.sum = static_cast<double>(sum_.load(std::memory_order_relaxed)) / unitsPerOne_;
    return out;
  }

 private:
  size_t size_ = 0;
  double unitsPerOne_;
  std::array<uint64_t, kMostBounds> limits_{};
  std::array<double, kMostBounds> bounds_{};
  std::array<std::atomic<uint64_t>, kMostBounds + 1> counts_{};
  std::atomic<uint64_t> sum_{0};
};

}  // namespace parlour
