#include "signalling/exchange.hpp"

#include <algorithm>
#include <cmath>

#include "auth/auth.hpp"
#include "signalling/message_write.hpp"
#include "signalling/problem.hpp"

namespace parlour::signalling {

SoupMessageHeaders* Exchange::requestHeaders() const {
  return soup_server_message_get_request_headers(message_);
}

std::string_view Exchange::method() const {
  const char* method = message_ ? soup_server_message_get_method(message_) : nullptr;
  return method ? method : "";
}

std::string_view Exchange::path() const {
  GUri* uri = message_ ? soup_server_message_get_uri(message_) : nullptr;
  const char* path = uri ? g_uri_get_path(uri) : nullptr;
  return path && *path ? path : "/";
}

std::string_view Exchange::parameter(const std::string& name) const {
  const auto found = parameters_.find(name);
  return found == parameters_.end() ? std::string_view() : found->second;
}

std::string Exchange::query(const char* name) const {
  const char* text = g_uri_get_query(soup_server_message_get_uri(message_));
  if (!text) return {};
  GHashTable* form = soup_form_decode(text);
  const auto* value = static_cast<const char*>(g_hash_table_lookup(form, name));
  std::string result = value ? value : "";
  g_hash_table_unref(form);
  return result;
}

bool Exchange::hasQuery() const {
  return g_uri_get_query(soup_server_message_get_uri(message_)) != nullptr;
}

std::string_view Exchange::header(const char* name) const {
  if (!message_) return {};
  const char* value = soup_message_headers_get_list(requestHeaders(), name);
  return value ? value : "";
}

std::string Exchange::contentType() const {
  std::string type(header("Content-Type"));
  type = type.substr(0, type.find(';'));
  while (!type.empty() && (type.back() == ' ' || type.back() == '\t')) type.pop_back();
  std::transform(type.begin(), type.end(), type.begin(), g_ascii_tolower);
  return type;
}

std::string_view Exchange::bearer() const { return auth::bearerToken(header("Authorization")); }

std::string_view Exchange::host() const {
  return client_.host.empty() ? header("Host") : std::string_view(client_.host);
}

void Exchange::setHeader(const char* name, std::string_view value) {
  if (!message_) return;
  soup_message_headers_replace(soup_server_message_get_response_headers(message_), name,
                               std::string(value).c_str());
}

void Exchange::respond(unsigned status, std::string_view contentType, std::string_view body) {
  GBytes* bytes = g_bytes_new(body.data(), body.size());
  respond(status, contentType, bytes);
  g_bytes_unref(bytes);
}

void Exchange::respond(unsigned status, std::string_view contentType, GBytes* body) {
  if (!message_ || responded()) return;
  answered_ = true;
  soup_server_message_set_status(message_, status, nullptr);
  if (!contentType.empty()) setHeader("Content-Type", contentType);
  if (g_bytes_get_size(body) != 0)
    soup_message_body_append_bytes(soup_server_message_get_response_body(message_), body);
  if (paused_) {
    paused_ = false;
    soup_server_message_unpause(message_);
  }
}

void Exchange::respondJson(unsigned status, std::string_view json) {
  setHeader("Cache-Control", "no-store");
  respond(status, "application/json", json);
}

void Exchange::respondEmpty(unsigned status) { respond(status, "", std::string_view()); }

void Exchange::respondError(const Error& error, uint32_t retryAfterMs) {
  const unsigned status = statusFor(error);
  const uint32_t waitMs = retryAfterMs != 0 ? retryAfterMs : retryAfterMsFor(error.code);
  if (waitMs != 0) setHeader("Retry-After", std::to_string((waitMs + 999) / 1000));
  if (status == 401) {  // RFC 6750 §3.1: no error code where no token came.
    const bool missing = error.code == "auth_required";
    setHeader("WWW-Authenticate", missing ? "Bearer realm=\"parlour\""
                                          : "Bearer realm=\"parlour\", error=\"invalid_token\"");
  }
  setHeader("Cache-Control", "no-store");
  respond(status, "application/problem+json", writeProblem(status, error));
}

bool Exchange::responded() const {
  return !message_ || soup_server_message_get_status(message_) != 0;
}

std::shared_ptr<Exchange> Exchange::later() {
  paused_ = true;
  soup_server_message_pause(message_);
  return shared_from_this();
}

void Exchange::upgrade(std::function<void(Ref<GIOStream>)> taken) {
  taken_ = std::move(taken);
  g_signal_connect(message_, "wrote-informational", G_CALLBACK(onWroteInformational), this);
}

void Exchange::onWroteInformational(SoupServerMessage* message, gpointer data) noexcept {
  if (soup_server_message_get_status(message) != SOUP_STATUS_SWITCHING_PROTOCOLS) return;
  const auto self = static_cast<Exchange*>(data)->shared_from_this();
  const auto held = Ref<SoupServerMessage>::share(message);  // Stealing drops libsoup's own.
  const auto taken = std::exchange(self->taken_, nullptr);
  auto stream = Ref<GIOStream>::adopt(soup_server_message_steal_connection(message));
  self->message_ = nullptr;
  if (taken && stream) taken(std::move(stream));
}

}  // namespace parlour::signalling
