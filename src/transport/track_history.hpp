// TrackHistory: the newest packets of one stream, shared by all slots of a worker that send it, so
// that a NACK can be answered. One reference per packet and worker, however many viewers there are.
// Thread: the worker's. Allocates once.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/clock.hpp"
#include "base/ref.hpp"
#include "transport/rtp_buffer.hpp"

namespace parlour::transport {

class TrackHistory {
 public:
  static constexpr uint32_t kCapacity = 512;                ///< Packets; a power of two.
  static constexpr int64_t kMaxAgeNs = kNsPerSecond;          ///< Older ones are let go.

  /// Takes the newest packet (with its ParlourRtpMeta) and returns its index.
  uint32_t add(Buf<GstBuffer> buffer, int64_t nowNs) {
    if (next_ - first_ == kCapacity) drop();
    at(next_) = {std::move(buffer), nowNs};
    dropOld(nowNs);
    return next_++;
  }
  /// Null where the packet has been let go. Valid until the next add, dropOld or clear.
  GstBuffer* get(uint32_t index) const {
    return index - first_ < next_ - first_ ? ring_[index % kCapacity].buffer.get() : nullptr;
  }
  /// A stream that stopped holds no memory.
  void dropOld(int64_t nowNs) {
    while (first_ != next_ && nowNs - at(first_).sinceNs >= kMaxAgeNs) drop();
  }
  uint32_t size() const { return next_ - first_; }
  /// Index after the newest packet.
  uint32_t end() const { return next_; }

  /// The packet at `index` begins a key frame.
  void markKeyFrame(uint32_t index) { keyFrame_ = index; }
  /// The newest key frame's first packet where it is no older than `maxAgeNs`: everything that came
  /// since is here too.
  std::optional<uint32_t> recentKeyFrame(int64_t nowNs, int64_t maxAgeNs) const {
    if (!keyFrame_ || !get(*keyFrame_)) return std::nullopt;
    return nowNs - ring_[*keyFrame_ % kCapacity].sinceNs <= maxAgeNs ? keyFrame_ : std::nullopt;
  }

 private:
  struct Entry {
    Buf<GstBuffer> buffer;
    int64_t sinceNs = 0;
  };
  Entry& at(uint32_t index) { return ring_[index % kCapacity]; }
  void drop() { at(first_++).buffer = {}; }

  std::array<Entry, kCapacity> ring_;
  uint32_t first_ = 0, next_ = 0;  ///< May wrap.
  std::optional<uint32_t> keyFrame_;
};

}  // namespace parlour::transport
