// GET /v1/rooms/{room}/stats: the server's view of everybody's media.
#include "signalling/api.hpp"
#include "signalling/json_writer.hpp"
#include "signalling/stats_write.hpp"

namespace parlour::signalling {

void addStatsRoute(Router& router, const ApiParts& parts) {
  const auto show = [&calls = parts.calls](Exchange& exchange) {
    if (!roomOf(exchange, calls)) return;
    const auto all = calls.stats(std::string(exchange.parameter("room")));
    if (!all) return exchange.respondError(all.error());
    JsonWriter json;
    json.beginObject().name("participants").beginArray();
    for (const call::ParticipantStats& stats : *all) writeStats(json, stats);
    exchange.respondJson(200, json.endArray().endObject().take());
  };
  router.add({"GET", "/v1/rooms/{room}/stats", forAdmins(parts, show)});
}

}  // namespace parlour::signalling
