#include "signalling/media_sessions.hpp"

#include <glib.h>

#include "base/log.hpp"
#include "base/loop.hpp"
#include "signalling/message_parse.hpp"
#include "signalling/sdp_fragment.hpp"
#include "signalling/stays.hpp"

namespace parlour::signalling {
namespace {

constexpr log::Topic kTopic{"signalling"};
constexpr size_t kSessionIdBytes = 24;
constexpr size_t kMaxFragmentBytes = 64 * 1024;
constexpr const char* kExposed = "Location, ETag, Link, Accept-Patch, Retry-After";

std::string quoted(std::string_view tag) { return '"' + std::string(tag) + '"'; }

bool isText(std::string_view body) {
  return g_utf8_validate_len(body.data(), body.size(), nullptr) && !body.empty();
}

std::string escapeSegment(std::string_view text) {
  gchar* escaped = g_uri_escape_string(std::string(text).c_str(), nullptr, FALSE);
  std::string result(escaped);
  g_free(escaped);
  return result;
}

}  // namespace

/// One WHIP or WHEP client. Events are of no use to it, except the last.
class MediaSessions::Session final : public call::Listener {
 public:
  void onEvent(const room::Event& event) override {
    if (std::holds_alternative<room::Ended>(event)) ended = true;
  }

