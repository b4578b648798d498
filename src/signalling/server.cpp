#include "signalling/server.hpp"

#include <algorithm>
#include <optional>

#include "base/log.hpp"
#include "base/loop.hpp"
#include "signalling/admission.hpp"
#include "signalling/api.hpp"
#include "signalling/connections.hpp"
#include "signalling/http_server.hpp"
#include "signalling/listener.hpp"
#include "signalling/media_sessions.hpp"
#include "signalling/network.hpp"
#include "signalling/static_files.hpp"
#include "signalling/tls_files.hpp"
#include "signalling/ws_endpoint.hpp"

namespace parlour::signalling {
namespace {

constexpr log::Topic kTopic{"http"};
constexpr uint32_t kTickMs = 500;
constexpr int64_t kFilesCheckNs = 5 * kNsPerSecond;

ConnectionLimits connectionLimitsOf(const conf::Http& http) {
  ConnectionLimits limits;
  limits.headersMs = http.headersTimeoutMs;
  limits.bodyMs = 3 * http.headersTimeoutMs;  // An offer is a few packets more than headers.
  return limits;
}

/// Open to everybody, and reachable from this machine alone: pages must be our own (origin.hpp).
bool openOnLoopback(const conf::Settings& settings) {
  const auto& listen = settings.http.listen;
  return settings.auth.mode == conf::AuthMode::kOpen && settings.http.trustedProxies.empty() &&
         std::all_of(listen.begin(), listen.end(), [](const std::string& address) {
           return address == "localhost" || isLoopback(address);
         });
}

bool hasIpv4(const std::vector<std::string>& addresses) {
  return std::any_of(addresses.begin(), addresses.end(), [](const std::string& address) {
    return address.find(':') == std::string::npos;
  });
}

}  // namespace

class Server::Impl {
 public:
  Impl(const Parts& parts, TrustedProxies proxies, std::optional<TlsFiles> tls, StaticFiles files)
      : parts_(parts),
        proxies_(std::move(proxies)),
        tls_(std::move(tls)),
        files_(std::move(files)),
        origins_(parts.settings.http.origins, openOnLoopback(parts.settings)),
        connections_(parts.clock, connectionLimitsOf(parts.settings.http)),
        admission_(parts.auth, parts.settings.limits, parts.clock),
        sockets_(parts.calls, admission_, parts.settings, parts.clock, origins_, connections_,
                 parts.metrics),
        media_(parts.calls, admission_, origins_,
               parts.settings.auth.mode == conf::AuthMode::kJwt, parts.clock, parts.metrics),
        http_(router_, connections_, proxies_, parts.clock, parts.metrics),
        public_(ListenerKind::kPublic, connections_, proxies_, tls_ ? &*tls_ : nullptr, serve()),
        metrics_(ListenerKind::kMetrics, connections_, proxies_, nullptr, serve()),
        admin_(ListenerKind::kAdmin, connections_, proxies_, nullptr, serve()) {
    addRoutes();
    addMetrics();
  }

  Result<void> listen() {
    const conf::Settings& settings = parts_.settings;
    const auto main = listenAll(public_, settings.http.listen, settings.http.port);
    if (!main) return main.error().within("http.listen");
    if (separateMetrics()) {
      const auto extra = listenAll(metrics_, settings.metrics.listen, settings.metrics.port);
      if (!extra) return extra.error().within("metrics.listen");
    }
    if (!settings.admin.socket.empty()) {
      const auto admin = admin_.listenUnix(settings.admin.socket);
      if (!admin) return admin.error().within("admin.socket");
    }
    ticker_ = Timer::every(kTickMs, [this] {
      tick();
      return true;
    });
    for (const std::string& url : urls()) log::info(kTopic, {}, "listening on {}", url);
    return {};
  }

  Result<void> reload() { return tls_ ? tls_->reload() : Result<void>(); }

  void stop(uint32_t deadlineMs, std::function<void()> stopped) {
    public_.close();
    metrics_.close();
    admin_.close();
    sockets_.stop();
    stopAtNs_ = parts_.clock.nowNs() + deadlineMs * kNsPerMs;
    stopped_ = std::move(stopped);
    post([this, alive = std::weak_ptr<int>(alive_)] {
      if (!alive.expired()) tick();
    });
  }

  void tick() {
    assertControlThread();
    sockets_.tick();
    media_.tick();
    connections_.tick();
    const int64_t now = parts_.clock.nowNs();
    if (now - filesCheckedNs_ >= kFilesCheckNs) {
      filesCheckedNs_ = now;
      if (tls_) tls_->reloadIfChanged();
      files_.reloadIfChanged();
    }
    if (stopped_ && (sockets_.size() == 0 || now >= stopAtNs_)) {
      const auto stopped = std::exchange(stopped_, nullptr);
      connections_.cutAll();
      stopped();
    }
  }

