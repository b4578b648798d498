#include "signalling/ws_endpoint.hpp"

#include "base/log.hpp"
#include "signalling/ws_channel.hpp"

namespace parlour::signalling {
namespace {

constexpr log::Topic kTopic{"signalling"};

/// Hands what a channel hears to the session that owns it.
class SessionEnd final : public ChannelListener {
 public:
  explicit SessionEnd(WsSession& session) : session_(session) {}
  void onText(std::string_view text) override { session_.onText(text); }
  void onBinary() override { session_.onBinary(); }
  void onOversized() override { session_.onOversized(); }
  void onPong() override { session_.onPong(); }
  void onDisconnected() override { session_.onDisconnected(); }

 private:
  WsSession& session_;
};

}  // namespace

WsEndpoint::WsEndpoint(call::Service& calls, Admission& admission, const conf::Settings& settings,
                       const Clock& clock, const OriginPolicy& origins, Connections& connections,
                       Metrics& metrics)
    : origins_(origins),
      connections_(connections),
      parts_{calls,
             admission,
             stays_,
             settings,
             clock,
             metrics.counterFamily("parlour_websocket_messages_total",
                                   "Requests over WebSockets, by type and outcome."),
             [this](const auto& id, const WsSession* newer) { takeOver(id, newer); },
             [this] { flushSoon(); }} {
  metrics.gauge("parlour_websocket_sessions", "Open WebSocket connections.",
                [this] { return static_cast<double>(sessions_.size()); });
}

void WsEndpoint::handle(Exchange& exchange) {
  const std::string_view origin = exchange.header("Origin");
  if (!origins_.allows(origin, exchange.host())) {
    log::info(kTopic, {.request = exchange.id()}, "a page of {} may not connect (http.origins)",
              origin);
    return exchange.respondError(
        refused("not_allowed", "This server does not take calls from pages of that origin."));
  }
  const char* protocols[] = {kSubprotocol, nullptr};
  auto** wanted = const_cast<char**>(protocols);  // libsoup only reads it.
  GError* error = nullptr;
  if (!soup_websocket_server_check_handshake(exchange.message(), nullptr, wanted, nullptr,
                                             &error)) {
    const bool plain =
        g_error_matches(error, SOUP_WEBSOCKET_ERROR, SOUP_WEBSOCKET_ERROR_NOT_WEBSOCKET);
    const std::string what = error->message;
    g_error_free(error);
    exchange.setHeader("Upgrade", "websocket");
    return exchange.respondError(
        plain ? invalid("not_websocket", "This address speaks WebSocket, subprotocol parlour.v1.")
              : invalid("bad_message", what));
  }
  soup_websocket_server_process_handshake(exchange.message(), nullptr, wanted, nullptr, nullptr);
  const std::string address = exchange.clientAddress(), id = exchange.id();
  exchange.upgrade([this, connection = exchange.connection(), address, id](Ref<GIOStream> stream) {
    open(std::move(stream), connection, address, id);
  });
}

void WsEndpoint::open(Ref<GIOStream> stream, uint64_t connection, const std::string& address,
                      const std::string& requestId) {
  connections_.enter(connection, Phase::kWebSocket);
  auto channel = std::make_unique<WsChannel>(stream.get(), parts_.settings.limits.maxOfferBytes,
                                             kPingIntervalS, readiness_, connections_,
                                             connection);
  WsChannel* heard = channel.get();
  auto session =
      std::make_shared<WsSession>(parts_, std::move(channel), address, requestId);
  heard->listen(std::make_unique<SessionEnd>(*session));
  sessions_.push_back(std::move(session));
}

void WsEndpoint::takeOver(const room::ParticipantId& id, const WsSession* newer) {
  for (const auto& session : sessions_)
    if (session.get() != newer && session->self() == id) session->giveUp();
}

void WsEndpoint::flushSoon() {
  if (flushing_) return;
  flushing_ = true;
  flush_ = Timer::once(kHoldMs, [this] {
    flushing_ = false;
    const auto all = sessions_;
    for (const auto& session : all) session->flush();
  });
}

void WsEndpoint::tick() {
  const auto all = sessions_;  // A session's end may make others.
  for (const auto& session : all) session->tick();
  std::erase_if(sessions_, [](const auto& session) { return session->closed(); });
  const int64_t now = parts_.clock.nowNs();
  if (now - sweptNs_ < kStayGraceNs / 6) return;
  sweptNs_ = now;
  stays_.sweep(parts_.calls, now);
}

void WsEndpoint::stop() {
  const auto all = sessions_;
  for (const auto& session : all) session->stop();
}

}  // namespace parlour::signalling
