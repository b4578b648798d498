#include "load/signalling.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace parlour::bench {
namespace {

constexpr int kMostConnections = 20000;
constexpr int kJoinId = 1, kLeaveId = 2;
// A snapshot of a room with a thousand people is long.
constexpr guint64 kMostMessageBytes = 16 << 20;

}  // namespace

class Signalling::Connection {
 public:
  Connection(Signalling& owner, std::string join, Done done)
      : owner_(owner), join_(std::move(join)), done_(std::move(done)) {}
  ~Connection() { g_cancellable_cancel(cancellable_.get()); }

  void open() {
    const auto message =
        Ref<SoupMessage>::adopt(soup_message_new("GET", (owner_.url_ + "/v1/ws").c_str()));
    const char* protocols[] = {"parlour.v1", nullptr};
    soup_session_websocket_connect_async(owner_.session_.get(), message.get(), nullptr,
                                         const_cast<char**>(protocols), G_PRIORITY_DEFAULT,
                                         cancellable_.get(), onConnected, this);
  }

  void leave() {
    leaving_ = true;
    if (!socket_) return;
    soup_websocket_connection_send_text(
        socket_.get(), nlohmann::json{{"type", "leave"}, {"id", kLeaveId}}.dump().c_str());
  }

 private:
  static void onConnected(GObject* session, GAsyncResult* result, gpointer data) noexcept {
    GError* error = nullptr;
    SoupWebsocketConnection* socket =
        soup_session_websocket_connect_finish(SOUP_SESSION(session), result, &error);
    if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) return g_error_free(error);
    auto* self = static_cast<Connection*>(data);
    if (!socket) {
      const Error failure = unavailable("cannot_connect", error->message);
      g_error_free(error);
      self->owner_.closed();
      return self->done_(failure);
    }
    self->socket_ = Ref<SoupWebsocketConnection>::adopt(socket);
    soup_websocket_connection_set_max_incoming_payload_size(socket, kMostMessageBytes);
    self->message_ = {socket, g_signal_connect(socket, "message", G_CALLBACK(onMessage), self)};
    self->closed_ = {socket, g_signal_connect(socket, "closed", G_CALLBACK(onClosed), self)};
    soup_websocket_connection_send_text(socket, self->join_.c_str());
    self->join_.clear();
  }

  static void onMessage(SoupWebsocketConnection*, gint, GBytes* bytes, gpointer data) noexcept {
    auto* self = static_cast<Connection*>(data);
    // Events are not read: a room of a thousand sends very many.
    if (self->answered_) return void(++self->owner_.events_);
    gsize size = 0;
    const auto* text = static_cast<const char*>(g_bytes_get_data(bytes, &size));
    const auto message = nlohmann::json::parse(text, text + size, nullptr, false);
    if (!message.is_object() || message.value("id", 0) != kJoinId) return;
    self->answered_ = true;
    if (message.value("type", "") != "reply")
      return self->done_(refused(message.value("code", "refused"),
                                 message.value("message", "the server says no")));
    self->done_(message.value(nlohmann::json::json_pointer("/result/answer"), std::string()));
  }

  static void onClosed(SoupWebsocketConnection* socket, gpointer data) noexcept {
    auto* self = static_cast<Connection*>(data);
    self->owner_.closed();
    if (self->leaving_) return;
    const char* why = soup_websocket_connection_get_close_data(socket);
    self->done_(
        unavailable("ended", std::string("the server closed the connection: ") + (why ? why : "")));
  }

  Signalling& owner_;
  std::string join_;
  const Done done_;
  Ref<GCancellable> cancellable_ = Ref<GCancellable>::adopt(g_cancellable_new());
  Ref<SoupWebsocketConnection> socket_;
  SignalConnection message_, closed_;
  bool answered_ = false, leaving_ = false;
};

Signalling::Signalling(std::string url)
    : url_(std::move(url)),
      session_(Ref<SoupSession>::adopt(soup_session_new_with_options(
          "user-agent", "parlour-load/" PARLOUR_VERSION, "max-conns", kMostConnections,
          "max-conns-per-host", kMostConnections, nullptr))) {}

Signalling::~Signalling() = default;

void Signalling::join(const std::string& room, const std::string& name, const std::string& offer,
                      Done done) {
  const nlohmann::json message = {
      {"type", "join"}, {"id", kJoinId},
      {"version", 1},   {"room", room},
      {"name", name},   {"offer", {{"sdp", offer}, {"publish", nlohmann::json::array()}}}};
  connections_.push_back(std::make_unique<Connection>(*this, message.dump(), std::move(done)));
  ++open_;
  connections_.back()->open();
}

void Signalling::leave(std::function<void()> left) {
  left_ = std::move(left);
  for (const auto& connection : connections_) connection->leave();
  if (open_ == 0) left_();
}

void Signalling::closed() {
  if (--open_ == 0 && left_) left_();
}

}  // namespace parlour::bench
