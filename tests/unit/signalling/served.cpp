#include "served.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/loop.hpp"
#include "schema.hpp"

#include <check.h>  // Last: it defines `fail`, a word of the standard library too.

namespace parlour::test {

const char* const kOffer =
    "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0\r\n"
    "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\n"
    "a=ice-ufrag:theirs\r\na=ice-pwd:theirpasswordtheirpassword\r\n"
    "a=candidate:1 1 UDP 1 192.0.2.1 5000 typ host\r\na=sendonly\r\n";

std::string Response::code() const {
  const Json parsed = Json::parse(body, nullptr, false);
  return parsed.is_object() ? parsed.value("code", "") : "";
}

Served::Served(const std::function<void(conf::Settings&)>& prepare, room::Policy policy)
    : calls(clock, std::move(policy)) {
  claimControlThread();
  log::configure(log::Format::kText, log::Level::kError);
  settings.http.port = 0;
  settings.limits.joinBurst = 1000;
  if (prepare) prepare(settings);
  auto created = auth::Authenticator::create(settings.auth, settings.admin, clock);
  ck_assert_msg(static_cast<bool>(created), "auth: %s",
                created ? "" : created.error().message.c_str());
  auth = std::move(*created);
  auto started = signalling::Server::start({settings, calls, *auth, metrics, clock});
  ck_assert_msg(static_cast<bool>(started), "start: %s",
                started ? "" : started.error().message.c_str());
  server = std::move(*started);
  https = !settings.http.tls.certificate.empty();
  session = Ref<SoupSession>::adopt(soup_session_new());
}

Served::~Served() = default;

std::string Served::url(const std::string& path) const {
  return std::string(https ? "https" : "http") + "://127.0.0.1:" + std::to_string(port()) + path;
}

void Served::pass(int64_t ms) {
  runReady();
  clock.advanceMs(ms);
  server->tick();
  runReady();
}

namespace {

struct Waiting {
  bool done = false;
  GBytes* body = nullptr;
  std::string error;
};

void onBody(GObject* session, GAsyncResult* result, gpointer data) noexcept {
  auto* waiting = static_cast<Waiting*>(data);
  GError* error = nullptr;
  waiting->body = soup_session_send_and_read_finish(SOUP_SESSION(session), result, &error);
  if (error) waiting->error = error->message;
  g_clear_error(&error);
  waiting->done = true;
}

gboolean acceptAnyCertificate(SoupMessage*, GTlsCertificate*, GTlsCertificateFlags,
                              gpointer) noexcept {
  return TRUE;
}

}  // namespace

Response Served::request(const std::string& method, const std::string& path,
                         const Headers& headers, const std::string& body) {
  auto message = Ref<SoupMessage>::adopt(soup_message_new(method.c_str(), url(path).c_str()));
  ck_assert_ptr_nonnull(message.get());
  g_signal_connect(message.get(), "accept-certificate", G_CALLBACK(acceptAnyCertificate), nullptr);
  std::string type;
  for (const auto& [name, value] : headers) {
    if (name == "Content-Type")
      type = value;
    else
      soup_message_headers_append(soup_message_get_request_headers(message.get()), name.c_str(),
                                  value.c_str());
  }
  if (!body.empty() || !type.empty()) {
    GBytes* bytes = g_bytes_new(body.data(), body.size());
    soup_message_set_request_body_from_bytes(message.get(), type.empty() ? nullptr : type.c_str(),
                                             bytes);
    g_bytes_unref(bytes);
  }
  Waiting waiting;
  soup_session_send_and_read_async(session.get(), message.get(), G_PRIORITY_DEFAULT, nullptr,
                                   onBody, &waiting);
  ck_assert_msg(runUntil([&waiting] { return waiting.done; }), "no response to %s %s",
                method.c_str(), path.c_str());
  ck_assert_msg(waiting.body != nullptr, "%s %s: %s", method.c_str(), path.c_str(),
                waiting.error.c_str());
  Response response;
  response.status = soup_message_get_status(message.get());
  gsize size = 0;
  const auto* text = static_cast<const char*>(g_bytes_get_data(waiting.body, &size));
  response.body.assign(text ? text : "", size);
  g_bytes_unref(waiting.body);
  SoupMessageHeadersIter iter;
  soup_message_headers_iter_init(&iter, soup_message_get_response_headers(message.get()));
  const char *name = nullptr, *value = nullptr;
  while (soup_message_headers_iter_next(&iter, &name, &value)) {
    std::string lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(), g_ascii_tolower);
    response.headers[lower] = value;
  }
  return response;
}

