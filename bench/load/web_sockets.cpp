#include "load/web_sockets.hpp"

namespace parlour::bench {
namespace {

constexpr int kMostConnections = 20000;
// A snapshot of a room with a thousand people is long.
constexpr guint64 kMostMessageBytes = 16 << 20;

}  // namespace

void WebSocket::open(SoupSession* session, const std::string& url, const char* protocol) {
  const auto message = Ref<SoupMessage>::adopt(soup_message_new("GET", url.c_str()));
  const char* protocols[] = {protocol, nullptr};
  soup_session_websocket_connect_async(session, message.get(), nullptr,
                                       const_cast<char**>(protocols), G_PRIORITY_DEFAULT,
                                       cancellable_.get(), onConnected, this);
}

void WebSocket::send(const std::string& text) {
  if (socket_ && soup_websocket_connection_get_state(socket_.get()) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_text(socket_.get(), text.c_str());
}

void WebSocket::close() {
  if (socket_ && soup_websocket_connection_get_state(socket_.get()) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close(socket_.get(), SOUP_WEBSOCKET_CLOSE_NORMAL, nullptr);
}

void WebSocket::onConnected(GObject* session, GAsyncResult* result, gpointer data) noexcept {
  GError* error = nullptr;
  SoupWebsocketConnection* socket =
      soup_session_websocket_connect_finish(SOUP_SESSION(session), result, &error);
  if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) return g_error_free(error);
  auto* self = static_cast<WebSocket*>(data);
  if (!socket) {
    const std::string why = error->message;
    g_error_free(error);
    return self->listener_.closed(why);
  }
  self->socket_ = Ref<SoupWebsocketConnection>::adopt(socket);
  soup_websocket_connection_set_max_incoming_payload_size(socket, kMostMessageBytes);
  self->message_ = {socket, g_signal_connect(socket, "message", G_CALLBACK(onMessage), self)};
  self->closed_ = {socket, g_signal_connect(socket, "closed", G_CALLBACK(onClosed), self)};
  self->listener_.opened();
}

void WebSocket::onMessage(SoupWebsocketConnection*, gint, GBytes* bytes, gpointer data) noexcept {
  gsize size = 0;
  const auto* text = static_cast<const char*>(g_bytes_get_data(bytes, &size));
  static_cast<WebSocket*>(data)->listener_.message({text, size});
}

void WebSocket::onClosed(SoupWebsocketConnection* socket, gpointer data) noexcept {
  const char* why = soup_websocket_connection_get_close_data(socket);
  static_cast<WebSocket*>(data)->listener_.closed(why ? why : "");
}

Ref<SoupSession> makeWebSocketSession() {
  return Ref<SoupSession>::adopt(soup_session_new_with_options(
      "user-agent", "parlour-load/" PARLOUR_VERSION, "max-conns", kMostConnections,
      "max-conns-per-host", kMostConnections, nullptr));
}

}  // namespace parlour::bench
