// Counters that one thread writes and any thread reads: no locked instruction per count.
// Thread: bump() by the one writer; load() by any.
#pragma once

#include <atomic>

namespace parlour {

template <typename T>
void bump(std::atomic<T>& counter, T by = 1) {
  counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
}

}  // namespace parlour
