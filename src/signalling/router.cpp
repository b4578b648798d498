#include "signalling/router.hpp"

#include <glib.h>

#include <algorithm>

namespace parlour::signalling {
namespace {

constexpr size_t kUnroutedBodyBytes = 64 * 1024;

std::vector<std::string_view> segmentsOf(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // The slash.
    const auto end = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

bool answers(const Route& route, std::string_view method) {
  return method == route.method || (method == "HEAD" && std::string_view(route.method) == "GET");
}

std::optional<std::string> decode(std::string_view segment) {
  gchar* text = g_uri_unescape_segment(segment.data(), segment.data() + segment.size(), nullptr);
  if (!text) return {};
  std::string decoded(text);
  g_free(text);
  return decoded;
}

}  // namespace

void Router::add(Route route) {
  Entry entry{std::move(route), {}};
  for (const std::string_view segment : segmentsOf(entry.route.pattern))
    entry.segments.emplace_back(segment);
  entries_.push_back(std::move(entry));
}

bool Router::matches(const Entry& entry, const std::vector<std::string_view>& path,
                     std::map<std::string, std::string>* parameters) const {
  if (path.size() != entry.segments.size()) return false;
  for (size_t i = 0; i < path.size(); ++i) {
    const std::string& wanted = entry.segments[i];
    if (!wanted.starts_with('{')) {
      if (wanted != path[i]) return false;
      continue;
    }
    const auto decoded = decode(path[i]);
    if (!decoded || decoded->empty()) return false;
    if (parameters) (*parameters)[wanted.substr(1, wanted.size() - 2)] = *decoded;
  }
  return true;
}

bool Router::visible(const Route& route, ListenerKind listener) {
  switch (listener) {
    case ListenerKind::kPublic: return route.visibility.onPublic;
    case ListenerKind::kMetrics: return route.visibility.onMetrics;
    case ListenerKind::kAdmin: return route.visibility.onAdmin;
  }
  return false;
}

size_t Router::bodyMaxFor(const Exchange& exchange) const {
  const auto path = segmentsOf(exchange.path());
  for (const Entry& entry : entries_)
    if (visible(entry.route, exchange.listener()) && answers(entry.route, exchange.method()) &&
        matches(entry, path, nullptr))
      return entry.route.bodyMax;
  return kUnroutedBodyBytes;
}

void Router::dispatch(Exchange& exchange) const {
  const auto path = segmentsOf(exchange.path());
  std::string allow;
  for (const Entry& entry : entries_) {
    std::map<std::string, std::string> parameters;
    if (!visible(entry.route, exchange.listener()) || !matches(entry, path, &parameters)) continue;
    exchange.route_ = entry.route.pattern;
    if (answers(entry.route, exchange.method())) {
      exchange.parameters_ = std::move(parameters);
      return entry.route.handler(exchange);
    }
    allow += (allow.empty() ? "" : ", ") + std::string(entry.route.method);
    if (std::string_view(entry.route.method) == "GET") allow += ", HEAD";
  }
  const bool reads = exchange.method() == "GET" || exchange.method() == "HEAD";
  if (allow.empty() && reads && fallback_ && exchange.listener() == ListenerKind::kPublic)
    return fallback_(exchange);
  if (allow.empty())
    return exchange.respondError(invalid("not_found", "There is nothing at this address."));
  exchange.setHeader("Allow", allow + ", OPTIONS");
  if (exchange.method() == "OPTIONS") return exchange.respondEmpty(204);
  exchange.respondError(invalid("method_not_allowed",
                                "This address allows " + allow + ", OPTIONS."));
}

}  // namespace parlour::signalling
