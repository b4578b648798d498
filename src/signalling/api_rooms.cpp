// GET /v1/rooms, GET and DELETE /v1/rooms/{room}.
#include "signalling/api.hpp"
#include "signalling/json_writer.hpp"
#include "signalling/message_write.hpp"
#include "signalling/stats_write.hpp"

namespace parlour::signalling {
namespace {

void list(Exchange& exchange, call::Service& calls) {
  JsonWriter json;
  json.beginObject().name("rooms").beginArray();
  for (const room::Room* room : calls.rooms()) {
    json.beginObject()
        .member("name", room->name())
        .member("locked", room->locked())
        .member("participants", room->participants().size())
        .name("media");
    writeRoomStats(json, calls.roomStats(room->name()));
    json.endObject();
  }
  exchange.respondJson(200, json.endArray().endObject().take());
}

void show(Exchange& exchange, call::Service& calls) {
  const room::Room* room = roomOf(exchange, calls);
  if (!room) return;
  JsonWriter json;
  json.beginObject()
      .member("name", room->name())
      .member("locked", room->locked())
      .name("participants")
      .beginArray();
  for (const room::Participant& participant : room->participants()) {
    json.beginObject().name("participant");
    writeParticipant(json, participant, true);
    json.name("slots").beginArray();
    for (const room::SlotState& slot : room->slots(participant.id)) writeSlot(json, slot);
    json.endArray().endObject();
  }
  exchange.respondJson(200, json.endArray().endObject().take());
}

void end(Exchange& exchange, call::Service& calls) {
  const room::Room* room = roomOf(exchange, calls);
  if (!room) return;
  calls.closeRoom(std::string(room->name()), "The call was ended by an operator.");
  exchange.respondEmpty(204);
}

}  // namespace

void addRoomRoutes(Router& router, const ApiParts& parts) {
  call::Service& calls = parts.calls;
  router.add({"GET", "/v1/rooms", forAdmins(parts, [&calls](Exchange& e) { list(e, calls); })});
  router.add(
      {"GET", "/v1/rooms/{room}", forAdmins(parts, [&calls](Exchange& e) { show(e, calls); })});
  router.add(
      {"DELETE", "/v1/rooms/{room}", forAdmins(parts, [&calls](Exchange& e) { end(e, calls); })});
}

}  // namespace parlour::signalling
