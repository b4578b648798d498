// Router: the table of resources, and which of them a request is for.
//
// Patterns are "/v1/rooms/{room}/graph": a `{name}` stands for one path segment, which is decoded
// after the path was split, so an encoded slash never opens another resource. Thread: control.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "signalling/exchange.hpp"

namespace parlour::signalling {

/// Who sees a route.
struct Visibility {
  bool onPublic = true, onMetrics = false, onAdmin = true;
};

struct Route {
  const char* method;   ///< GET answers HEAD too.
  const char* pattern;
  Handler handler;
  size_t bodyMax = 0;   ///< Bytes of request body, 0: none is wanted.
  Visibility visibility = {};
};

class Router {
 public:
  void add(Route route);
  /// Answers every GET that no route wants (the web client).
  void setFallback(Handler handler) { fallback_ = std::move(handler); }

  /// What a request may send: the route's `bodyMax`; a little where there is no route, so that the
  /// answer is that there is none.
  size_t bodyMaxFor(const Exchange& exchange) const;
  /// Calls the handler, or answers 404, 405 with Allow, or OPTIONS by itself.
  void dispatch(Exchange& exchange) const;

 private:
  struct Entry {
    Route route;
    std::vector<std::string> segments;
  };
  bool matches(const Entry& entry, const std::vector<std::string_view>& path,
               std::map<std::string, std::string>* parameters) const;
  static bool visible(const Route& route, ListenerKind listener);

  std::vector<Entry> entries_;
  Handler fallback_;
};

}  // namespace parlour::signalling
