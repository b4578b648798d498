// Listener: listening sockets; accepts, does TLS, gives out finished connections.
//
// libsoup's own listener stops for ever at the first accept() that fails (too many descriptors, a
// client that went away), so it is not used. Thread: control.
#pragma once

#include <gio/gio.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/loop.hpp"
#include "base/ref.hpp"
#include "base/result.hpp"
#include "signalling/connections.hpp"
#include "signalling/forwarded.hpp"

namespace parlour::signalling {

class TlsFiles;

/// What a listener gives out: `stream` is ready for HTTP.
struct Accepted {
  Ref<GIOStream> stream;
  Connection& connection;
};

class Listener {
 public:
  using OnConnection = std::function<void(const Accepted&)>;

  /// `tls` may be null (plain HTTP) and outlives the listener, as do the others.
  Listener(ListenerKind kind, Connections& connections, const TrustedProxies& proxies,
           const TlsFiles* tls, OnConnection onConnection);
  ~Listener();

  /// Binds `address` ("127.0.0.1", "::", "localhost") and `port`, 0 for any. `v6Only` keeps "::"
  /// from taking IPv4 as well. Error (kFailed): listen_failed.
  Result<void> listenTcp(const std::string& address, uint16_t port, bool v6Only);
  /// A Unix socket that its owner and group may use. A stale one is replaced.
  /// Error (kFailed): listen_failed.
  Result<void> listenUnix(const std::string& path);
  /// Stops taking connections; those that were given out stay.
  void close();

  ListenerKind kind() const { return kind_; }
  bool secure() const { return tls_ != nullptr; }
  /// Port of the first TCP socket, 0 without one.
  uint16_t port() const { return port_; }
  /// "http://127.0.0.1:8080/" for every socket.
  const std::vector<std::string>& urls() const { return urls_; }

 private:
  struct Socket;
  Result<void> listen(GSocketAddress* address, bool v6Only);
  void watch(Socket& socket);
  void acceptAll(Socket& socket);
  void take(GSocket* socket);
  void handshake(Connection& connection, GIOStream* stream);
  void serve(Connection& connection, GIOStream* stream);

  const ListenerKind kind_;
  Connections& connections_;
  const TrustedProxies& proxies_;
  const TlsFiles* tls_;
  OnConnection onConnection_;
  uint16_t port_ = 0;
  std::string unixPath_;
  std::vector<std::string> urls_;
  std::vector<std::unique_ptr<Socket>> sockets_;
  std::shared_ptr<Listener*> self_;  // Null inside once this is gone: for handshakes under way.
};

}  // namespace parlour::signalling
