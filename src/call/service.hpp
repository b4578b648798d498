// Service: what signalling/ may ask of calls, and what it hears back. The seam between the two:
// signalling knows JSON, HTTP and tokens, and no media; call/ knows media and no JSON.
// Thread: control.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "room/room.hpp"
#include "room/types.hpp"

namespace parlour::call {

using room::ParticipantId;

/// One m-line of an offer that publishes, as the client names it.
struct Publish {
  std::string mid;
  room::Source source = room::Source::kCamera;
  bool muted = false;
};

struct Offer {
  std::string sdp;
  std::vector<Publish> publish;  ///< m-lines not named here: microphone, camera by kind.
};

struct JoinRequest {
  std::string room;
  std::string identity;
  std::string name;
  room::Grants grants;
  room::Via via = room::Via::kWebSocket;
  std::string request;     ///< Request id, for the log.
  const Offer* offer = nullptr;  ///< May be absent; media then comes with offer().
  // WHEP only: what to watch; empty follows the active speaker.
  std::string watchParticipant;
  std::string watchSource;
};

struct Joined {
  room::Snapshot snapshot;
  std::string resumeToken;
  std::string answer;  ///< SDP; empty where no offer came.
  std::string mediaSession;  ///< ice-ufrag of ours, the entity tag of WHIP and WHEP.
};

/// What a participant's connection hears. Held weakly: a dropped one is simply not told.
class Listener {
 public:
  virtual ~Listener() = default;
  virtual void onEvent(const room::Event& event) = 0;
};

/// Facts about a participant's media for the API and the stats panel.
struct TrackStats {
  room::TrackId track = 0;
  std::string mid, rid, codec;
  uint64_t packets = 0, bytes = 0, lost = 0, nacks = 0, plis = 0, retransmitted = 0;
  double jitterMs = 0;
};
struct ParticipantStats {
  ParticipantId id;
  std::string remoteAddress;
  std::string iceState, dtlsState;
  double rttMs = 0;
  std::vector<TrackStats> in, out;
};

class Service {
 public:
  virtual ~Service() = default;

  /// Errors: room_full, room_locked, server_full, draining, bad_offer, unsupported_offer.
  virtual Result<Joined> join(const JoinRequest& request, std::weak_ptr<Listener> listener) = 0;
  /// Re-attaches a dropped connection. Errors: resume_expired.
  virtual Result<Joined> resume(const std::string& resumeToken,
                                std::weak_ptr<Listener> listener) = 0;
  /// A new offer on the same PeerConnection; returns the answer. Errors: bad_offer,
  /// unsupported_offer, fingerprint_changed.
  virtual Result<std::string> offer(const ParticipantId& id, const Offer& offer) = 0;
  /// Its connection is gone (not its media): `reconnecting` until it resumes or times out.
  virtual void detach(const ParticipantId& id) = 0;
  virtual void leave(const ParticipantId& id) = 0;
  /// Its connection showed a sign of life (a message, a pong): silence is counted from here.
  virtual void heard(const ParticipantId& id) = 0;

  /// The room a participant is in, for everything policy answers by itself (view, mute, chat,
  /// moderation...). Null after it left.
  virtual room::Room* roomOf(const ParticipantId& id) = 0;
  virtual room::Room* findRoom(const std::string& name) = 0;
  virtual std::vector<room::Room*> rooms() = 0;
  virtual void closeRoom(const std::string& name, const std::string& message) = 0;

  /// The live pipeline of a room as DOT. Error: no_such_room.
  virtual Result<std::string> graph(const std::string& room) = 0;
  virtual Result<std::vector<ParticipantStats>> stats(const std::string& room) = 0;

  /// DTLS keys are warm, sockets are bound, nothing is draining.
  virtual bool ready() const = 0;
  /// Refuses new joins and tells everybody.
  virtual void drain(uint32_t deadlineMs) = 0;
};

}  // namespace parlour::call