namespace {

struct Connecting {
  bool done = false;
  Ref<SoupWebsocketConnection> socket;
  std::string error;
};

void onConnected(GObject* session, GAsyncResult* result, gpointer data) noexcept {
  auto* connecting = static_cast<Connecting*>(data);
  GError* error = nullptr;
  connecting->socket = Ref<SoupWebsocketConnection>::adopt(
      soup_session_websocket_connect_finish(SOUP_SESSION(session), result, &error));
  if (error) connecting->error = error->message;
  g_clear_error(&error);
  connecting->done = true;
}

}  // namespace

WsClient::WsClient(Served& served, const Headers& headers) {
  const std::string url = "ws://127.0.0.1:" + std::to_string(served.port()) + "/v1/ws";
  auto message = Ref<SoupMessage>::adopt(soup_message_new("GET", url.c_str()));
  for (const auto& [name, value] : headers)
    soup_message_headers_append(soup_message_get_request_headers(message.get()), name.c_str(),
                                value.c_str());
  char protocol[] = "parlour.v1";
  char* protocols[] = {protocol, nullptr};
  Connecting connecting;
  soup_session_websocket_connect_async(served.session.get(), message.get(), nullptr, protocols,
                                       G_PRIORITY_DEFAULT, nullptr, onConnected, &connecting);
  ck_assert(runUntil([&connecting] { return connecting.done; }));
  socket_ = connecting.socket;
  failure_ = connecting.error;
  if (!socket_) return;
  soup_websocket_connection_set_max_incoming_payload_size(socket_.get(), 16 * 1024 * 1024);
  g_signal_connect(socket_.get(), "message", G_CALLBACK(onMessage), this);
}

WsClient::~WsClient() {
  if (!socket_) return;
  g_signal_handlers_disconnect_by_data(socket_.get(), this);
  if (soup_websocket_connection_get_state(socket_.get()) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close(socket_.get(), 1000, nullptr);
}

void WsClient::onMessage(SoupWebsocketConnection*, int, GBytes* bytes, gpointer data) noexcept {
  gsize size = 0;
  const auto* text = static_cast<const char*>(g_bytes_get_data(bytes, &size));
  Json frame = Json::parse(std::string_view(text, size), nullptr, false);
  ck_assert_msg(!frame.is_discarded(), "no JSON: %.*s", static_cast<int>(size), text);
  const std::string complaint = schemaComplaint(frame, "serverMessage");
  ck_assert_msg(complaint.empty(), "%s", complaint.c_str());
  static_cast<WsClient*>(data)->frames.push_back(std::move(frame));
}

void WsClient::sendText(const std::string& text) {
  soup_websocket_connection_send_text(socket_.get(), text.c_str());
}

Json WsClient::ask(Json request) {
  request["id"] = ++lastId;
  const std::string complaint = schemaComplaint(request, "request");
  ck_assert_msg(complaint.empty(), "%s", complaint.c_str());
  sendText(request.dump());
  return take([this](const Json& frame) { return frame.value("id", uint64_t{0}) == lastId; },
              "an answer");
}

Json WsClient::join(const std::string& room, const std::string& identity) {
  Json request = {{"type", "join"}, {"version", 1}, {"room", room}};
  if (!identity.empty()) request["identity"] = identity;
  const Json answer = ask(request);
  ck_assert_msg(answer["type"] == "reply", "%s", answer.dump().c_str());
  return answer["result"];
}

Json WsClient::event(const std::string& name) {
  return take([&name](const Json& frame) { return frame.value("name", "") == name; },
              name.c_str());
}

Json WsClient::take(const std::function<bool(const Json&)>& fits, const char* what) {
  auto found = frames.end();
  const bool came = runUntil([&] {
    found = std::find_if(frames.begin(), frames.end(), fits);
    return found != frames.end();
  });
  ck_assert_msg(came, "never came: %s", what);
  Json frame = std::move(*found);
  frames.erase(found);
  return frame;
}

bool WsClient::waitClosed() {
  return runUntil([this] {
    return soup_websocket_connection_get_state(socket_.get()) == SOUP_WEBSOCKET_STATE_CLOSED;
  });
}

uint16_t WsClient::closeCode() const {
  return soup_websocket_connection_get_close_code(socket_.get());
}

}  // namespace parlour::test
