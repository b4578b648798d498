// Our ICE host candidates, as written in every answer. Source: RFC 8839 section 5.1, RFC 8445 5.1.2.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace parlour::transport {

struct CandidateSources {
  std::vector<std::string> advertise;  ///< Addresses to name instead of the interfaces' (1:1 NAT).
  std::vector<std::string> listen;     ///< Bound addresses; "::" and "0.0.0.0": every interface.
  uint16_t port = 0;
  bool ipv4Only = false;
  /// Loopback is left out where there is anything else: a browser elsewhere cannot use it. Set
  /// this where clients are known to be on this host.
  bool loopbackToo = false;
};

/// The interfaces are read on every call, so that changes are followed. Thread: any.
std::vector<std::string> candidates(const CandidateSources& sources);

}  // namespace parlour::transport