  std::vector<std::string> urls() const {
    std::vector<std::string> all = public_.urls();
    for (const Listener* listener : {&metrics_, &admin_})
      all.insert(all.end(), listener->urls().begin(), listener->urls().end());
    return all;
  }
  uint16_t port() const { return public_.port(); }
  uint16_t metricsPort() const { return metrics_.port(); }

  ~Impl() { connections_.cutAll(); }  // Before libsoup closes: nothing then waits for a peer.

 private:
  Listener::OnConnection serve() {
    return [this](const Accepted& accepted) { http_.serve(accepted); };
  }
  bool separateMetrics() const {
    return parts_.settings.metrics.port != 0;
  }

  static Result<void> listenAll(Listener& listener, std::vector<std::string> addresses,
                                uint32_t port) {
    if (addresses.empty()) addresses = {"127.0.0.1"};
    const bool v6Only = hasIpv4(addresses);
    for (const std::string& address : addresses) {
      const auto wanted = port != 0 ? static_cast<uint16_t>(port) : listener.port();
      const auto listening = listener.listenTcp(address, wanted, v6Only);
      if (!listening) return listening;
    }
    return {};
  }

  void addRoutes() {
    const ApiParts api{parts_.calls, parts_.auth, admission_, parts_.metrics};
    const size_t maxOfferBytes = parts_.settings.limits.maxOfferBytes;
    addHealthRoutes(router_, api);
    addMetricsRoute(router_, api, !separateMetrics());
    addRoomRoutes(router_, api);
    addGraphRoute(router_, api);
    addStatsRoute(router_, api);
    addModerateRoute(router_, api);
    router_.add({"GET", "/v1/ws", [this](Exchange& exchange) { sockets_.handle(exchange); }});
    addWhipRoutes(router_, media_, maxOfferBytes);
    addWhepRoutes(router_, media_, parts_.calls, maxOfferBytes);
    router_.setFallback([this](Exchange& exchange) { files_.handle(exchange); });
  }

  void addMetrics() {
    Metrics& metrics = parts_.metrics;
    metrics.gauge("parlour_http_connections", "Open HTTP and WebSocket connections.",
                  [this] { return static_cast<double>(connections_.size()); });
    metrics.counter("parlour_http_overdue_connections_total",
                    "Connections cut because their client was too slow.",
                    [this] { return static_cast<double>(connections_.overdue()); });
    metrics.counter("parlour_http_refused_connections_total",
                    "Connections not taken because there were too many.",
                    [this] { return static_cast<double>(connections_.refused()); });
  }

  const Parts parts_;
  const TrustedProxies proxies_;
  std::optional<TlsFiles> tls_;
  StaticFiles files_;
  const OriginPolicy origins_;
  Connections connections_;
  Admission admission_;
  Router router_;
  WsEndpoint sockets_;
  MediaSessions media_;
  HttpServer http_;
  Listener public_, metrics_, admin_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
  int64_t filesCheckedNs_ = 0;
  int64_t stopAtNs_ = 0;
  std::function<void()> stopped_;
  Timer ticker_;
};

Result<std::unique_ptr<Server>> Server::start(const Parts& parts) {
  assertControlThread();
  auto proxies = TrustedProxies::parse(parts.settings.http.trustedProxies);
  if (!proxies) return proxies.error();
  std::optional<TlsFiles> tls;
  if (!parts.settings.http.tls.certificate.empty()) {
    auto loaded = TlsFiles::load(parts.settings.http.tls);
    if (!loaded) return loaded.error();
    tls = std::move(*loaded);
  }
  auto files = StaticFiles::open(parts.settings.http.webRoot);
  if (!files) return files.error();
  auto impl = std::make_unique<Impl>(parts, std::move(*proxies), std::move(tls),
                                     std::move(*files));
  const auto listening = impl->listen();
  if (!listening) return listening.error();
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;
Result<void> Server::reload() { return impl_->reload(); }
void Server::stop(uint32_t deadlineMs, std::function<void()> stopped) {
  impl_->stop(deadlineMs, std::move(stopped));
}
std::vector<std::string> Server::urls() const { return impl_->urls(); }
uint16_t Server::port() const { return impl_->port(); }
uint16_t Server::metricsPort() const { return impl_->metricsPort(); }
void Server::tick() { impl_->tick(); }

}  // namespace parlour::signalling
