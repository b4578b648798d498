// GET /metrics (Prometheus text exposition format 0.0.4).
#include "signalling/api.hpp"

namespace parlour::signalling {

void addMetricsRoute(Router& router, const ApiParts& parts, bool onPublic) {
  const auto scrape = [parts](Exchange& exchange) {
    exchange.setHeader("Cache-Control", "no-store");
    exchange.respond(200, "text/plain; version=0.0.4; charset=utf-8", parts.metrics.text());
  };
  router.add({"GET", "/metrics", scrape, 0,
              {.onPublic = onPublic, .onMetrics = true, .onAdmin = true}});
}

}  // namespace parlour::signalling
