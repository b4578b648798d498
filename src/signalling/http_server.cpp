#include "signalling/http_server.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "base/log.hpp"
#include "base/loop.hpp"

namespace parlour::signalling {
namespace {

constexpr log::Topic kTopic{"http"};
constexpr const char* kExchangeKey = "parlour-exchange";
constexpr const char* kConnectionKey = "parlour-connection";
constexpr size_t kRequestIdBytes = 9;
constexpr size_t kMaxRequestIdBytes = 64;
constexpr size_t kDiscardMax = 1024 * 1024;  // Read past a refused body, so its sender hears why.

using Holder = std::shared_ptr<Exchange>;

Holder* holderOf(SoupServerMessage* message) {
  return static_cast<Holder*>(g_object_get_data(G_OBJECT(message), kExchangeKey));
}

/// libsoup wants Internet addresses; those of a Unix socket are stood in for by loopback's.
Ref<GSocketAddress> standIn() {
  auto address = Ref<GInetAddress>::adopt(g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4));
  return Ref<GSocketAddress>::adopt(g_inet_socket_address_new(address.get(), 0));
}

struct HeaderCount {
  size_t headers = 0, bytes = 0;
};
HeaderCount countHeaders(SoupMessageHeaders* headers) {
  HeaderCount count;
  SoupMessageHeadersIter iter;
  const char *name = nullptr, *value = nullptr;
  soup_message_headers_iter_init(&iter, headers);
  while (soup_message_headers_iter_next(&iter, &name, &value)) {
    ++count.headers;
    count.bytes += std::string_view(name).size() + std::string_view(value).size() + 4;
  }
  return count;
}

/// Reading what is there is what most requests do, and says nothing.
log::Level accessLevel(std::string_view method, unsigned status) {
  if (status >= 500) return log::Level::kWarning;
  const bool reads = method == "GET" || method == "HEAD";
  return reads && status < 400 ? log::Level::kDebug : log::Level::kInfo;
}

bool plainRequestId(std::string_view id) {
  return !id.empty() && id.size() <= kMaxRequestIdBytes &&
         id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                              "-_.") == id.npos;
}

void setSecurityHeaders(Exchange& exchange) {
  exchange.setHeader("X-Content-Type-Options", "nosniff");
  exchange.setHeader("Referrer-Policy", "same-origin");
  exchange.setHeader("Cross-Origin-Opener-Policy", "same-origin");
  // Pages set their own; everything else is data and must never act as a page.
  exchange.setHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
}

}  // namespace

HttpServer::HttpServer(const Router& router, Connections& connections,
                       const TrustedProxies& proxies, const Clock& clock, Metrics& metrics)
    : router_(router),
      connections_(connections),
      proxies_(proxies),
      clock_(clock),
      requests_(metrics.counterFamily("parlour_http_requests_total",
                                      "HTTP requests answered, by route, method and status.")) {
  metrics.histogram("parlour_http_request_duration_seconds",
                    "Time from a request's headers to its response's last byte.",
                    [this] { return durations_.read(); });
  server_ = Ref<SoupServer>::adopt(soup_server_new("raw-paths", TRUE, nullptr));
  soup_server_remove_websocket_extension(server_.get(), SOUP_TYPE_WEBSOCKET_EXTENSION_DEFLATE);
  soup_server_add_early_handler(server_.get(), nullptr, onEarly, this, nullptr);
  soup_server_add_handler(server_.get(), nullptr, onRequest, this, nullptr);
  g_signal_connect(server_.get(), "request-started", G_CALLBACK(onStarted), this);
  // SoupServer keeps connections alive only while it listens on something; ours are accepted
  // elsewhere, so it listens on a socket pair that nobody ever writes to.
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
    g_error("socketpair failed: %s", g_strerror(errno));
  keeper_ = Ref<GSocket>::adopt(g_socket_new_from_fd(ends[0], nullptr));
  auto listened = Ref<GSocket>::adopt(g_socket_new_from_fd(ends[1], nullptr));
  GError* error = nullptr;
  if (!soup_server_listen_socket(server_.get(), listened.get(), SoupServerListenOptions(0),
                                 &error))
    g_error("libsoup refuses the keeper socket: %s", error->message);
}

