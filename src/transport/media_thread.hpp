// MediaThread: one loop that reads its own socket and sends to its own subscribers.
//
// An IoThread's and an EgressWorker's work on one thread: what was just read is encrypted and sent
// without waking anybody, as long as reader and subscribers are on one thread. What concerns
// another thread goes through its inbox. One per core.
// Thread: start()/stop() by control; the rest by any.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

#include "transport/thread_cpu.hpp"

namespace parlour::transport {

class EgressWorker;
class Hub;
class IoThread;

class MediaThread {
 public:
  /// All of them outlive this.
  MediaThread(Hub& hub, size_t index, IoThread& io, EgressWorker& egress);
  ~MediaThread();
  void start();
  /// Ends after what was posted before. Joins.
  void stop();

  /// CPU time of the thread; 0 while it does not run.
  uint64_t cpuNs() const { return threadCpuNs(thread_); }
  /// Wall time in which it had something to do.
  uint64_t busyNs() const { return busyNs_.load(std::memory_order_relaxed); }
  /// Monotonic time of the last finished round or wait, for the watchdog.
  int64_t aliveNs() const { return aliveNs_.load(std::memory_order_relaxed); }

 private:
  void run();

  Hub& hub_;
  const size_t index_;
  IoThread& io_;
  EgressWorker& egress_;
  std::atomic<bool> stopping_{false};
  std::atomic<int64_t> aliveNs_{0};
  std::atomic<uint64_t> busyNs_{0};

  std::thread thread_;  // Last: it uses everything above.
};

}  // namespace parlour::transport