  std::string room, identity;
  room::ParticipantId participant;
  std::string etag;   ///< Quoted: our ice-ufrag, which changes with an ICE restart.
  std::string offer;  ///< As it came: what a restart is made of.
  bool ended = false;
  int64_t goneSinceNs = 0;  ///< See stayIsOver().
};

MediaSessions::MediaSessions(call::Service& calls, Admission& admission,
                             const OriginPolicy& origins, bool anyOrigin, const Clock& clock,
                             Metrics& metrics)
    : calls_(calls),
      admission_(admission),
      origins_(origins),
      clock_(clock),
      anyOrigin_(anyOrigin),
      created_(metrics.counterFamily("parlour_media_session_requests_total",
                                     "WHIP and WHEP sessions asked for, by outcome.")) {
  metrics.gauge("parlour_media_sessions", "Open WHIP and WHEP sessions.",
                [this] { return static_cast<double>(sessions_.size()); });
}

MediaSessions::~MediaSessions() = default;

bool MediaSessions::openToPage(Exchange& exchange) const {
  const std::string_view origin = exchange.header("Origin");
  if (origin.empty()) return true;
  exchange.setHeader("Vary", "Origin");
  if (!anyOrigin_ && !origins_.allows(origin, exchange.host())) {
    exchange.respondError(refused("not_allowed", "Pages of that origin may not use this server."));
    return false;
  }
  exchange.setHeader("Access-Control-Allow-Origin", anyOrigin_ ? "*" : origin);
  exchange.setHeader("Access-Control-Expose-Headers", kExposed);
  exchange.setHeader("Cross-Origin-Resource-Policy", "cross-origin");
  return true;
}

std::optional<call::JoinRequest> MediaSessions::admitted(Exchange& exchange,
                                                         const MediaKind& kind) {
  call::JoinRequest request;
  request.room = exchange.parameter("room");
  const std::string name = exchange.query("name");
  const auto refuse = [&exchange](const Error& error, uint32_t retryAfterMs = 0) {
    exchange.respondError(error, retryAfterMs);
    return std::nullopt;
  };
  if (!plainName(request.room, kMaxRoomBytes) || (!name.empty() && !plainName(name, kMaxNameBytes)))
    return refuse(invalid("bad_message", "The room's or the name's form is wrong."));
  const auto outcome = admission_.admit({exchange.clientAddress(), exchange.bearer(), request.room,
                                         name.empty() ? kind.defaultName : name, ""});
  if (!outcome.admitted) return refuse(outcome.admitted.error(), outcome.retryAfterMs);
  const room::Grants& grants = outcome.admitted->grants;
  if (!(kind.via == room::Via::kWhip ? grants.canPublish : grants.canSubscribe))
    return refuse(refused("not_allowed", "The token does not allow it."));
  request.identity = outcome.admitted->identity;
  request.name = outcome.admitted->name;
  request.grants = grants;
  request.via = kind.via;
  request.request = exchange.id();
  return request;
}

void MediaSessions::create(Exchange& exchange, const MediaKind& kind, const Prepare& prepare) {
  exchange.setHeader("Accept-Post", kSdpType);
  if (exchange.contentType() != kSdpType)
    return exchange.respondError(invalid("wrong_media_type", "The body must be application/sdp."));
  if (!isText(exchange.body()))
    return exchange.respondError(invalid("bad_offer", "The body holds no SDP."));
  auto request = admitted(exchange, kind);
  if (!request) return;
  const call::Offer offer{std::string(exchange.body()), {}};
  request->offer = &offer;
  auto session = std::make_shared<Session>();
  const auto prepared = prepare(*request);
  const auto joined =
      prepared ? calls_.join(*request, session) : Result<call::Joined>(prepared.error());
  created_.add({{"endpoint", std::string(kind.endpoint + 1, 4)},
                {"outcome", joined ? "created" : joined.error().code}});
  if (!joined) {
    log::info(kTopic, {.room = request->room, .request = exchange.id()},
              "{} from {} refused: {}: {}", kind.endpoint, exchange.clientAddress(),
              joined.error().code, joined.error().message);
    return exchange.respondError(joined.error());
  }
  session->room = request->room;
  session->identity = request->identity;
  session->participant = joined->snapshot.self.id;
  session->etag = quoted(joined->mediaSession);
  session->offer = offer.sdp;
  const std::string id = randomToken(kSessionIdBytes);
  sessions_.emplace(id, std::move(session));
  exchange.setHeader("Location", kind.endpoint + escapeSegment(request->room) + "/" + id);
  exchange.setHeader("ETag", quoted(joined->mediaSession));
  exchange.setHeader("Accept-Patch", kFragmentType);
  exchange.respond(201, kSdpType, joined->answer);
}

std::shared_ptr<MediaSessions::Session> MediaSessions::authorised(Exchange& exchange) {
  const auto verdict = admission_.takeTurn(exchange.clientAddress());
  if (!verdict.allowed) {
    exchange.respondError(unavailable("too_many", "Too many requests from your address."),
                          verdict.retryAfterMs);
    return nullptr;
  }
  const auto who = admission_.verify(exchange.bearer(), exchange.parameter("room"));
  if (!who) {
    exchange.respondError(who.error());
    return nullptr;
  }
  const auto found = sessions_.find(std::string(exchange.parameter("session")));
  const bool own = found != sessions_.end() && !found->second->ended &&
                   found->second->room == exchange.parameter("room") &&
                   (who->identity.empty() || who->identity == found->second->identity);
  if (own) return found->second;
  exchange.respondError(invalid("no_such_session", "There is no such session, or not any more."));
  return nullptr;
}

void MediaSessions::show(Exchange& exchange) {
  if (!openToPage(exchange)) return;
  if (authorised(exchange)) exchange.respondEmpty(204);
}

void MediaSessions::remove(Exchange& exchange) {
  if (!openToPage(exchange)) return;
  const auto session = authorised(exchange);
  if (!session) return;
  session->ended = true;
  sessions_.erase(std::string(exchange.parameter("session")));
  calls_.leave(session->participant);
  exchange.respondEmpty(200);
}

void MediaSessions::patch(Exchange& exchange) {
  if (!openToPage(exchange)) return;
  const auto session = authorised(exchange);
  if (!session) return;
  exchange.setHeader("Accept-Patch", kFragmentType);
  if (exchange.contentType() != kFragmentType)
    return exchange.respondError(
        invalid("wrong_media_type", std::string("The body must be ") + kFragmentType + "."));
  const auto fragment = isText(exchange.body())
                            ? readFragment(exchange.body())
                            : Result<SdpFragment>(invalid("bad_offer", "The body is no text."));
  if (!fragment) return exchange.respondError(fragment.error());
  const bool newCredentials =
      !fragment->iceUfrag.empty() && fragment->iceUfrag != iceUfragOf(session->offer);
  if (newCredentials)
    restart(exchange, *session, *fragment);
  else
    trickle(exchange, *session);
}

// The server is ICE-lite and learns the client's addresses from its checks (RFC 8445 §6.1.1), so
// candidates are checked for form and then not needed. Real clients leave If-Match out.
void MediaSessions::trickle(Exchange& exchange, Session& session) {
  const std::string_view match = exchange.header("If-Match");
  if (!match.empty() && match != "*" && match != session.etag)
    return exchange.respondError(refused("stale_etag", "If-Match names another ICE session."));
  exchange.respondEmpty(204);
}

// RFC 9725 §4.3.3: If-Match is "*"; a restart that fails leaves the session as it was.
void MediaSessions::restart(Exchange& exchange, Session& session, const SdpFragment& fragment) {
  const std::string_view match = exchange.header("If-Match");
  if (match.empty())
    return exchange.respondError(refused("etag_required", "An ICE restart needs If-Match: \"*\"."));
  if (match != "*" && match != "\"*\"" && match != session.etag)
    return exchange.respondError(refused("stale_etag", "If-Match names another ICE session."));
  call::Offer offer{offerForRestart(session.offer, fragment), {}};
  const auto answer = calls_.offer(session.participant, offer);
  if (!answer) {
    log::info(kTopic, {.room = session.room, .peer = session.participant, .request = exchange.id()},
              "ICE restart refused: {}", answer.error().message);
    return exchange.respondError(refused("unsupported_restart", answer.error().message));
  }
  session.offer = std::move(offer.sdp);
  session.etag = quoted(iceUfragOf(*answer));
  exchange.setHeader("ETag", session.etag);
  exchange.respond(200, kFragmentType, fragmentOfAnswer(*answer));
}

void MediaSessions::options(Exchange& exchange, const char* methods) const {
  if (!openToPage(exchange)) return;
  exchange.setHeader("Allow", methods);
  exchange.setHeader("Accept-Post", kSdpType);
  exchange.setHeader("Access-Control-Allow-Methods", methods);
  exchange.setHeader("Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match");
  exchange.setHeader("Access-Control-Max-Age", "86400");
  exchange.respondEmpty(200);
}

void MediaSessions::tick() {
  std::erase_if(sessions_, [this](const auto& entry) {
    Session& session = *entry.second;
    return session.ended ||
           stayIsOver(calls_, session.participant, clock_.nowNs(), session.goneSinceNs);
  });
}

void addSessionRoutes(Router& router, MediaSessions& sessions, const char* pattern) {
  router.add({"PATCH", pattern, [&sessions](Exchange& e) { sessions.patch(e); },
              kMaxFragmentBytes});
  router.add({"DELETE", pattern, [&sessions](Exchange& e) { sessions.remove(e); }});
  router.add({"GET", pattern, [&sessions](Exchange& e) { sessions.show(e); }});
  router.add({"OPTIONS", pattern, [&sessions](Exchange& e) {
                sessions.options(e, "GET, HEAD, PATCH, DELETE, OPTIONS");
              }});
}

}  // namespace parlour::signalling
