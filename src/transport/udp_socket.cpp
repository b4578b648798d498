#include "transport/udp_socket.hpp"

#include <fmt/format.h>
#include <netinet/udp.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "base/clock.hpp"

namespace parlour::transport {
namespace {

constexpr size_t kControlBytes = CMSG_SPACE(sizeof(in6_pktinfo)) + CMSG_SPACE(sizeof(in_pktinfo)) +
                                 CMSG_SPACE(sizeof(timespec));

bool setOption(int fd, int level, int name, int value) {
  return setsockopt(fd, level, name, &value, sizeof value) == 0;
}

/// Asks for `bytes`, past the system's limit where we may (CAP_NET_ADMIN).
void setBuffer(int fd, int force, int plain, int bytes) {
  if (bytes > 0 && !setOption(fd, SOL_SOCKET, force, bytes)) setOption(fd, SOL_SOCKET, plain, bytes);
}

int64_t nsOf(const timespec& t) { return t.tv_sec * kNsPerSecond + t.tv_nsec; }

int64_t clockNs(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return nsOf(now);
}

/// The address a datagram was sent to, and the wall-clock time the kernel had it (0 where it does
/// not say).
int64_t readControl(msghdr& header, std::array<uint8_t, 16>& local) {
  int64_t arrivedNs = 0;
  for (cmsghdr* c = CMSG_FIRSTHDR(&header); c; c = CMSG_NXTHDR(&header, c)) {
    if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info;
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      std::memcpy(local.data(), &info.ipi6_addr, 16);
    } else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(c), sizeof info);
      local = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
      std::memcpy(local.data() + 12, &info.ipi_addr, 4);
    } else if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
      timespec at;
      std::memcpy(&at, CMSG_DATA(c), sizeof at);
      arrivedNs = nsOf(at);
    }
  }
  return arrivedNs;
}

struct alignas(8) Control {
  std::array<uint8_t, kControlBytes> bytes{};
};

/// Writes source address and segment size as control messages; returns their length.
size_t writeControl(int family, const Outgoing& out, Control& control) {
  size_t used = 0;
  const auto append = [&](int level, int type, const void* data, size_t size) {
    auto* c = reinterpret_cast<cmsghdr*>(control.bytes.data() + used);
    c->cmsg_level = level;
    c->cmsg_type = type;
    c->cmsg_len = CMSG_LEN(size);
    std::memcpy(CMSG_DATA(c), data, size);
    used += CMSG_SPACE(size);
  };
  const auto& local = out.flow->local;
  if (std::any_of(local.begin(), local.end(), [](uint8_t b) { return b != 0; })) {
    if (family == AF_INET6) {
      in6_pktinfo info{};
      std::memcpy(&info.ipi6_addr, local.data(), 16);
      info.ipi6_ifindex = out.flow->remote.scope;
      append(IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof info);
    } else {
      in_pktinfo info{};
      std::memcpy(&info.ipi_spec_dst, local.data() + 12, 4);
      append(IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
    }
  }
  if (out.segment != 0) append(SOL_UDP, UDP_SEGMENT, &out.segment, sizeof out.segment);
  return used;
}

uint32_t datagramsOf(const Outgoing& out) {
  return out.segment == 0 ? 1 : (out.size + out.segment - 1) / out.segment;
}

}  // namespace

Result<std::unique_ptr<UdpSocket>> UdpSocket::open(const Options& options) {
  const auto& [ip, port, index, shared, receiveBytes, sendBytes] = options;
  auto address = Address::parse(ip, port);
  if (!address) return invalid("bad_address", fmt::format("media.listen: '{}' is no IP address", ip));
  int family = address->isIpv4() ? AF_INET : AF_INET6;
  int fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0 && errno == EAFNOSUPPORT && address->isUnspecified()) {
    family = AF_INET;
    address = Address::parse("0.0.0.0", port);
    fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  }
  if (fd < 0) return failed("cannot_bind", fmt::format("UDP socket for {}: {}", ip, strerror(errno)));
  if (family == AF_INET6) {
    setOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, address->isUnspecified() ? 0 : 1);
    setOption(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
    setOption(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, IP_PMTUDISC_DONT);
  }
  // Datagrams may be fragmented on a small path: better than a black hole.
  setOption(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT);
  if (family == AF_INET) setOption(fd, IPPROTO_IP, IP_PKTINFO, 1);
  // Feedback to publishers is about arrivals, not about when this thread came round to reading.
  setOption(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1);
  if (shared) setOption(fd, SOL_SOCKET, SO_REUSEPORT, 1);
  setBuffer(fd, SO_RCVBUFFORCE, SO_RCVBUF, receiveBytes);
  setBuffer(fd, SO_SNDBUFFORCE, SO_SNDBUF, sendBytes);

  sockaddr_storage storage{};
  socklen_t length = address->toSockaddr(family, storage);
  if (bind(fd, reinterpret_cast<sockaddr*>(&storage), length) != 0) {
    const int why = errno;
    close(fd);
    return failed(why == EADDRINUSE ? "port_in_use" : "cannot_bind",
                  fmt::format("cannot bind {}/udp: {}; set media.port or media.listen",
                              address->text(), strerror(why)));
  }
  length = sizeof storage;
  getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &length);
  return std::unique_ptr<UdpSocket>(new UdpSocket(
      fd, family, index, Address::from(reinterpret_cast<sockaddr*>(&storage))));
}

