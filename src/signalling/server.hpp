// Server: everything a client reaches over HTTP: WebSocket, WHIP, WHEP, API, web client, metrics.
//
// main() makes one, after calls and before it says "ready". Owns every listener and connection.
// Thread: control.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "auth/auth.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "call/service.hpp"
#include "conf/settings.hpp"
#include "signalling/metrics.hpp"

namespace parlour::signalling {

/// What signalling works with; everything outlives the Server.
struct Parts {
  const conf::Settings& settings;
  call::Service& calls;
  auth::Authenticator& auth;
  Metrics& metrics;
  const Clock& clock;
};

class Server {
 public:
  /// Binds every listener and answers from then on; /readyz follows `calls.ready()`.
  /// Errors (kInvalid or kFailed): listen_failed, tls_files, web_root.
  static Result<std::unique_ptr<Server>> start(const Parts& parts);
  /// Cuts whatever stop() left.
  ~Server();

  /// Reads the TLS files again (SIGHUP). Running calls and connections are not touched; with
  /// files that do not load, the certificate in use stays. Error: tls_files.
  Result<void> reload();

  /// Stops taking connections, tells every WebSocket (`ended`, 4003) and calls `stopped` when all
  /// connections have gone or `deadlineMs` has passed, whichever is first. Never blocks.
  void stop(uint32_t deadlineMs, std::function<void()> stopped);

  /// Where it listens, e.g. "http://127.0.0.1:8080/", main listeners first.
  std::vector<std::string> urls() const;
  /// Port of the main listener (of use where the setting is 0), and of the metrics one, 0 if none.
  uint16_t port() const;
  uint16_t metricsPort() const;

  /// Enforces every deadline that has passed. A timer calls it twice a second; tests with a
  /// virtual clock call it themselves.
  void tick();

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace parlour::signalling
