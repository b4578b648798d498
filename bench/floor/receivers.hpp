// Receivers: the sockets that are sent to, read by a process of their own.
//
// Why a process: what reading costs must not count as cost of sending. Why they are read at all:
// a full queue makes the kernel drop early and wakes nobody, which is cheaper than what a server
// sees. Thread: main.
#pragma once

#include <netinet/in.h>
#include <sys/types.h>

#include <cstdint>
#include <vector>

#include "base/result.hpp"

namespace parlour::bench {

class Receivers {
 public:
  /// Forks; call it before there are threads. `cpu` -1: any core. Error (kFailed): cannot_receive.
  static Result<Receivers> start(uint32_t count, int cpu);
  Receivers(Receivers&& o) noexcept;
  Receivers& operator=(Receivers&&) = delete;
  ~Receivers();

  const std::vector<sockaddr_in>& addresses() const { return addresses_; }
  /// Packets read by now; waits until all that was sent is read. Error (kFailed): cannot_receive.
  Result<uint64_t> count();

 private:
  Receivers(pid_t child, int channel) : child_(child), channel_(channel) {}
  pid_t child_;
  int channel_;
  std::vector<sockaddr_in> addresses_;
};

}  // namespace parlour::bench