UdpSocket::~UdpSocket() { close(fd_); }

size_t UdpSocket::receive(std::span<uint8_t* const> buffers, size_t capacity,
                          std::span<Received> out) {
  std::array<mmsghdr, kBatch> headers;
  std::array<iovec, kBatch> vectors;
  std::array<sockaddr_in6, kBatch> names;
  std::array<Control, kBatch> controls;
  const size_t count = std::min({buffers.size(), out.size(), kBatch});
  for (size_t i = 0; i < count; ++i) {
    vectors[i] = {buffers[i], capacity};
    headers[i] = {};
    headers[i].msg_hdr.msg_name = &names[i];
    headers[i].msg_hdr.msg_namelen = sizeof names[i];
    headers[i].msg_hdr.msg_iov = &vectors[i];
    headers[i].msg_hdr.msg_iovlen = 1;
    headers[i].msg_hdr.msg_control = controls[i].bytes.data();
    headers[i].msg_hdr.msg_controllen = kControlBytes;
  }
  const int got = recvmmsg(fd_, headers.data(), count, MSG_DONTWAIT, nullptr);
  if (got <= 0) return 0;
  const int64_t nowNs = clockNs(CLOCK_MONOTONIC);
  const int64_t realtimeNs = clockNs(CLOCK_REALTIME);
  for (int i = 0; i < got; ++i) {
    auto& r = out[i];
    const bool whole = (headers[i].msg_hdr.msg_flags & MSG_TRUNC) == 0;
    r.size = whole ? static_cast<uint16_t>(headers[i].msg_len) : 0;
    r.flow.remote = Address::from(reinterpret_cast<sockaddr*>(&names[i]));
    r.flow.local = {};
    r.flow.socket = index_;
    const int64_t arrivedNs = readControl(headers[i].msg_hdr, r.flow.local);
    // A wall clock that was set in between must not move arrivals far.
    const int64_t agoNs = arrivedNs == 0 ? 0 : realtimeNs - arrivedNs;
    r.arrivalNs = nowNs - (agoNs > 0 && agoNs < kNsPerSecond ? agoNs : 0);
  }
  return static_cast<size_t>(got);
}

SendCounts UdpSocket::send(std::span<const Outgoing> messages) {
  SendCounts counts;
  std::array<mmsghdr, kBatch> headers;
  std::array<iovec, kBatch> vectors;
  std::array<sockaddr_storage, kBatch> names;
  std::array<Control, kBatch> controls;
  while (!messages.empty()) {
    const size_t count = std::min(messages.size(), kBatch);
    size_t ready = 0;
    for (; ready < count; ++ready) {
      const Outgoing& m = messages[ready];
      auto& h = headers[ready];
      h = {};
      h.msg_hdr.msg_namelen = m.flow->remote.toSockaddr(family_, names[ready]);
      if (h.msg_hdr.msg_namelen == 0) break;
      vectors[ready] = {const_cast<uint8_t*>(m.data), m.size};
      h.msg_hdr.msg_name = &names[ready];
      h.msg_hdr.msg_iov = &vectors[ready];
      h.msg_hdr.msg_iovlen = 1;
      h.msg_hdr.msg_controllen = writeControl(family_, m, controls[ready]);
      h.msg_hdr.msg_control = h.msg_hdr.msg_controllen ? controls[ready].bytes.data() : nullptr;
    }
    const int sent =
        ready == 0 ? 0 : sendmmsg(fd_, headers.data(), static_cast<unsigned>(ready), MSG_DONTWAIT);
    const int why = errno;
    const size_t taken = sent > 0 ? static_cast<size_t>(sent) : 0;
    for (size_t i = 0; i < taken; ++i) counts.sent += datagramsOf(messages[i]);
    messages = messages.subspan(taken);
    if (taken == count) continue;
    if (taken != 0) continue;  // The error of the next message shows on the next call.
    if (ready != 0 && why == EINTR) continue;
    const Outgoing& refused = messages.front();
    if (ready != 0 && refused.segment != 0 && (why == EIO || why == EINVAL || why == EMSGSIZE)) {
      // No segmentation on this route or device: send one by one, from now on.
      if (why == EIO || why == EINVAL) segmentation_ = false;
      const SendCounts split = sendSplit(refused);
      counts.sent += split.sent;
      counts.dropped += split.dropped;
    } else {
      counts.dropped += datagramsOf(refused);
    }
    messages = messages.subspan(1);
  }
  return counts;
}

SendCounts UdpSocket::sendSplit(const Outgoing& message) {
  SendCounts counts;
  for (uint32_t at = 0; at < message.size; at += message.segment) {
    const Outgoing one{message.flow, message.data + at,
                       std::min<uint32_t>(message.segment, message.size - at), 0};
    const SendCounts c = send({&one, 1});
    counts.sent += c.sent;
    counts.dropped += c.dropped;
  }
  return counts;
}

}  // namespace parlour::transport
