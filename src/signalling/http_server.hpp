// HttpServer: libsoup, fenced in: from an accepted connection to a handler's call and its response.
//
// Adds what SoupServer lacks: limits on headers and bodies, deadlines (through Connections),
// the client's real address behind proxies, request ids, security headers, an access log line.
// Thread: control.
#pragma once

#include <libsoup/soup.h>

#include <cstdint>
#include <memory>

#include "base/clock.hpp"
#include "base/ref.hpp"
#include "signalling/connections.hpp"
#include "signalling/exchange.hpp"
#include "signalling/forwarded.hpp"
#include "signalling/listener.hpp"
#include "signalling/metrics.hpp"
#include "signalling/router.hpp"

namespace parlour::signalling {

constexpr size_t kMaxHeaders = 100;
constexpr size_t kMaxHeaderBytes = 32 * 1024;

class HttpServer {
 public:
  /// Everything given outlives it.
  HttpServer(const Router& router, Connections& connections, const TrustedProxies& proxies,
             const Clock& clock, Metrics& metrics);
  ~HttpServer();

  /// Serves a connection until it ends.
  void serve(const Accepted& accepted);

 private:
  static void onStarted(SoupServer*, SoupServerMessage* message, gpointer data) noexcept;
  static void onEarly(SoupServer*, SoupServerMessage* message, const char*, GHashTable*,
                      gpointer data) noexcept;
  static void onChunk(SoupServerMessage* message, GBytes* chunk, gpointer data) noexcept;
  static void onRequest(SoupServer*, SoupServerMessage* message, const char*, GHashTable*,
                        gpointer data) noexcept;
  static void onFinished(SoupServerMessage* message, gpointer data) noexcept;

  void begin(SoupServerMessage* message);
  void readHead(Exchange& exchange);
  void handle(Exchange& exchange);
  void finish(Exchange& exchange, unsigned status);

  const Router& router_;
  Connections& connections_;
  const TrustedProxies& proxies_;
  const Clock& clock_;
  CounterFamily& requests_;
  Histogram durations_{{0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5}, 1e9};
  Ref<SoupServer> server_;
  Ref<GSocket> keeper_;  // See the constructor.
};

}  // namespace parlour::signalling
