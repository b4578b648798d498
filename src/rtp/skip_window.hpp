// SkipWindow: which of the last N positions of a rising counter were left out on purpose.
// Thread: one at a time. Allocates nothing.
#pragma once

#include <algorithm>
#include <bitset>
#include <cstdint>

namespace parlour::rtp {

template <size_t N>
class SkipWindow {
 public:
  /// Begins anew; no position before `first` is known.
  void reset(int64_t first) {
    bits_.reset();
    newest_ = first - 1;
    newestPassed_ = first - 1;
    total_ = 0;
  }

  /// Is the position the newest or less than N before it, or still to come?
  bool inWindow(int64_t position) const { return position > newest_ - static_cast<int64_t>(N); }
  bool skipped(int64_t position) const {
    return position <= newest_ && inWindow(position) && bits_[index(position)];
  }

  /// The position is used. One that was skipped, with none after it used, is not any more.
  void pass(int64_t position) {
    if (position > newestPassed_ && skipped(position)) {
      bits_.reset(index(position));
      --total_;
    }
    advance(position);
    newestPassed_ = std::max(newestPassed_, position);
  }
  /// The position is left out. One behind a used one has its place already: nothing changes.
  void skip(int64_t position) {
    if (position <= newestPassed_ || !inWindow(position) || skipped(position)) return;
    advance(position);
    bits_.set(index(position));
    ++total_;
  }

  /// How many positions before this one, since the reset, were skipped. Needs inWindow(position).
  int64_t skippedBefore(int64_t position) const {
    int64_t count = total_;
    for (int64_t p = std::max(position, newest_ - static_cast<int64_t>(N) + 1); p <= newest_; ++p)
      if (bits_[index(p)]) --count;
    return count;
  }

 private:
  static size_t index(int64_t position) {
    static_assert((N & (N - 1)) == 0, "a power of two");
    return static_cast<size_t>(position) & (N - 1);
  }
  void advance(int64_t position) {
    if (position - newest_ >= static_cast<int64_t>(N)) {
      bits_.reset();
      newest_ = std::max(newest_, position);
    }
    while (newest_ < position) bits_.reset(index(++newest_));
  }

  std::bitset<N> bits_;
  int64_t newest_ = -1;
  int64_t newestPassed_ = -1;
  int64_t total_ = 0;  ///< Skipped since the reset.
};

}  // namespace parlour::rtp
