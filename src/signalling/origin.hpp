// May a page of this origin use the server? (RFC 6454; RFC 6455 §10.2)
//
// Browsers send Origin with a WebSocket and with every request that matters here, and nothing else
// would keep any page a user visits from talking to a server on the user's own machine or network.
// Pure. Thread: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace parlour::signalling {

class OriginPolicy {
 public:
  /// `origins`: allowed besides the server's own; "*" allows every one. `loopbackOnly`: the server
  /// is open and listens on loopback alone, so its own host must be a name of loopback: a foreign
  /// name that resolves to 127.0.0.1 (DNS rebinding) is no page of ours.
  OriginPolicy(std::vector<std::string> origins, bool loopbackOnly)
      : origins_(std::move(origins)), loopbackOnly_(loopbackOnly) {}

  /// `origin` as in the header, empty where there was none (not a browser: allowed).
  /// `host` as the client wrote it in its URL, with port.
  bool allows(std::string_view origin, std::string_view host) const;

 private:
  std::vector<std::string> origins_;
  bool loopbackOnly_;
};

}  // namespace parlour::signalling
