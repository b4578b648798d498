#include "signalling/listener.hpp"

#include <fmt/format.h>
#include <gio/gunixsocketaddress.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.hpp"
#include "signalling/guard_stream.hpp"
#include "signalling/tls_files.hpp"

namespace parlour::signalling {
namespace {

constexpr log::Topic kTopic{"http"};
constexpr int kBacklog = 511;
constexpr unsigned kAcceptsPerTurn = 64;   // Then others have a turn of the main loop.
constexpr uint32_t kAcceptPauseMs = 250;   // When there are no descriptors left.

std::string takeMessage(GError* error) {
  std::string message = error->message;
  g_error_free(error);
  return message;
}

/// Address without port.
std::string peerOf(GSocket* socket) {
  auto remote = Ref<GSocketAddress>::adopt(g_socket_get_remote_address(socket, nullptr));
  if (!remote || !G_IS_INET_SOCKET_ADDRESS(remote.get())) return "unix";
  gchar* text = g_inet_address_to_string(
      g_inet_socket_address_get_address(remote.as<GInetSocketAddress>()));
  std::string peer(text);
  g_free(text);
  return peer.starts_with("::ffff:") ? peer.substr(7) : peer;
}

bool isStaleUnixSocket(const std::string& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0 || !S_ISSOCK(status.st_mode)) return false;
  auto socket = Ref<GSocket>::adopt(g_socket_new(G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM,
                                                 G_SOCKET_PROTOCOL_DEFAULT, nullptr));
  auto address = Ref<GSocketAddress>::adopt(g_unix_socket_address_new(path.c_str()));
  GError* error = nullptr;
  if (!socket || g_socket_connect(socket.get(), address.get(), nullptr, &error)) return false;
  const bool refused = g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED);
  g_error_free(error);
  return refused;
}

/// A handshake under way; owned by its callback.
struct Handshake {
  std::shared_ptr<Listener*> listener;
  uint64_t connection;
  std::function<void(GIOStream*)> done;
};

void onHandshake(GObject* object, GAsyncResult* result, gpointer data) noexcept {
  const std::unique_ptr<Handshake> handshake(static_cast<Handshake*>(data));
  GError* error = nullptr;
  const bool ok = g_tls_connection_handshake_finish(G_TLS_CONNECTION(object), result, &error);
  if (!ok) log::debug(kTopic, {}, "TLS handshake failed: {}", takeMessage(error));
  if (ok && *handshake->listener)
    handshake->done(G_IO_STREAM(object));
  else
    g_io_stream_close(G_IO_STREAM(object), nullptr, nullptr);
}

}  // namespace

struct Listener::Socket {
  Listener& owner;
  Ref<GSocket> socket;
  GSource* source = nullptr;
  Timer pause;

  Socket(Listener& listener, Ref<GSocket> listening)
      : owner(listener), socket(std::move(listening)) {}
  ~Socket() { unwatch(); }
  void unwatch() {
    if (!source) return;
    g_source_destroy(source);
    g_source_unref(std::exchange(source, nullptr));
  }
  static gboolean onReady(GSocket*, GIOCondition, gpointer data) noexcept {
    auto* self = static_cast<Socket*>(data);
    self->owner.acceptAll(*self);
    return G_SOURCE_CONTINUE;
  }
};

Listener::Listener(ListenerKind kind, Connections& connections, const TrustedProxies& proxies,
                   const TlsFiles* tls, OnConnection onConnection)
    : kind_(kind),
      connections_(connections),
      proxies_(proxies),
      tls_(tls),
      onConnection_(std::move(onConnection)),
      self_(std::make_shared<Listener*>(this)) {}

Listener::~Listener() {
  *self_ = nullptr;
  close();
}

Result<void> Listener::listenTcp(const std::string& address, uint16_t port, bool v6Only) {
  if (address == "localhost") {
    const auto v4 = listenTcp("127.0.0.1", port, true);
    if (!v4) return v4;
    return listenTcp("::1", port_, true);
  }
  auto inet = Ref<GSocketAddress>::adopt(g_inet_socket_address_new_from_string(
      address.c_str(), port));
  if (!inet) return failed("listen_failed", "'" + address + "' is no IP address to listen on.");
  const auto listening = listen(inet.get(), v6Only);
  if (!listening) return listening.error().within(fmt::format("{} port {}", address, port));
  GSocket* socket = sockets_.back()->socket.get();
  auto bound = Ref<GSocketAddress>::adopt(g_socket_get_local_address(socket, nullptr));
  const uint16_t boundPort = g_inet_socket_address_get_port(bound.as<GInetSocketAddress>());
  if (port_ == 0) port_ = boundPort;
  const bool v6 = address.find(':') != std::string::npos;
  urls_.push_back(fmt::format("{}://{}{}{}:{}/", secure() ? "https" : "http", v6 ? "[" : "",
                              address, v6 ? "]" : "", boundPort));
  return {};
}

