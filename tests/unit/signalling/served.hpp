// Served: a whole signalling server on loopback over FakeCalls, and clients for it.
#pragma once

#include <libsoup/soup.h>

#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "auth/auth.hpp"
#include "base/clock.hpp"
#include "base/ref.hpp"
#include "conf/settings.hpp"
#include "fake_calls.hpp"
#include "loop.hpp"
#include "raw_client.hpp"
#include "signalling/metrics.hpp"
#include "signalling/server.hpp"

namespace parlour::test {

using Json = nlohmann::json;

struct Response {
  unsigned status = 0;
  std::map<std::string, std::string> headers;  ///< Names in lower case.
  std::string body;
  std::string header(const std::string& lowerName) const {
    const auto found = headers.find(lowerName);
    return found == headers.end() ? "" : found->second;
  }
  Json json() const { return Json::parse(body); }
  /// Member `code` of problem JSON.
  std::string code() const;
};

using Headers = std::map<std::string, std::string>;

class Served {
 public:
  /// `prepare` changes the settings before the start.
  explicit Served(const std::function<void(conf::Settings&)>& prepare = {},
                  room::Policy policy = {});
  ~Served();

  Response request(const std::string& method, const std::string& path, const Headers& headers = {},
                   const std::string& body = "");
  Response get(const std::string& path, const Headers& headers = {}) {
    return request("GET", path, headers);
  }
  uint16_t port() const { return server->port(); }
  std::string url(const std::string& path) const;
  /// Moves the virtual clock and enforces what is due.
  void pass(int64_t ms);

  VirtualClock clock;
  conf::Settings settings;
  FakeCalls calls;
  std::unique_ptr<auth::Authenticator> auth;
  signalling::Metrics metrics;
  std::unique_ptr<signalling::Server> server;
  Ref<SoupSession> session;
  bool https = false;
};

/// A WebSocket client that keeps every frame, and checks it against the schema.
class WsClient {
 public:
  explicit WsClient(Served& served, const Headers& headers = {});
  ~WsClient();

  /// True once the handshake has succeeded.
  bool open() const { return socket_.get() != nullptr; }
  const std::string& failure() const { return failure_; }
  void sendText(const std::string& text);
  /// Sends a request with the next id; what answers it.
  Json ask(Json request);
  /// Joins; the result. Fails the test when it is refused.
  Json join(const std::string& room, const std::string& identity = "");
  /// The first event of that name that has not been taken yet.
  Json event(const std::string& name);
  /// The first frame that has not been taken yet and fits.
  Json take(const std::function<bool(const Json&)>& fits, const char* what);
  bool waitClosed();
  uint16_t closeCode() const;

  std::vector<Json> frames;  ///< Not taken yet, in order.
  uint64_t lastId = 0;

 private:
  static void onMessage(SoupWebsocketConnection*, int, GBytes* bytes, gpointer data) noexcept;
  Ref<SoupWebsocketConnection> socket_;
  std::string failure_;
};

/// A small valid-looking offer; FakeCalls does not read it.
extern const char* const kOffer;

}  // namespace parlour::test
