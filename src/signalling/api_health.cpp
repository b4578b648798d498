// GET /healthz: the process answers. GET /readyz: it takes calls (not starting, not draining).
#include "signalling/api.hpp"
#include "signalling/json_writer.hpp"

namespace parlour::signalling {
namespace {

constexpr Visibility kEverywhere{.onPublic = true, .onMetrics = true, .onAdmin = true};

}  // namespace

void addHealthRoutes(Router& router, const ApiParts& parts) {
  router.add({"GET", "/healthz",
              [](Exchange& exchange) { exchange.respondJson(200, R"({"status":"ok"})"); }, 0,
              kEverywhere});
  const auto ready = [parts](Exchange& exchange) {
    const bool calls = parts.calls.ready(), keys = parts.auth.ready();
    JsonWriter json;
    json.beginObject()
        .member("ready", calls && keys)
        .member("calls", calls)
        .member("tokens", keys)
        .endObject();
    exchange.respondJson(calls && keys ? 200 : 503, json.take());
  };
  router.add({"GET", "/readyz", ready, 0, kEverywhere});
}

}  // namespace parlour::signalling
