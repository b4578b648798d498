// History: the newest packets of a stream by sequence number, for retransmission.
// Thread: one at a time. Allocates once.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace parlour::rtp {

/// `P`: a copyable handle; it is kept until it is replaced, too old or cleared.
template <typename P>
class History {
 public:
  /// `capacity`: packets, a power of two; `maxAgeNs`: older ones are not given out.
  History(size_t capacity, int64_t maxAgeNs) : entries_(capacity), maxAgeNs_(maxAgeNs) {}

  void put(uint16_t sequence, int64_t nowNs, P packet) {
    Entry& entry = at(sequence);
    entry.packet = std::move(packet);
    entry.sinceNs = nowNs;
    entry.sequence = sequence;
    entry.used = true;
  }
  /// Null where the packet was never put, has been replaced, or is too old. Valid until the next
  /// put, drop or clear.
  const P* get(uint16_t sequence, int64_t nowNs) const {
    const Entry& entry = entries_[sequence & (entries_.size() - 1)];
    const bool fits = entry.used && entry.sequence == sequence;
    return fits && nowNs - entry.sinceNs <= maxAgeNs_ ? &entry.packet : nullptr;
  }
  /// Lets go of the packets that are too old, so that a stream that stopped holds no memory.
  void dropOld(int64_t nowNs) {
    for (Entry& entry : entries_)
      if (entry.used && nowNs - entry.sinceNs > maxAgeNs_) entry = Entry();
  }
  void clear() {
    for (Entry& entry : entries_) entry = Entry();
  }

 private:
  struct Entry {
    P packet{};
    int64_t sinceNs = 0;
    uint16_t sequence = 0;
    bool used = false;
  };
  Entry& at(uint16_t sequence) { return entries_[sequence & (entries_.size() - 1)]; }

  std::vector<Entry> entries_;
  int64_t maxAgeNs_;
};

}  // namespace parlour::rtp
