// Member: a participant as the server keeps it: its connection, its media, its second chance.
// Thread: control.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "call/join_times.hpp"
#include "call/rate_meter.hpp"
#include "call/service.hpp"
#include "peer/peer.hpp"

namespace parlour::call {

struct Member {
  room::Participant participant;  ///< As it joined, to join again after it was parked.
  std::weak_ptr<Listener> listener;
  std::string resumeToken;        ///< Empty for WHIP and WHEP.
  std::unique_ptr<peer::Peer> peer;

  int64_t joinedNs = 0;           ///< Monotonic, like the rest.
  int64_t signalledNs = 0;        ///< Last sign of life of its connection.
  int64_t detachedNs = 0;         ///< Since when it has no connection; 0: it has one.
  int64_t parkedNs = 0;           ///< Gone for the others since; 0: it is in the room.
  uint8_t quality = 0xff;         ///< As last told; nothing yet.

  /// Tracks by m-line, and which fan-outs they use.
  std::map<std::string, room::Track> tracks;
  /// Fan-outs in its slots, by the slots' mids; slots without one are not here.
  std::map<std::string, room::TrackId> filled;
  JoinTimes times;
  std::map<std::string, RateMeter> inRates, outRates;  ///< Bytes, by mid/rid and by slot.
  std::vector<room::View> views;  ///< Standing wishes of WHEP.
};

/// How long a member has been silent on everything it has, from the times of its last signs.
struct Silence {
  int64_t mediaNs = 0;
  int64_t signallingNs = 0;
  bool hasMedia = false;       ///< Its transport was reached once.
  bool hasSignalling = false;  ///< It has a connection now.
};
enum class Liveness { kAlive, kReconnecting, kGone };
struct LivenessLimits {
  int64_t reconnectingNs = 5'000'000'000;
  int64_t goneNs = 10'000'000'000;
};
/// Pure. A sign of life on either side keeps a member; media that is silent for as long as makes a
/// member gone, with signalling alive, is `reconnecting`.
Liveness livenessOf(const Silence& silence, const LivenessLimits& limits);

/// 0 lost, 1 poor, 2 fair, 3 good; from the worse direction. Pure.
/// `loss` 0-1, `rttMs` and `jitterMs` 0 where unknown.
uint8_t qualityOf(double loss, double rttMs, double jitterMs);

}  // namespace parlour::call