HttpServer::~HttpServer() {
  g_signal_handlers_disconnect_by_data(server_.get(), this);
  soup_server_disconnect(server_.get());
}

void HttpServer::serve(const Accepted& accepted) {
  const auto local = standIn();
  const auto remote = standIn();  // One object per connection: it carries the connection's id.
  g_object_set_data(G_OBJECT(remote.get()), kConnectionKey,
                    GSIZE_TO_POINTER(accepted.connection.id));
  soup_server_accept_iostream(server_.get(), accepted.stream.get(), local.get(), remote.get(),
                              nullptr);
}

// libsoup makes a connection's first message when it is accepted, later ones at their first byte.
void HttpServer::onStarted(SoupServer*, SoupServerMessage* message, gpointer data) noexcept {
  static_cast<HttpServer*>(data)->begin(message);
}

void HttpServer::begin(SoupServerMessage* message) {
  GSocketAddress* remote = soup_server_message_get_remote_address(message);
  const auto id = GPOINTER_TO_SIZE(g_object_get_data(G_OBJECT(remote), kConnectionKey));
  Holder exchange(new Exchange());
  exchange->message_ = message;
  exchange->connection_ = id;
  if (const Connection* connection = connections_.find(id)) {
    exchange->listener_ = connection->kind;
    exchange->client_.address = connection->peer;
  }
  connections_.enter(id, Phase::kHeaders);
  g_object_set_data_full(G_OBJECT(message), kExchangeKey, new Holder(exchange),
                         [](gpointer data) {
                           const std::unique_ptr<Holder> holder(static_cast<Holder*>(data));
                           (*holder)->message_ = nullptr;
                         });
  g_signal_connect(message, "got-chunk", G_CALLBACK(onChunk), this);
  g_signal_connect(message, "finished", G_CALLBACK(onFinished), this);
}

// After the headers, before the body.
void HttpServer::onEarly(SoupServer*, SoupServerMessage* message, const char*, GHashTable*,
                         gpointer data) noexcept {
  if (Holder* exchange = holderOf(message)) static_cast<HttpServer*>(data)->readHead(**exchange);
}

void HttpServer::readHead(Exchange& exchange) {
  Connection* connection = connections_.find(exchange.connection_);
  if (!connection) return;
  exchange.startedNs_ = clock_.nowNs();
  SoupMessageHeaders* headers = exchange.requestHeaders();
  exchange.client_ = proxies_.clientOf(
      connection->peer, {exchange.header("Forwarded"), exchange.header("X-Forwarded-For"),
                         exchange.header("X-Forwarded-Host"), exchange.header("X-Forwarded-Proto")});
  if (!exchange.client_.proxied) exchange.client_.https = connection->tls;
  const std::string_view givenId = exchange.header("X-Request-Id");
  exchange.id_ = exchange.client_.proxied && plainRequestId(givenId) ? std::string(givenId)
                                                                     : randomToken(kRequestIdBytes);
  exchange.setHeader("X-Request-Id", exchange.id_);
  setSecurityHeaders(exchange);
  // Nothing here is worth resuming, and libsoup would build every requested range in memory.
  soup_message_headers_remove(headers, "Range");
  connections_.enter(connection->id, Phase::kBody);
  // The body is collected here, bounded; libsoup's own copy would not be.
  soup_message_body_set_accumulate(soup_server_message_get_request_body(exchange.message_), FALSE);
  exchange.bodyMax_ = router_.bodyMaxFor(exchange);

  const HeaderCount count = countHeaders(headers);
  const auto length = soup_message_headers_get_content_length(headers);
  const bool chunked = soup_message_headers_get_encoding(headers) == SOUP_ENCODING_CHUNKED;
  if (count.headers > kMaxHeaders || count.bytes > kMaxHeaderBytes)
    exchange.respondError(invalid("headers_too_large", "The request's headers are too large."));
  else if (chunked && !exchange.header("Content-Length").empty())  // RFC 9112 §6.1: smuggling.
    exchange.respondError(invalid("bad_message", "Content-Length and Transfer-Encoding conflict."));
  else if (length > 0 && static_cast<uint64_t>(length) > exchange.bodyMax_)
    exchange.respondError(invalid("too_large", "The request's body is too large."));
  if (exchange.responded()) exchange.setHeader("Connection", "close");
}

