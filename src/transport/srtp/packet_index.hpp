// Packet indices of SRTP: the estimate of the roll-over counter and the window of indices already
// used. Source: RFC 3711 §3.3.1, §3.3.2, appendix A. Thread: any (plain values).
#pragma once

#include <array>
#include <cstdint>

namespace parlour::transport {

/// 48 bits of index: 32 of roll-over counter, 16 of sequence.
constexpr uint64_t kMaxRtpIndex = (uint64_t{1} << 48) - 1;
constexpr uint32_t kMaxRtcpIndex = (uint32_t{1} << 31) - 1;

/// The index nearest to `highest` that ends in `sequence`. There is nothing before roll-over
/// counter 0, so within it a large jump always goes forward.
constexpr uint64_t estimateIndex(uint64_t highest, uint16_t sequence) {
  const uint64_t rollover = highest >> 16;
  const auto last = static_cast<uint16_t>(highest);
  uint64_t guess = rollover;
  if (last < 0x8000) {
    if (rollover > 0 && sequence - last > 0x8000) guess = rollover - 1;
  } else if (last - 0x8000 > sequence) {
    guess = rollover + 1;
  }
  return guess << 16 | sequence;
}

/// Which of the last kSize indices were used, and the highest one.
class IndexWindow {
 public:
  static constexpr uint64_t kSize = 1024;

  /// Everything up to and including `highest` counts as used.
  static IndexWindow usedUpTo(uint64_t highest) {
    IndexWindow window;
    window.highest_ = highest;
    window.used_.fill(~uint64_t{0});
    return window;
  }
  /// Nothing is used yet; `first` is about to be.
  static IndexWindow startingAt(uint64_t first) {
    IndexWindow window;
    window.highest_ = first;
    return window;
  }

  uint64_t highest() const { return highest_; }
  bool tooOld(uint64_t index) const { return index + kSize <= highest_; }
  bool used(uint64_t index) const {
    return index <= highest_ && !tooOld(index) && (word(index) & bit(index)) != 0;
  }
  bool fresh(uint64_t index) const { return !tooOld(index) && !used(index); }

  void use(uint64_t index) {
    if (index > highest_) advance(index);
    used_[index / 64 % used_.size()] |= bit(index);
  }

 private:
  static uint64_t bit(uint64_t index) { return uint64_t{1} << (index % 64); }
  uint64_t word(uint64_t index) const { return used_[index / 64 % used_.size()]; }

  void advance(uint64_t index) {
    if (index - highest_ >= kSize) {
      used_.fill(0);
    } else {
      for (uint64_t i = highest_ + 1; i <= index; ++i) used_[i / 64 % used_.size()] &= ~bit(i);
    }
    highest_ = index;
  }

  uint64_t highest_ = 0;
  std::array<uint64_t, kSize / 64> used_ = {};
};

}  // namespace parlour::transport
