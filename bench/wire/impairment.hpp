// Impairment: what one direction of a bad line does to its packets, in virtual time.
// Thread: one at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <queue>
#include <random>
#include <string>
#include <vector>

namespace parlour::wire {

/// A line's qualities; the default is perfect.
struct Qualities {
  double delayMs = 0;
  double jitterMs = 0;       ///< Uniform around the delay, never before the packet came.
  double lossPercent = 0;    ///< Each packet by itself.
  double doublePercent = 0;  ///< Arrives twice.
  double rateKbit = 0;       ///< 0: unlimited.
  double queueMs = 200;      ///< Longest wait for the rate; what would wait longer is lost.
  bool reorder = false;      ///< Jitter may let a later packet overtake.

  /// Changes what `text` names: "delay=50 jitter=20 loss=5 double=1 rate=500 queue=200 reorder=1".
  /// Returns what is wrong with it, or nothing.
  std::optional<std::string> set(const std::string& text);
};

using Packet = std::vector<uint8_t>;

class Impairment {
 public:
  struct Counts {
    uint64_t in = 0, out = 0, lost = 0, overflowed = 0;
  };

  explicit Impairment(uint32_t seed) : random_(seed) {}

  void setQualities(const Qualities& qualities) { qualities_ = qualities; }
  const Qualities& qualities() const { return qualities_; }
  void put(Packet packet, int64_t nowNs);
  /// The next packet that has arrived by `nowNs`, or nothing.
  std::optional<Packet> take(int64_t nowNs);
  /// When the next one arrives; nothing while the line is empty.
  std::optional<int64_t> nextNs() const;
  const Counts& counts() const { return counts_; }

 private:
  struct OnItsWay {
    int64_t arrivalNs;
    uint64_t number;  ///< Keeps the order of packets that arrive together.
    Packet packet;
    bool operator>(const OnItsWay& o) const {
      return arrivalNs != o.arrivalNs ? arrivalNs > o.arrivalNs : number > o.number;
    }
  };
  bool happens(double percent);
  void arrive(Packet packet, int64_t leftNs);

  Qualities qualities_;
  Counts counts_;
  std::mt19937 random_;
  std::priority_queue<OnItsWay, std::vector<OnItsWay>, std::greater<>> line_;
  int64_t senderFreeNs_ = 0;   ///< When the rate lets the next packet start.
  int64_t lastArrivalNs_ = 0;
  uint64_t number_ = 0;
};

}  // namespace parlour::wire
