// Sources: how far every published track of the run has come, so that what a receiver misses at
// the end is counted as lost. Thread: any.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

namespace parlour::bench {

class Sources {
 public:
  /// `first`: number of the first one; another machine has others.
  explicit Sources(size_t count, uint32_t first = 0) : sent_(count), first_(first) {}
  /// Whether a source is one of this process, whose clock its stamps are by.
  bool own(uint32_t source) const { return source - first_ < sent_.size(); }
  void setSent(uint32_t source, uint32_t sequence) {
    sent_[source - first_].store(sequence, std::memory_order_relaxed);
  }
  /// Sequence of the last packet sent; 0 where nothing was, or there is no such source.
  uint32_t sent(uint32_t source) const {
    return own(source) ? sent_[source - first_].load(std::memory_order_relaxed) : 0;
  }

 private:
  std::vector<std::atomic<uint32_t>> sent_;
  const uint32_t first_;
};

}  // namespace parlour::bench
