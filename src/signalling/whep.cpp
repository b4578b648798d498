// WHEP: watch with one POST (draft-ietf-wish-whep-03). `?participant=` (id or identity) and
// `?source=` choose what; without them a player follows the active speaker.
#include <algorithm>
#include <optional>

#include "signalling/media_sessions.hpp"
#include "signalling/message_parse.hpp"

namespace parlour::signalling {
namespace {

constexpr MediaKind kWhep{"/whep/", room::Via::kWhep, "Viewer"};

struct Choice {
  std::string participant;  ///< Id or identity; empty: anybody.
  std::string source;       ///< Empty: any.
};

bool publishes(const room::Participant& participant, const Choice& choice) {
  if (!choice.participant.empty() && choice.participant != participant.id &&
      choice.participant != participant.identity)
    return false;
  const auto source = sourceFromText(choice.source);
  return std::any_of(participant.tracks.begin(), participant.tracks.end(),
                     [&source](const room::Track& track) {
                       return !source || track.source == *source;
                     });
}

/// The first participant that publishes what was chosen.
std::optional<room::Participant> publisher(const room::Room& room, const Choice& choice) {
  for (const room::Participant& participant : room.participants())
    if (!participant.grants.hidden && publishes(participant, choice)) return participant;
  return {};
}

void watch(Exchange& exchange, MediaSessions& sessions, call::Service& calls) {
  if (!sessions.openToPage(exchange)) return;
  const Choice choice{exchange.query("participant"), exchange.query("source")};
  if (!choice.source.empty() && !sourceFromText(choice.source))
    return exchange.respondError(
        invalid("bad_message", "'source' must be microphone, camera, screen or screenAudio."));
  sessions.create(exchange, kWhep, [&](call::JoinRequest& request) -> Result<void> {
    const room::Room* room = calls.findRoom(request.room);
    const auto live = room ? publisher(*room, choice) : std::nullopt;
    if (!live) return unavailable("nothing_published", "Nobody publishes that at the moment.");
    if (!choice.participant.empty()) request.watchParticipant = live->id;
    request.watchSource = choice.source;
    return {};
  });
}

}  // namespace

void addWhepRoutes(Router& router, MediaSessions& sessions, call::Service& calls,
                   size_t maxOfferBytes) {
  constexpr const char* pattern = "/whep/{room}";
  router.add({"POST", pattern,
              [&](Exchange& exchange) { watch(exchange, sessions, calls); }, maxOfferBytes});
  // Players look whether there is a WHEP endpoint by HEAD (draft-03 §4).
  router.add({"GET", pattern, [&sessions](Exchange& exchange) {
                if (sessions.openToPage(exchange)) exchange.respond(200, kSdpType, "");
              }});
  router.add({"OPTIONS", pattern, [&sessions](Exchange& exchange) {
                sessions.options(exchange, "GET, HEAD, POST, OPTIONS");
              }});
  addSessionRoutes(router, sessions, "/whep/{room}/{session}");
}

}  // namespace parlour::signalling
