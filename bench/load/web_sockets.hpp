// WebSockets: many connections to one server, as text in and text out. Thread: control.
#pragma once

#include <libsoup/soup.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/ref.hpp"

namespace parlour::bench {

/// One connection; it ends with this object.
class WebSocket {
 public:
  struct Listener {
    std::function<void()> opened;
    std::function<void(std::string_view)> message;
    /// Called once, last; it was never open where `opened` was not called.
    std::function<void(std::string why)> closed;
  };
  explicit WebSocket(Listener listener) : listener_(std::move(listener)) {}
  ~WebSocket() { g_cancellable_cancel(cancellable_.get()); }
  WebSocket(const WebSocket&) = delete;
  WebSocket& operator=(const WebSocket&) = delete;

  void open(SoupSession* session, const std::string& url, const char* protocol);
  /// Does nothing while it is not open.
  void send(const std::string& text);
  void close();

 private:
  static void onConnected(GObject* session, GAsyncResult* result, gpointer data) noexcept;
  static void onMessage(SoupWebsocketConnection*, gint, GBytes* bytes, gpointer data) noexcept;
  static void onClosed(SoupWebsocketConnection* socket, gpointer data) noexcept;

  const Listener listener_;
  Ref<GCancellable> cancellable_ = Ref<GCancellable>::adopt(g_cancellable_new());
  Ref<SoupWebsocketConnection> socket_;
  SignalConnection message_, closed_;
};

/// A session that may open as many as the machine takes.
Ref<SoupSession> makeWebSocketSession();

}  // namespace parlour::bench
