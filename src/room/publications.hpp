// Publications: what participants publish, and what a moderator has closed of it.
// The tracks themselves live in Participant::tracks; this keeps them right. Pure.
// Thread: control.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.hpp"
#include "room/types.hpp"

namespace parlour::room {

/// What a change of tracks asks for.
struct TrackChange {
  struct Gate {
    TrackId track;
    bool open;
  };
  bool visible = false;     ///< The others' picture of the participant changed.
  bool routed = false;      ///< Slots may have to be filled anew.
  std::vector<Gate> gates;  ///< Media to close or open at the server.
};

class Publications {
 public:
  /// Replaces the list. A track without an id gets that of the track with its mid, kind and
  /// source, or a new one. Sizes and a codec already learnt stay where the new list has none.
  /// Nothing is kept of participants that may not publish or are hidden.
  TrackChange replace(Participant& participant, std::vector<Track> tracks);
  /// Takes over codec and layers of the track with this id; unknown ids change nothing.
  TrackChange update(Participant& participant, const Track& track);
  /// The publisher's own mute. Error: no_such_track.
  Result<TrackChange> setMuted(Participant& participant, const std::string& mid, bool muted);
  /// A moderator's mute: by source, so that a track published anew stays closed. Without a source
  /// a mute closes all audio and an unmute opens everything. Error: no_such_track.
  Result<TrackChange> setMutedByHost(Participant& participant, const Source* source, bool muted);

  /// Its tracks are gone. A moderator's mutes stay with the identity for as long as the room lives:
  /// leaving and coming back does not lift them.
  void forget(const ParticipantId& id);

  /// Grows with every track that appears; 0 for an unknown one.
  uint64_t publishedOrder(TrackId track) const;

 private:
  bool closed(const std::string& identity, Source source) const;
  /// Forgets a moderator's mutes; false where there was none.
  bool lift(const std::string& identity, const std::function<bool(Source)>& concerned);
  void drop(const ParticipantId& id, TrackId track);

  std::unordered_map<std::string, std::set<Source>> closed_;  ///< By a moderator; per identity.
  std::unordered_map<ParticipantId, std::set<TrackId>> published_;
  std::unordered_map<TrackId, uint64_t> order_;
  uint64_t lastOrder_ = 0;
};

}  // namespace parlour::room
