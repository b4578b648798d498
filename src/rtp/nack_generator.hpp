// NackGenerator: which packets of one received stream to ask for again, and when to give up and
// want a key frame instead. Source: RFC 4585 section 6.2.1. Thread: the stream's I/O thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/clock.hpp"
#include "rtp/sequence.hpp"

namespace parlour::rtp {

class NackGenerator {
 public:
  struct Settings {
    uint8_t maxAttempts = 10;
    size_t maxEntries = 1000;
    int64_t reorderNs = 5 * kNsPerMs;       ///< How long a gap may be mere reordering.
    int64_t minSpacingNs = 20 * kNsPerMs;   ///< Between two NACKs for one packet at least.
    int64_t assumedRttNs = 100 * kNsPerMs;  ///< While the round trip is not known.
  };

  NackGenerator();
  explicit NackGenerator(const Settings& settings);

  /// A packet came, in whatever order. `keyFrameStart`: the first packet of a key frame; what is
  /// lost before one is no reason to ask for another.
  void onPacket(uint16_t sequence, int64_t nowNs, bool keyFrameStart);
  /// A packet came by retransmission (RTX already unwrapped).
  void onRecovered(uint16_t sequence);

  /// Writes the sequences to NACK now into `out`, oldest first, and counts them as asked.
  /// `rttNs`: the round trip, 0 where unknown. Returns how many; what does not fit stays due.
  size_t collect(int64_t nowNs, int64_t rttNs, std::span<uint16_t> out);

  /// True once after giving up on a packet newer than the last key frame, or losing track.
  bool takeKeyFrameRequest();

  size_t missing() const { return entries_.size(); }
  /// Packets given up since the start.
  uint64_t givenUp() const { return givenUp_; }

 private:
  struct Entry {
    int64_t sequence;  ///< Unwrapped.
    int64_t askedNs;   ///< Since when it is missing, before the first attempt.
    uint8_t attempts;
  };
  void remove(int64_t sequence);
  void addGap(int64_t from, int64_t to, int64_t nowNs);
  void giveUpBefore(int64_t sequence);

  Settings settings_;
  Unwrapper<uint16_t> sequences_;
  int64_t keyFrame_ = INT64_MIN;  ///< Newest key frame start.
  std::vector<Entry> entries_;    ///< Sorted by sequence.
  bool wantKeyFrame_ = false;
  uint64_t givenUp_ = 0;
};

}  // namespace parlour::rtp
