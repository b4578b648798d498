// Exchange: one HTTP request and its response, as handlers see them.
//
// A handler answers before it returns, or calls later() and answers from there; a client that went
// away in between makes answering a no-op. Thread: control.
#pragma once

#include <libsoup/soup.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/ref.hpp"
#include "base/result.hpp"
#include "signalling/connections.hpp"
#include "signalling/forwarded.hpp"

namespace parlour::signalling {

class Exchange : public std::enable_shared_from_this<Exchange> {
 public:
  // ---- the request ----
  std::string_view method() const;
  /// Percent-encoded, as it came; never logged with its query.
  std::string_view path() const;
  /// A `{name}` of the route, decoded; empty where the route has none.
  std::string_view parameter(const std::string& name) const;
  /// A query parameter, decoded; empty where it is missing.
  std::string query(const char* name) const;
  bool hasQuery() const;
  /// A header's value (its elements joined by commas), empty where it is missing.
  std::string_view header(const char* name) const;
  /// Complete once the handler is called.
  std::string_view body() const { return body_; }
  /// Media type of the request, lower case, without parameters.
  std::string contentType() const;
  /// Of `Authorization: Bearer`, empty without.
  std::string_view bearer() const;
  /// `host[:port]` as the client wrote it.
  std::string_view host() const;
  const std::string& id() const { return id_; }
  const std::string& clientAddress() const { return client_.address; }
  /// The client's own connection is HTTPS (directly, or to a trusted proxy).
  bool secure() const { return client_.https; }
  ListenerKind listener() const { return listener_; }

  // ---- the response ----
  void setHeader(const char* name, std::string_view value);
  void respond(unsigned status, std::string_view contentType, std::string_view body);
  void respond(unsigned status, std::string_view contentType, GBytes* body);
  void respondJson(unsigned status, std::string_view json);
  void respondEmpty(unsigned status);
  /// Problem JSON, with Retry-After and WWW-Authenticate where they belong.
  void respondError(const Error& error, uint32_t retryAfterMs = 0);
  bool responded() const;

  /// Puts the answer off; the returned reference answers later.
  std::shared_ptr<Exchange> later();

  /// Gives the connection away after a 101 response: `taken` gets its stream once that is written.
  void upgrade(std::function<void(Ref<GIOStream>)> taken);
  SoupServerMessage* message() const { return message_; }
  uint64_t connection() const { return connection_; }

 private:
  friend class HttpServer;
  friend class Router;
  Exchange() = default;
  SoupMessageHeaders* requestHeaders() const;
  static void onWroteInformational(SoupServerMessage* message, gpointer data) noexcept;

  SoupServerMessage* message_ = nullptr;  // Null once it is finished.
  uint64_t connection_ = 0;
  ListenerKind listener_ = ListenerKind::kPublic;
  std::string id_;
  ClientView client_;
  std::string body_;
  std::map<std::string, std::string> parameters_;
  const char* route_ = "";  // The pattern that matched, for metrics.
  int64_t startedNs_ = 0;
  size_t bodyMax_ = 0;
  size_t bodySeen_ = 0;
  bool paused_ = false;
  bool answered_ = false;  ///< By us; libsoup sets a status too where a request breaks off.
  bool logged_ = false;
  std::function<void(Ref<GIOStream>)> taken_;
};

using Handler = std::function<void(Exchange&)>;

}  // namespace parlour::signalling
