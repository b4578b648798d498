// Address and Flow: where packets of a peer come from and go to.
//
// IPv4 addresses are kept as IPv4-mapped IPv6 (RFC 4291 section 2.5.5.2), so that one dual-stack
// socket and one map serve both families. Thread: any (values).
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace parlour::transport {

struct Address {
  std::array<uint8_t, 16> ip{};  ///< IPv6 or IPv4-mapped IPv6, network order.
  uint16_t port = 0;             ///< Host order.
  uint32_t scope = 0;            ///< Interface of a link-local address, else 0.

  bool operator==(const Address&) const = default;
  bool isIpv4() const;
  bool isLinkLocal() const;
  bool isLoopback() const;
  bool isUnspecified() const;
  /// "192.0.2.1" or "2001:db8::1", without port.
  std::string ipText() const;
  /// "192.0.2.1:5000" or "[2001:db8::1]:5000".
  std::string text() const;

  static std::optional<Address> parse(std::string_view ip, uint16_t port);
  static Address from(const sockaddr* address);
  /// Writes what a socket of `family` (AF_INET6 dual-stack or AF_INET) needs; returns its length,
  /// 0 where an IPv6 address meets an IPv4 socket.
  socklen_t toSockaddr(int family, sockaddr_storage& out) const;
};

struct AddressHash {
  size_t operator()(const Address& a) const noexcept {
    return std::hash<std::string_view>{}(
               {reinterpret_cast<const char*>(a.ip.data()), a.ip.size()}) ^
           (static_cast<size_t>(a.port) << 17);
  }
};

/// A path between us and a peer: replies leave from the address they arrived on.
struct Flow {
  Address remote;
  std::array<uint8_t, 16> local{};  ///< Destination address of what arrived; zero is unknown.
  uint8_t socket = 0;               ///< Index of the socket it arrived on.
  bool valid() const { return remote.port != 0; }
  bool operator==(const Flow&) const = default;
};

}  // namespace parlour::transport
