#include "transport/candidates.hpp"

#include <fmt/format.h>
#include <ifaddrs.h>
#include <net/if.h>

#include <algorithm>

#include "transport/address.hpp"

namespace parlour::transport {
namespace {

std::vector<Address> interfaceAddresses(uint16_t port) {
  std::vector<Address> found;
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return found;
  for (const ifaddrs* i = list; i; i = i->ifa_next) {
    if (!i->ifa_addr || !(i->ifa_flags & IFF_UP)) continue;
    if (i->ifa_addr->sa_family != AF_INET && i->ifa_addr->sa_family != AF_INET6) continue;
    Address a = Address::from(i->ifa_addr);
    a.port = port;
    // Link-local IPv6 needs a zone that means nothing to the other side.
    if (a.isLinkLocal() && !a.isIpv4()) continue;
    found.push_back(a);
  }
  freeifaddrs(list);
  return found;
}

std::string candidateOf(const Address& a, size_t index) {
  // RFC 8445 5.1.2.1: host type preference 126; local preference falls with the index, IPv6 first.
  const uint32_t local = 65535 - static_cast<uint32_t>(index) - (a.isIpv4() ? 100 : 0);
  const uint32_t priority = (126u << 24) | (local << 8) | 255u;
  return fmt::format("candidate:{} 1 udp {} {} {} typ host", index + 1, priority, a.ipText(),
                     a.port);
}

/// What the listening address `ip` is reached by.
std::vector<Address> addressesOf(const std::string& ip, const CandidateSources& sources) {
  const auto address = Address::parse(ip, sources.port);
  if (!address) return {};
  if (!address->isUnspecified()) return {*address};
  auto all = interfaceAddresses(sources.port);
  std::erase_if(all, [&](const Address& x) { return address->isIpv4() && !x.isIpv4(); });
  const bool elsewhere =
      std::any_of(all.begin(), all.end(), [](const Address& x) { return !x.isLoopback(); });
  if (elsewhere && !sources.loopbackToo)
    std::erase_if(all, [](const Address& x) { return x.isLoopback(); });
  return all;
}

}  // namespace

std::vector<std::string> candidates(const CandidateSources& sources) {
  std::vector<Address> addresses;
  const auto& named = sources.advertise.empty() ? sources.listen : sources.advertise;
  for (const auto& ip : named)
    for (const auto& a : addressesOf(ip, sources)) addresses.push_back(a);
  if (sources.ipv4Only) std::erase_if(addresses, [](const Address& a) { return !a.isIpv4(); });
  std::vector<std::string> lines;
  for (const auto& a : addresses) lines.push_back(candidateOf(a, lines.size()));
  return lines;
}

}  // namespace parlour::transport
