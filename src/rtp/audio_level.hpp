// AudioLevelWindow: RFC 6464 levels of one source over a window of time.
// Thread: one at a time. Allocates nothing.
#pragma once

#include <algorithm>
#include <cstdint>

#include "rtp/packet.hpp"

namespace parlour::rtp {

class AudioLevelWindow {
 public:
  struct Level {
    uint8_t loudest = kSilence;  ///< -dBov: the smaller, the louder.
    uint8_t mean = kSilence;     ///< -dBov, arithmetic over packets.
    bool voice = false;          ///< V bit in any packet.
    uint32_t packets = 0;
  };

  void add(uint8_t level, bool voice) {
    level = std::min(level, kSilence);
    loudest_ = std::min(loudest_, level);
    sum_ += level;
    voice_ = voice_ || voice;
    ++packets_;
  }
  /// What was added since the last call; silence where nothing was.
  Level take() {
    Level level;
    if (packets_ > 0) level = {loudest_, static_cast<uint8_t>(sum_ / packets_), voice_, packets_};
    *this = AudioLevelWindow();
    return level;
  }

 private:
  uint8_t loudest_ = kSilence;
  uint64_t sum_ = 0;
  uint32_t packets_ = 0;
  bool voice_ = false;
};

}  // namespace parlour::rtp
