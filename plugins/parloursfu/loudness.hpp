// Loudness: RFC 6464 levels of one stream, added by its streaming thread and taken by another.
// Thread: add() one at a time, take() any. Lock-free.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "rtp/audio_level.hpp"
#include "rtp/packet.hpp"

namespace parlour::sfu {

class Loudness {
 public:
  using Level = rtp::AudioLevelWindow::Level;

  void add(uint8_t level, bool voice) {
    level = std::min(level, rtp::kSilence);
    uint64_t old = state_.load(std::memory_order_relaxed);
    uint64_t next = 0;
    do {
      const uint64_t packets = old & kCountMask;
      if (packets == kCountMask) return;  // Nobody has asked for days.
      const uint64_t loudest = packets ? std::min<uint64_t>(old >> 56, level) : level;
      const uint64_t sum = ((old >> kSumShift) & kSumMask) + level;
      next =
          loudest << 56 | (old & kVoice) | (voice ? kVoice : 0) | sum << kSumShift | (packets + 1);
    } while (!state_.compare_exchange_weak(old, next, std::memory_order_relaxed));
  }

  /// What was added since the last call; silence where nothing was.
  Level take() {
    const uint64_t state = state_.exchange(0, std::memory_order_relaxed);
    const uint64_t packets = state & kCountMask;
    if (packets == 0) return {};
    return {static_cast<uint8_t>(state >> 56),
            static_cast<uint8_t>(((state >> kSumShift) & kSumMask) / packets),
            (state & kVoice) != 0, static_cast<uint32_t>(packets)};
  }

 private:
  // loudest: 8 bits, voice: 1, sum: 31 (128 * 2^24 fits), packets: 24.
  static constexpr uint64_t kCountMask = (uint64_t{1} << 24) - 1;
  static constexpr unsigned kSumShift = 24;
  static constexpr uint64_t kSumMask = (uint64_t{1} << 31) - 1;
  static constexpr uint64_t kVoice = uint64_t{1} << 55;

  std::atomic<uint64_t> state_{0};
};

}  // namespace parlour::sfu
