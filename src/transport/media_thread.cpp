#include "transport/media_thread.hpp"

#include <poll.h>
#include <pthread.h>

#include <algorithm>
#include <vector>

#include "base/clock.hpp"
#include "base/counter.hpp"
#include "transport/hub.hpp"

namespace parlour::transport {
namespace {

int64_t monotonicNs() { return SystemClock().nowNs(); }

}  // namespace

MediaThread::MediaThread(Hub& hub, size_t index, IoThread& io, EgressWorker& egress)
    : hub_(hub), index_(index), io_(io), egress_(egress) {}

MediaThread::~MediaThread() { stop(); }

void MediaThread::start() {
  aliveNs_ = monotonicNs();
  thread_ = std::thread([this] {
    const std::string name = "media-" + std::to_string(index_);
    pthread_setname_np(pthread_self(), name.c_str());
    run();
  });
}

void MediaThread::stop() {
  if (!thread_.joinable()) return;
  egress_.post(CommandItem{[this](EgressWorker&) { stopping_ = true; }});
  thread_.join();
}

void MediaThread::run() {
  hub_.beginProducing(&egress_);
  std::vector<pollfd> fds{{egress_.fd(), POLLIN, 0}};
  for (const int fd : io_.fds()) fds.push_back({fd, POLLIN, 0});
  while (!stopping_) {
    const int64_t sleptNs = monotonicNs();
    poll(fds.data(), fds.size(), std::min(io_.waitMs(sleptNs), egress_.waitMs(sleptNs)));
    const int64_t wokeNs = monotonicNs();
    io_.round({fds.data() + 1, fds.size() - 1}, wokeNs);
    hub_.flushProduced();
    egress_.round(fds[0].revents != 0);
    const int64_t doneNs = monotonicNs();
    bump(busyNs_, static_cast<uint64_t>(doneNs - wokeNs));
    aliveNs_.store(doneNs, std::memory_order_relaxed);
  }
  // What was posted to the receiving side before the end.
  for (auto& fd : fds) fd.revents = POLLIN;
  io_.round({fds.data() + 1, fds.size() - 1}, monotonicNs());
  hub_.flushProduced();
  egress_.round(true);
  hub_.endProducing();
}

}  // namespace parlour::transport
