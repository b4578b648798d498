#include "signalling/ws_channel.hpp"

namespace parlour::signalling {

class WsChannel::Meter final : public StreamMeter {
 public:
  explicit Meter(uint64_t maxMessageBytes) : maxMessageBytes_(maxMessageBytes) {}

  bool received(std::span<const uint8_t> bytes) override {
    in.feed(bytes);
    oversized = in.messageBytes() > maxMessageBytes_;
    return !oversized;
  }
  void sent(std::span<const uint8_t> bytes) override { out.feed(bytes); }

  FrameMeter in, out;
  bool oversized = false;

 private:
  const uint64_t maxMessageBytes_;
};

WsChannel::WsChannel(GIOStream* stream, uint64_t maxMessageBytes, uint32_t pingIntervalS,
                     std::shared_ptr<Readiness> readiness, Connections& connections,
                     uint64_t connection)
    : connections_(connections),
      connection_(connection),
      meter_(std::make_shared<Meter>(maxMessageBytes)) {
  GuardOptions options{.pauseInput = true, .meter = meter_};
  if (const Connection* under = connections.find(connection)) {
    options.readiness = std::move(readiness);
    options.socket = Ref<GSocket>::share(g_socket_connection_get_socket(under->socket.get()));
  }
  const auto guarded = guardStream(stream, std::move(options));
  GUri* uri = g_uri_build(G_URI_FLAGS_NONE, "ws", nullptr, "localhost", -1, "/", nullptr, nullptr);
  socket_ = Ref<SoupWebsocketConnection>::adopt(
      soup_websocket_connection_new(guarded.get(), uri, SOUP_WEBSOCKET_CONNECTION_SERVER, nullptr,
                                    nullptr, nullptr));
  g_uri_unref(uri);
  soup_websocket_connection_set_max_incoming_payload_size(socket_.get(), maxMessageBytes);
  soup_websocket_connection_set_keepalive_interval(socket_.get(), pingIntervalS);
  g_signal_connect(socket_.get(), "message", G_CALLBACK(onMessage), this);
  g_signal_connect(socket_.get(), "pong", G_CALLBACK(onPong), this);
  g_signal_connect(socket_.get(), "error", G_CALLBACK(onError), this);
  g_signal_connect(socket_.get(), "closed", G_CALLBACK(onClosed), this);
}

WsChannel::~WsChannel() {
  g_signal_handlers_disconnect_by_data(socket_.get(), this);
  if (soup_websocket_connection_get_state(socket_.get()) != SOUP_WEBSOCKET_STATE_CLOSED) abort();
}

void WsChannel::send(std::string_view text) {
  if (soup_websocket_connection_get_state(socket_.get()) != SOUP_WEBSOCKET_STATE_OPEN) return;
  GBytes* bytes = g_bytes_new(text.data(), text.size());
  queuedBytes_ += text.size();
  soup_websocket_connection_send_message(socket_.get(), SOUP_WEBSOCKET_DATA_TEXT, bytes);
  g_bytes_unref(bytes);
}

uint64_t WsChannel::pendingBytes() const { return queuedBytes_ - meter_->out.dataBytes(); }

uint64_t WsChannel::controlFrames() const { return meter_->in.controlFrames(); }

void WsChannel::close(uint16_t code, std::string_view reason) {
  connections_.enter(connection_, Phase::kClosing);
  if (soup_websocket_connection_get_state(socket_.get()) != SOUP_WEBSOCKET_STATE_OPEN) return;
  soup_websocket_connection_close(socket_.get(), code, std::string(reason).c_str());
}

void WsChannel::abort() { connections_.cut(connection_); }

void WsChannel::onMessage(SoupWebsocketConnection*, int type, GBytes* message,
                          gpointer data) noexcept {
  auto* self = static_cast<WsChannel*>(data);
  if (!self->listener_) return;
  gsize size = 0;
  const auto* text = static_cast<const char*>(g_bytes_get_data(message, &size));
  if (type == SOUP_WEBSOCKET_DATA_TEXT)
    self->listener_->onText({text, size});
  else
    self->listener_->onBinary();
}

void WsChannel::onPong(SoupWebsocketConnection*, GBytes*, gpointer data) noexcept {
  auto* self = static_cast<WsChannel*>(data);
  if (self->listener_) self->listener_->onPong();
}

// Emitted before libsoup closes, so a last word can still be sent.
void WsChannel::onError(SoupWebsocketConnection*, GError* error, gpointer data) noexcept {
  auto* self = static_cast<WsChannel*>(data);
  const bool tooBig = self->meter_->oversized ||
                      g_error_matches(error, SOUP_WEBSOCKET_ERROR, SOUP_WEBSOCKET_CLOSE_TOO_BIG);
  if (tooBig && self->listener_) self->listener_->onOversized();
}

void WsChannel::onClosed(SoupWebsocketConnection*, gpointer data) noexcept {
  auto* self = static_cast<WsChannel*>(data);
  if (self->listener_) self->listener_->onDisconnected();
}

}  // namespace parlour::signalling