Result<void> Listener::listenUnix(const std::string& path) {
  if (isStaleUnixSocket(path)) unlink(path.c_str());
  auto address = Ref<GSocketAddress>::adopt(g_unix_socket_address_new(path.c_str()));
  const mode_t before = umask(0117);  // Owner and group only, from its first moment.
  const auto listening = listen(address.get(), false);
  umask(before);
  if (!listening) return listening.error().within(path);
  unixPath_ = path;
  urls_.push_back("unix:" + path);
  return {};
}

Result<void> Listener::listen(GSocketAddress* address, bool v6Only) {
  GError* error = nullptr;
  const GSocketFamily family = g_socket_address_get_family(address);
  auto socket = Ref<GSocket>::adopt(
      g_socket_new(family, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, &error));
  if (!socket) return failed("listen_failed", takeMessage(error));
  if (family == G_SOCKET_FAMILY_IPV6)
    g_socket_set_option(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, v6Only ? 1 : 0, nullptr);
  g_socket_set_blocking(socket.get(), FALSE);
  g_socket_set_listen_backlog(socket.get(), kBacklog);
  if (!g_socket_bind(socket.get(), address, TRUE, &error) ||
      !g_socket_listen(socket.get(), &error))
    return failed("listen_failed", takeMessage(error));
  sockets_.push_back(std::make_unique<Socket>(*this, std::move(socket)));
  watch(*sockets_.back());
  return {};
}

void Listener::watch(Socket& socket) {
  socket.source = g_socket_create_source(socket.socket.get(), G_IO_IN, nullptr);
  g_source_set_callback(socket.source, G_SOURCE_FUNC(Socket::onReady), &socket, nullptr);
  g_source_attach(socket.source, nullptr);
}

void Listener::acceptAll(Socket& socket) {
  for (unsigned i = 0; i < kAcceptsPerTurn; ++i) {
    GError* error = nullptr;
    auto accepted = Ref<GSocket>::adopt(g_socket_accept(socket.socket.get(), nullptr, &error));
    if (accepted) {
      take(accepted.get());
      continue;
    }
    const bool none = g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
    const bool gone = g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
    const std::string message = takeMessage(error);
    if (none) return;
    if (gone) continue;  // The client went away while it was waiting.
    log::warning(kTopic, {}, "cannot accept connections for {} ms: {}", kAcceptPauseMs, message);
    socket.unwatch();
    socket.pause = Timer::once(kAcceptPauseMs, [this, &socket] { watch(socket); });
    return;
  }
}

void Listener::take(GSocket* socket) {
  g_socket_set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1, nullptr);
  auto stream =
      Ref<GSocketConnection>::adopt(g_socket_connection_factory_create_connection(socket));
  std::string peer = peerOf(socket);
  const bool unlimited =
      kind_ == ListenerKind::kAdmin || isLoopback(peer) || proxies_.trusts(peer);
  Connection* connection =
      connections_.add(stream.get(), kind_, std::move(peer), unlimited);
  if (!connection) {
    g_io_stream_close(stream.as<GIOStream>(), nullptr, nullptr);
    return;
  }
  if (tls_)
    handshake(*connection, guardStream(stream.as<GIOStream>(), {}).get());
  else
    serve(*connection, stream.as<GIOStream>());
}

/// The end of an idle connection shows above TLS: its closing alert comes before the socket's end.
void Listener::serve(Connection& connection, GIOStream* stream) {
  onConnection_({guardStream(stream, {.meter = nullptr, .idle = connection.idle}), connection});
}

void Listener::handshake(Connection& connection, GIOStream* stream) {
  GError* error = nullptr;
  auto tls = Ref<GIOStream>::adopt(
      g_tls_server_connection_new(stream, tls_->certificate(), &error));
  if (!tls) {
    log::warning(kTopic, {}, "cannot speak TLS: {}", takeMessage(error));
    g_io_stream_close(stream, nullptr, nullptr);
    return;
  }
  connection.tls = true;
  const char* protocols[] = {"http/1.1", nullptr};
  g_tls_connection_set_advertised_protocols(tls.as<GTlsConnection>(), protocols);
  g_tls_connection_set_require_close_notify(tls.as<GTlsConnection>(), FALSE);
  const uint64_t id = connection.id;
  auto* handshake = new Handshake{self_, id, [this, id](GIOStream* done) {
                                    if (Connection* open = connections_.find(id))
                                      serve(*open, done);
                                  }};
  g_tls_connection_handshake_async(tls.as<GTlsConnection>(), G_PRIORITY_DEFAULT, nullptr,
                                   onHandshake, handshake);
}

void Listener::close() {
  for (auto& socket : sockets_) {
    socket->unwatch();
    g_socket_close(socket->socket.get(), nullptr);
  }
  sockets_.clear();
  if (!unixPath_.empty()) unlink(unixPath_.c_str());
  unixPath_.clear();
}

}  // namespace parlour::signalling