void HttpServer::onChunk(SoupServerMessage* message, GBytes* chunk, gpointer data) noexcept {
  Holder* holder = holderOf(message);
  if (!holder) return;
  Exchange& exchange = **holder;
  gsize size = 0;
  const auto* bytes = static_cast<const char*>(g_bytes_get_data(chunk, &size));
  exchange.bodySeen_ += size;
  if (exchange.bodySeen_ <= exchange.bodyMax_) {
    exchange.body_.append(bytes, size);
    return;
  }
  exchange.body_.clear();
  exchange.body_.shrink_to_fit();
  if (!exchange.responded()) {
    exchange.respondError(invalid("too_large", "The request's body is too large."));
    exchange.setHeader("Connection", "close");
  }
  if (exchange.bodySeen_ > exchange.bodyMax_ + kDiscardMax)
    static_cast<HttpServer*>(data)->connections_.cut(exchange.connection_);
}

void HttpServer::onRequest(SoupServer*, SoupServerMessage* message, const char*, GHashTable*,
                           gpointer data) noexcept {
  if (Holder* exchange = holderOf(message)) static_cast<HttpServer*>(data)->handle(**exchange);
}

void HttpServer::handle(Exchange& exchange) {
  router_.dispatch(exchange);
  if (!exchange.responded() && !exchange.paused_)
    exchange.respondError(failed("internal", "The handler gave no answer."));
  const bool upgraded = exchange.taken_ != nullptr;
  connections_.enter(exchange.connection_, exchange.paused_ ? Phase::kHandling : Phase::kResponse);
  // A message that is given away never says that it is finished.
  if (upgraded) finish(exchange, SOUP_STATUS_SWITCHING_PROTOCOLS);
}

void HttpServer::onFinished(SoupServerMessage* message, gpointer data) noexcept {
  auto* self = static_cast<HttpServer*>(data);
  Holder* holder = holderOf(message);
  if (!holder) return;
  const Holder exchange = *holder;
  self->finish(*exchange, soup_server_message_get_status(message));
  self->connections_.enter(exchange->connection_, Phase::kIdle);
  exchange->message_ = nullptr;
}

void HttpServer::finish(Exchange& exchange, unsigned status) {
  if (std::exchange(exchange.logged_, true)) return;
  const std::string method(exchange.method());
  // The connection ended before a request came, or in the midst of its headers. libsoup calls what
  // breaks off an error of ours.
  const bool brokenOff = !exchange.answered_ && status == SOUP_STATUS_INTERNAL_SERVER_ERROR;
  if (method.empty() || (exchange.startedNs_ == 0 && brokenOff)) return;
  if (brokenOff) status = SOUP_STATUS_REQUEST_TIMEOUT;
  const int64_t tookNs = exchange.startedNs_ == 0 ? 0 : clock_.nowNs() - exchange.startedNs_;
  durations_.observe(static_cast<uint64_t>(tookNs));
  const bool known = method == "GET" || method == "HEAD" || method == "POST" ||
                     method == "PATCH" || method == "DELETE" || method == "OPTIONS";
  requests_.add({{"route", *exchange.route_ ? exchange.route_ : "other"},
                 {"method", known ? method : "other"},
                 {"code", std::to_string(status)}});
  log::emit(kTopic, accessLevel(method, status), {.request = exchange.id_},
            "{} {} {} {} in {:.1f} ms", exchange.clientAddress(), method, exchange.path(), status,
            static_cast<double>(tookNs) / kNsPerMs);
}

}  // namespace parlour::signalling
