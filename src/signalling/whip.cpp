// WHIP: publish with one POST (RFC 9725).
#include "signalling/media_sessions.hpp"

namespace parlour::signalling {
namespace {

constexpr MediaKind kWhip{"/whip/", room::Via::kWhip, "Stream"};

}  // namespace

void addWhipRoutes(Router& router, MediaSessions& sessions, size_t maxOfferBytes) {
  constexpr const char* pattern = "/whip/{room}";
  const auto post = [&sessions](Exchange& exchange) {
    if (!sessions.openToPage(exchange)) return;
    sessions.create(exchange, kWhip, [](call::JoinRequest&) { return Result<void>(); });
  };
  router.add({"POST", pattern, post, maxOfferBytes});
  router.add({"GET", pattern, [&sessions](Exchange& exchange) {
                if (sessions.openToPage(exchange)) exchange.respondEmpty(204);
              }});
  router.add({"OPTIONS", pattern, [&sessions](Exchange& exchange) {
                sessions.options(exchange, "GET, HEAD, POST, OPTIONS");
              }});
  addSessionRoutes(router, sessions, "/whip/{room}/{session}");
}

}  // namespace parlour::signalling
