// Service: what signalling/ may ask of calls, and what it hears back. The seam between the two:
// signalling knows JSON, HTTP and tokens, and no media; call/ knows media and no JSON.
// Thread: control.
#pragma once

#include <functional>
#include <memory>
#include <optional>
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

/// What is counted of any stream. Loss and jitter are those of the last report.
struct FlowStats {
  uint64_t packets = 0, bytes = 0, lost = 0, nacks = 0, plis = 0, retransmitted = 0;
  double bitsPerSecond = 0;  ///< Of payloads, over the last second.
  double lossRatio = 0;      ///< 0-1.
  double jitterMs = 0;
};
/// A stream that a participant publishes: a track, or one simulcast layer of it.
struct TrackStats : FlowStats {
  room::TrackId track = 0;
  room::Source source = room::Source::kCamera;
  std::string mid, rid, codec;
  uint32_t width = 0, height = 0;  ///< Pixels, 0 while unknown.
  bool flowing = true;
  uint64_t frames = 0, keyFrames = 0;
};
/// A slot of a participant, and what is in it.
struct SlotStats : FlowStats {
  room::Kind kind = room::Kind::kVideo;
  room::SlotState state;           ///< Who and what; `mid` too.
  std::string rid, codec;          ///< Of the layer that flows, empty without.
  uint32_t width = 0, height = 0;
  double rttMs = 0;
};
/// How long its join took, by phase; nothing for what is not over (docs/protocol.md, "Statistics").
struct JoinStats {
  std::optional<double> answerMs, iceMs, dtlsMs, mediaMs, totalMs;
};
struct ParticipantStats {
  ParticipantId id;
  std::string identity, name;
  room::Connection connection = room::Connection::kConnecting;
  std::string remoteAddress;
  std::string iceState, dtlsState;
  double rttMs = 0;
  JoinStats join;
  std::vector<TrackStats> in;
  std::vector<SlotStats> out;
};
/// A room as a whole. Packets and bytes only grow: what left with participants stays counted.
struct RoomStats {
  size_t publishers = 0, tracks = 0, subscriptions = 0;
  uint64_t packetsIn = 0, bytesIn = 0, packetsOut = 0, bytesOut = 0;
  double lossIn = 0, lossOut = 0;  ///< Of the stream that has the most now.
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
  /// All zero where no call is running in that room.
  virtual RoomStats roomStats(const std::string& room) = 0;

  /// DTLS keys are warm, sockets are bound, nothing is draining.
  virtual bool ready() const = 0;
  /// Refuses new joins and tells everybody.
  virtual void drain(uint32_t deadlineMs) = 0;
};

}  // namespace parlour::call
