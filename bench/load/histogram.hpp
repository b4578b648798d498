// Histogram: durations in buckets of 1.6 % width, whatever their size. Thread: one at a time.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>

namespace parlour::bench {

class Histogram {
 public:
  void add(int64_t value) {
    const auto v = static_cast<uint64_t>(std::max<int64_t>(value, 0));
    ++counts_[std::min(indexOf(v), counts_.size() - 1)];
    ++count_;
    max_ = std::max(max_, v);
  }
  void merge(const Histogram& other) {
    for (size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    count_ += other.count_;
    max_ = std::max(max_, other.max_);
  }

  /// Calls `visit(bucket, count)` for all that are not empty: what addBucket() takes, elsewhere.
  template <typename Visit>
  void forEach(Visit visit) const {
    for (size_t i = 0; i < counts_.size(); ++i)
      if (counts_[i] != 0) visit(i, counts_[i]);
  }
  void addBucket(size_t bucket, uint64_t count) {
    counts_[std::min(bucket, counts_.size() - 1)] += count;
    count_ += count;
  }
  void raiseMax(uint64_t max) { max_ = std::max(max_, max); }

  uint64_t count() const { return count_; }
  uint64_t max() const { return max_; }
  /// The value that a share of `share` (0 to 1) is not above; 0 where nothing was added.
  uint64_t quantile(double share) const {
    const auto rank = static_cast<uint64_t>(share * static_cast<double>(count_));
    uint64_t seen = 0;
    for (size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen > rank || (seen == count_ && count_ > 0)) return std::min(upperOf(i), max_);
    }
    return 0;
  }

 private:
  static constexpr unsigned kBits = 6;  ///< 64 buckets for every power of two.
  static constexpr size_t kBuckets = size_t{1} << kBits;

  static size_t indexOf(uint64_t v) {
    if (v < 2 * kBuckets) return v;
    const auto shift = static_cast<unsigned>(std::bit_width(v)) - kBits - 1;
    return shift * kBuckets + (v >> shift);
  }
  static uint64_t upperOf(size_t index) {
    if (index < 2 * kBuckets) return index;
    const size_t shift = index / kBuckets - 1;
    return ((index % kBuckets + kBuckets + 1) << shift) - 1;
  }

  std::array<uint64_t, kBuckets * 40> counts_{};  ///< Up to 2^45 ns, ten hours.
  uint64_t count_ = 0, max_ = 0;
};

}  // namespace parlour::bench
