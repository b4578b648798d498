#include "signalling/api.hpp"

namespace parlour::signalling {

Handler forAdmins(const ApiParts& parts, Handler handler) {
  return [parts, handler = std::move(handler)](Exchange& exchange) {
    if (exchange.listener() == ListenerKind::kAdmin) return handler(exchange);
    const auto verdict = parts.admission.takeTurn(exchange.clientAddress());
    if (!verdict.allowed)
      return exchange.respondError(unavailable("too_many", "Too many requests from your address."),
                                   verdict.retryAfterMs);
    const auto allowed = parts.auth.verifyAdmin(exchange.bearer());
    if (!allowed) return exchange.respondError(allowed.error());
    handler(exchange);
  };
}

room::Room* roomOf(Exchange& exchange, call::Service& calls) {
  room::Room* room = calls.findRoom(std::string(exchange.parameter("room")));
  if (!room) exchange.respondError(invalid("no_such_room", "There is no call in that room."));
  return room;
}

}  // namespace parlour::signalling
