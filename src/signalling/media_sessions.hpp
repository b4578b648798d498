// MediaSessions: the resources that WHIP and WHEP have in common (RFC 9725 §4; WHEP draft-03 §4):
// a session per POST, changed by PATCH, ended by DELETE, by its call, or by nobody any more.
//
//   POST   /whip/{room}            whip.cpp, whep.cpp: what may be offered, and by whom
//   PATCH  /whip/{room}/{session}  trickled candidates (204), ICE restart (200)
//   DELETE /whip/{room}/{session}  200
//
// Thread: control.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.hpp"
#include "call/service.hpp"
#include "signalling/admission.hpp"
#include "signalling/exchange.hpp"
#include "signalling/metrics.hpp"
#include "signalling/origin.hpp"
#include "signalling/router.hpp"

namespace parlour::signalling {

constexpr const char* kSdpType = "application/sdp";
constexpr const char* kFragmentType = "application/trickle-ice-sdpfrag";

/// What whip.cpp and whep.cpp differ in.
struct MediaKind {
  const char* endpoint;      ///< "/whip/".
  room::Via via;
  const char* defaultName;   ///< Shown for who gives no name.
};

class MediaSessions {
 public:
  /// Everything given outlives it. `anyOrigin`: tokens protect the server, so every page may ask.
  MediaSessions(call::Service& calls, Admission& admission, const OriginPolicy& origins,
                bool anyOrigin, const Clock& clock, Metrics& metrics);
  ~MediaSessions();

  /// Sets the CORS headers; false: refused and answered.
  bool openToPage(Exchange& exchange) const;
  /// Says what is special of a join, or why there can be none; called once its bearer may enter.
  using Prepare = std::function<Result<void>(call::JoinRequest& request)>;
  /// Answers a POST: 201, or why not.
  void create(Exchange& exchange, const MediaKind& kind, const Prepare& prepare);
  void patch(Exchange& exchange);
  void remove(Exchange& exchange);
  /// GET: 204, or 404.
  void show(Exchange& exchange);
  void options(Exchange& exchange, const char* methods) const;

  /// Forgets sessions whose participant is gone for good.
  void tick();
  size_t size() const { return sessions_.size(); }

 private:
  class Session;
  /// Who may do what an offer asks; null: answered.
  std::optional<call::JoinRequest> admitted(Exchange& exchange, const MediaKind& kind);
  /// The session of the request's path, if its bearer may touch it; null: answered.
  std::shared_ptr<Session> authorised(Exchange& exchange);
  void trickle(Exchange& exchange, Session& session);
  void restart(Exchange& exchange, Session& session, const struct SdpFragment& fragment);

  call::Service& calls_;
  Admission& admission_;
  const OriginPolicy& origins_;
  const Clock& clock_;
  const bool anyOrigin_;
  CounterFamily& created_;
  std::unordered_map<std::string, std::shared_ptr<Session>> sessions_;  ///< By unguessable id.
};

/// Adds the routes of each.
void addWhipRoutes(Router& router, MediaSessions& sessions, size_t maxOfferBytes);
void addWhepRoutes(Router& router, MediaSessions& sessions, call::Service& calls,
                   size_t maxOfferBytes);
/// PATCH, DELETE, GET and OPTIONS of sessions, the same for both.
void addSessionRoutes(Router& router, MediaSessions& sessions, const char* pattern);

}  // namespace parlour::signalling
