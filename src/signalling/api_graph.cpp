// GET /v1/rooms/{room}/graph: the live pipeline, as DOT or (Accept: image/svg+xml, ?format=svg)
// as SVG.
#include "signalling/api.hpp"
#include "signalling/graph_drawing.hpp"

namespace parlour::signalling {

void addGraphRoute(Router& router, const ApiParts& parts) {
  const auto show = [&calls = parts.calls](Exchange& exchange) {
    if (!roomOf(exchange, calls)) return;
    const auto dot = calls.graph(std::string(exchange.parameter("room")));
    if (!dot) return exchange.respondError(dot.error());
    exchange.setHeader("Cache-Control", "no-store");
    const bool svg = exchange.query("format") == "svg" ||
                     exchange.header("Accept").find("image/svg+xml") != std::string_view::npos;
    if (!svg) return exchange.respond(200, "text/vnd.graphviz; charset=utf-8", *dot);
    drawGraph(*dot, [waiting = exchange.later()](const Result<std::string>& drawn) {
      if (!drawn) return waiting->respondError(drawn.error());
      waiting->respond(200, "image/svg+xml", *drawn);
    });
  };
  router.add({"GET", "/v1/rooms/{room}/graph", forAdmins(parts, show)});
}

}  // namespace parlour::signalling
