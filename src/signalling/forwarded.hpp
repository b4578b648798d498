// Who a request really comes from, behind reverse proxies (X-Forwarded-*; RFC 7239 Forwarded).
//
// Headers are believed only as far as trusted proxies wrote them: from the connection's own
// address leftwards, until the first address that is not trusted; that one is the client.
// Pure. Thread: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "signalling/network.hpp"

namespace parlour::signalling {

/// The headers that a proxy may set; empty where they are missing.
struct ForwardedHeaders {
  std::string_view forwarded;      ///< Forwarded (RFC 7239); wins over the others.
  std::string_view forwardedFor;   ///< X-Forwarded-For.
  std::string_view forwardedHost;  ///< X-Forwarded-Host.
  std::string_view forwardedProto; ///< X-Forwarded-Proto.
};

struct ClientView {
  std::string address;   ///< The client's, without port.
  std::string host;      ///< As the client wrote it in its URL; empty: look at Host.
  bool https = false;    ///< The client's own connection is HTTPS, as far as proxies say.
  bool proxied = false;  ///< The connection comes from a trusted proxy.
};

class TrustedProxies {
 public:
  TrustedProxies() = default;
  /// Error (kInvalid): bad_network.
  static Result<TrustedProxies> parse(const std::vector<std::string>& networks);

  bool trusts(std::string_view address) const;
  bool empty() const { return networks_.empty(); }
  /// `peer` is the address of the connection.
  ClientView clientOf(std::string_view peer, const ForwardedHeaders& headers) const;

 private:
  std::vector<Network> networks_;
};

}  // namespace parlour::signalling
