// The far end of an endpoint on loopback: a socket, its connectivity checks and its keys.
#pragma once

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "transport/hub.hpp"
#include "transport/srtp/srtp.hpp"

#include "check_suite.hpp"
#include "checks.hpp"

namespace parlour::transport {

inline int64_t nowNs() { return SystemClock().nowNs(); }

/// Check's own assertions write where they passed to a file, which per packet costs more than the
/// rest of the test, and belong to one thread.
inline void must(bool holds, const char* what) {
  if (!holds) ck_abort_msg("%s", what);
}

inline SrtpKeys keysOf(uint8_t seed) {
  std::array<uint8_t, 30> master;
  master.fill(seed);
  return *SrtpKeys::fromMaster(SrtpProfile::kAes128CmSha1_80, master);
}

/// The far end of an endpoint: a socket, its checks and its keys.
struct Client {
  Hub& hub;
  std::shared_ptr<Endpoint> endpoint;
  SrtpReceiver receiver{keysOf(1)};
  SrtpSender sender{keysOf(2)};
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  int64_t checkAtNs = 0;

  Client(Hub& of, const std::string& id) : hub(of) {
    sockaddr_storage to{};
    const socklen_t size = Address::parse("127.0.0.1", hub.port())->toSockaddr(AF_INET, to);
    ck_assert_int_eq(connect(fd, reinterpret_cast<sockaddr*>(&to), size), 0);
    // A room of its own each, or one worker would have them all.
    endpoint = hub.addEndpoint(id, "room of " + id, {[] {}, [] {}});
    endpoint->postIo([e = endpoint](IoThread& io) { io.setKeys(e.get(), keysOf(2)); });
    hub.egressOf(*endpoint).post(
        CommandItem{[e = endpoint](EgressWorker& w) { w.setKeys(e.get(), keysOf(1)); }});
    check();
  }
  /// Again until there is a path, as ICE does: the first may come before the I/O thread was told.
  void check() {
    if (endpoint->flow().valid() || nowNs() < checkAtNs) return;
    checkAtNs = nowNs() + 50 * kNsPerMs;
    const auto packet = makeCheck({.username = endpoint->names().ufrag + ":x",
                                   .password = endpoint->names().pwd, .nominate = true});
    ck_assert_int_gt(send(fd, packet.data(), packet.size(), 0), 0);
  }
  ~Client() {
    hub.removeEndpoint(endpoint);
    close(fd);
  }
  Client(const Client&) = delete;

  /// The next packet, decrypted; empty where none waits. Answers to checks are passed over.
  std::vector<uint8_t> take() {
    while (true) {
      std::vector<uint8_t> data(2048);
      const ssize_t got = recv(fd, data.data(), data.size(), 0);
      if (got <= 0) return {};
      if (looksLikeStun(data[0])) continue;
      size_t size = static_cast<size_t>(got);
      const bool rtcp = data[1] >= 192 && data[1] <= 223;
      const SrtpStatus status = rtcp ? receiver.unprotectRtcp(data.data(), size)
                                     : receiver.unprotect(data.data(), size);
      must(status == SrtpStatus::kOk, "every packet is genuine and new");
      data.resize(size);
      return data;
    }
  }
  void say(std::span<const uint8_t> rtcp) {
    std::array<uint8_t, 256> packet;
    std::copy(rtcp.begin(), rtcp.end(), packet.begin());
    const size_t size = sender.protectRtcp(packet.data(), rtcp.size(), packet.size());
    must(size > 0 && send(fd, packet.data(), size, 0) > 0, "feedback is sent");
  }
};

}  // namespace parlour::transport
