#include "base/service_notify.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstring>
#include <string>

#if HAVE_SYSTEMD
#include <systemd/sd-daemon.h>
#endif

#include "base/log.hpp"

namespace parlour::service {
namespace {

constexpr log::Topic topic{"service"};

// A participant has a signalling connection and webrtcbin's control and wake-up descriptors
// (3 measured on 1.22); the rest is listeners, the media socket, epolls, libraries and room
// to accept connections that are refused later.
constexpr uint64_t kPerPeer = 4;
constexpr uint64_t kOwn = 256;

void notify(const std::string& state) {
#if HAVE_SYSTEMD
  // 0: nobody listens, which is the usual case outside a service.
  if (const int result = sd_notify(0, state.c_str()); result < 0)
    log::warning(topic, {}, "the service manager was not told: {}", strerror(-result));
#else
  (void)state;
#endif
}

/// A status is one line; what follows a line end would be another assignment.
std::string statusLine(std::string_view status) {
  std::string line = "STATUS=";
  for (char c : status) line += c == '\n' ? ' ' : c;
  return line;
}

}  // namespace

void notifyReady(std::string_view status) {
  notify("READY=1\n" + statusLine(status));
}
void notifyStatus(std::string_view status) {
  notify(statusLine(status));
}
void notifyStopping(std::string_view status) {
  notify("STOPPING=1\n" + statusLine(status));
}
void notifyWatchdog() {
  notify("WATCHDOG=1");
}

uint32_t watchdogIntervalMs() {
#if HAVE_SYSTEMD
  uint64_t timeoutUs = 0;
  if (sd_watchdog_enabled(0, &timeoutUs) > 0) return static_cast<uint32_t>(timeoutUs / 1000 / 2);
#endif
  return 0;
}

Result<void> checkDescriptorLimit(uint32_t neededPeers) {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
    return failed("descriptor_limit", fmt::format("the limit cannot be read: {}", strerror(errno)));
  if (limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) getrlimit(RLIMIT_NOFILE, &limit);
  }
  const uint64_t needed = neededPeers * kPerPeer + kOwn;
  if (limit.rlim_cur >= needed) return {};
  return failed(
      "descriptor_limit",
      fmt::format("{} participants need {} open files and {} are allowed, enough for {}; "
                  "raise LimitNOFILE= of the service (or ulimit -n) to {}",
                  neededPeers, needed, limit.rlim_cur,
                  limit.rlim_cur > kOwn ? (limit.rlim_cur - kOwn) / kPerPeer : 0, needed));
}

}  // namespace parlour::service
