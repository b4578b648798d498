// POST /v1/rooms/{room}/moderate: {"act", "participant"?, "source"?}, as the request `moderate`.
#include "signalling/api.hpp"
#include "signalling/message_parse.hpp"

namespace parlour::signalling {
namespace {

constexpr size_t kMaxBodyBytes = 4096;

}  // namespace

void addModerateRoute(Router& router, const ApiParts& parts) {
  const auto moderate = [&calls = parts.calls](Exchange& exchange) {
    if (exchange.contentType() != "application/json")
      return exchange.respondError(
          invalid("wrong_media_type", "The body must be application/json."));
    room::Room* room = roomOf(exchange, calls);
    if (!room) return;
    const auto request = parseModeration(exchange.body());
    if (!request) return exchange.respondError(request.error());
    const auto done = room->moderateAsAdmin(request->act, request->participant,
                                            request->source ? &*request->source : nullptr);
    if (!done) return exchange.respondError(done.error());
    exchange.respondJson(200, "{}");
  };
  router.add(
      {"POST", "/v1/rooms/{room}/moderate", forAdmins(parts, moderate), kMaxBodyBytes});
}

}  // namespace parlour::signalling
