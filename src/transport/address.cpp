#include "transport/address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

namespace parlour::transport {
namespace {
constexpr std::array<uint8_t, 12> kMappedPrefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
}

bool Address::isIpv4() const {
  return std::equal(kMappedPrefix.begin(), kMappedPrefix.end(), ip.begin());
}

bool Address::isLinkLocal() const {
  if (isIpv4()) return ip[12] == 169 && ip[13] == 254;
  return ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80;
}

bool Address::isLoopback() const {
  if (isIpv4()) return ip[12] == 127;
  return std::all_of(ip.begin(), ip.end() - 1, [](uint8_t b) { return b == 0; }) && ip[15] == 1;
}

bool Address::isUnspecified() const {
  const auto from = isIpv4() ? ip.begin() + 12 : ip.begin();
  return std::all_of(from, ip.end(), [](uint8_t b) { return b == 0; });
}

std::string Address::ipText() const {
  char text[INET6_ADDRSTRLEN] = {};
  if (isIpv4())
    inet_ntop(AF_INET, ip.data() + 12, text, sizeof text);
  else
    inet_ntop(AF_INET6, ip.data(), text, sizeof text);
  return text;
}

std::string Address::text() const {
  const std::string host = isIpv4() ? ipText() : "[" + ipText() + "]";
  return host + ":" + std::to_string(port);
}

std::optional<Address> Address::parse(std::string_view ip, uint16_t port) {
  const std::string text(ip);
  Address a;
  a.port = port;
  if (inet_pton(AF_INET6, text.c_str(), a.ip.data()) == 1) return a;
  std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), a.ip.begin());
  if (inet_pton(AF_INET, text.c_str(), a.ip.data() + 12) == 1) return a;
  return std::nullopt;
}

Address Address::from(const sockaddr* address) {
  Address a;
  if (address->sa_family == AF_INET) {
    const auto* in = reinterpret_cast<const sockaddr_in*>(address);
    std::copy(kMappedPrefix.begin(), kMappedPrefix.end(), a.ip.begin());
    std::memcpy(a.ip.data() + 12, &in->sin_addr, 4);
    a.port = ntohs(in->sin_port);
  } else if (address->sa_family == AF_INET6) {
    const auto* in6 = reinterpret_cast<const sockaddr_in6*>(address);
    std::memcpy(a.ip.data(), &in6->sin6_addr, 16);
    a.port = ntohs(in6->sin6_port);
    if (a.isLinkLocal() && !a.isIpv4()) a.scope = in6->sin6_scope_id;
  }
  return a;
}

socklen_t Address::toSockaddr(int family, sockaddr_storage& out) const {
  if (family == AF_INET) {
    if (!isIpv4()) return 0;
    auto* in = reinterpret_cast<sockaddr_in*>(&out);
    *in = {};
    in->sin_family = AF_INET;
    in->sin_port = htons(port);
    std::memcpy(&in->sin_addr, ip.data() + 12, 4);
    return sizeof *in;
  }
  auto* in6 = reinterpret_cast<sockaddr_in6*>(&out);
  *in6 = {};
  in6->sin6_family = AF_INET6;
  in6->sin6_port = htons(port);
  in6->sin6_scope_id = scope;
  std::memcpy(&in6->sin6_addr, ip.data(), 16);
  return sizeof *in6;
}

}  // namespace parlour::transport
