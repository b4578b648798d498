// Sources: how far every published track of the run has come, so that what a receiver misses at
// the end is counted as lost. Thread: any.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

namespace parlour::bench {

class Sources {
 public:
  explicit Sources(size_t count) : sent_(count) {}
  void setSent(uint32_t source, uint32_t sequence) {
    sent_[source].store(sequence, std::memory_order_relaxed);
  }
  /// Sequence of the last packet sent; 0 where nothing was, or there is no such source.
  uint32_t sent(uint32_t source) const {
    return source < sent_.size() ? sent_[source].load(std::memory_order_relaxed) : 0;
  }

 private:
  std::vector<std::atomic<uint32_t>> sent_;
};

}  // namespace parlour::bench
