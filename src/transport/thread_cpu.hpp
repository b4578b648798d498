// CPU time of a thread of ours. Thread: any, while the thread object is not being changed.
#pragma once

#include <pthread.h>
#include <time.h>

#include <cstdint>
#include <thread>

#include "base/clock.hpp"

namespace parlour::transport {

/// Nanoseconds; 0 where the thread does not run.
inline uint64_t threadCpuNs(const std::thread& thread) {
  clockid_t clock;
  timespec spent{};
  if (!thread.joinable() ||
      pthread_getcpuclockid(const_cast<std::thread&>(thread).native_handle(), &clock) != 0 ||
      clock_gettime(clock, &spent) != 0)
    return 0;
  return static_cast<uint64_t>(spent.tv_sec) * kNsPerSecond + static_cast<uint64_t>(spent.tv_nsec);
}

}  // namespace parlour::transport
