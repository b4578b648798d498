#include "floor/receivers.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace parlour::bench {
namespace {

constexpr int kReceiveBytes = 1 << 20;
constexpr int kAnswerMs = 5000;
constexpr size_t kBatch = 64, kMtu = 2048;

Error cannotReceive(const char* what) {
  return failed("cannot_receive", fmt::format("{}: {}", what, strerror(errno)));
}

/// The child: reads everything, answers each byte on the channel with its count.
class Reader {
 public:
  explicit Reader(int channel) : channel_(channel), epoll_(epoll_create1(EPOLL_CLOEXEC)) {}

  bool open(uint32_t count) {
    std::vector<uint16_t> ports;
    for (uint32_t i = 0; i < count; ++i) {
      const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      socklen_t size = sizeof address;
      auto* name = reinterpret_cast<sockaddr*>(&address);
      if (fd < 0 || bind(fd, name, size) != 0 || getsockname(fd, name, &size) != 0) return false;
      setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &kReceiveBytes, sizeof kReceiveBytes);
      watch(fd);
      ports.push_back(address.sin_port);
    }
    watch(channel_);
    const size_t bytes = ports.size() * sizeof ports[0];
    return send(channel_, ports.data(), bytes, MSG_NOSIGNAL) == static_cast<ssize_t>(bytes);
  }

  void run() {
    std::array<epoll_event, kBatch> events;
    bool asked = false;
    for (;;) {
      // Asked for the count: once nothing is left to read.
      const int ready = epoll_wait(epoll_, events.data(), events.size(), asked ? 50 : -1);
      if (ready == 0 && std::exchange(asked, false) &&
          send(channel_, &count_, sizeof count_, MSG_NOSIGNAL) != sizeof count_)
        return;
      for (int i = 0; i < ready; ++i) {
        if (events[i].data.fd != channel_) {
          drain(events[i].data.fd);
          continue;
        }
        uint8_t byte = 0;
        if (recv(channel_, &byte, 1, MSG_DONTWAIT) != 1) return;
        asked = true;
      }
    }
  }

 private:
  void watch(int fd) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = fd;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }

  void drain(int fd) {
    std::array<mmsghdr, kBatch> headers{};
    std::array<iovec, kBatch> vectors;
    for (size_t i = 0; i < kBatch; ++i) {
      vectors[i] = {buffer_[i].data(), kMtu};
      headers[i].msg_hdr.msg_iov = &vectors[i];
      headers[i].msg_hdr.msg_iovlen = 1;
    }
    const int got = recvmmsg(fd, headers.data(), kBatch, MSG_DONTWAIT, nullptr);
    if (got > 0) count_ += static_cast<uint64_t>(got);
  }

  int channel_, epoll_;
  uint64_t count_ = 0;
  std::array<std::array<uint8_t, kMtu>, kBatch> buffer_;
};

[[noreturn]] void runChild(int channel, uint32_t count, int cpu) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (cpu >= 0) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (sched_setaffinity(0, sizeof set, &set) != 0) _exit(1);
  }
  Reader reader(channel);
  if (!reader.open(count)) _exit(1);
  reader.run();
  _exit(0);
}

bool readable(int fd) {
  pollfd poll{fd, POLLIN, 0};
  return ::poll(&poll, 1, kAnswerMs) == 1;
}

void raiseFileLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

Result<Receivers> Receivers::start(uint32_t count, int cpu) {
  raiseFileLimit();
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
    return cannotReceive("socketpair");
  const pid_t child = fork();
  if (child < 0) return cannotReceive("fork");
  if (child == 0) {
    close(pair[0]);
    runChild(pair[1], count, cpu);
  }
  close(pair[1]);
  Receivers receivers(child, pair[0]);
  std::vector<uint16_t> ports(count);
  const size_t bytes = ports.size() * sizeof ports[0];
  if (!readable(pair[0]) || recv(pair[0], ports.data(), bytes, 0) != static_cast<ssize_t>(bytes))
    return failed("cannot_receive", "the receiving process could not open its sockets");
  for (const uint16_t port : ports) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = port;
    receivers.addresses_.push_back(address);
  }
  return receivers;
}

Receivers::Receivers(Receivers&& o) noexcept
    : child_(std::exchange(o.child_, -1)),
      channel_(std::exchange(o.channel_, -1)),
      addresses_(std::move(o.addresses_)) {}

Receivers::~Receivers() {
  if (channel_ >= 0) close(channel_);  // The child ends by that.
  if (child_ > 0) waitpid(child_, nullptr, 0);
}

Result<uint64_t> Receivers::count() {
  const uint8_t ask = 1;
  uint64_t count = 0;
  if (send(channel_, &ask, 1, MSG_NOSIGNAL) != 1 || !readable(channel_) ||
      recv(channel_, &count, sizeof count, 0) != sizeof count)
    return failed("cannot_receive", "the receiving process does not answer");
  return count;
}

}  // namespace parlour::bench
