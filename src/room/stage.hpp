// Stage: everything in a room that can be put into a slot, ranked best first. Made once per change
// and shared by all viewers. Pure values. Thread: control.
#pragma once

#include <cstdint>
#include <vector>

#include "room/types.hpp"

namespace parlour::room {

/// One publication as slot assignment sees it.
struct Candidate {
  static constexpr uint32_t kNeverSpoke = UINT32_MAX;

  ParticipantId participant;
  uint32_t csrc = 0;
  Source source = Source::kCamera;
  Kind kind = Kind::kVideo;
  TrackId track = 0;
  size_t codec = 0;  ///< Index into Stage::codecs().
  std::vector<Layer> layers;
  bool flowing = false;               ///< Received, its codec known, muted by nobody.
  bool speaking = false;              ///< Its participant speaks, or did a moment ago.
  uint32_t spokenRank = kNeverSpoke;  ///< 0 is the participant that spoke last.
  uint64_t joinOrder = 0;             ///< Of its participant.
  uint64_t publishedOrder = 0;        ///< The newest is the greatest.

  bool isScreen() const { return source == Source::kScreen || source == Source::kScreenAudio; }
};

/// What a publisher brings to the rank of its tracks.
struct Standing {
  uint32_t csrc = 0;
  uint64_t joinOrder = 0;
  bool speaking = false;
  uint32_t spokenRank = Candidate::kNeverSpoke;
};

class Stage {
 public:
  void add(const ParticipantId& participant, const Standing& standing, const Track& track,
           uint64_t publishedOrder);
  /// Sorts both lists; call it after the last add(). What flows comes first, of it screen shares
  /// (the newest first), then people by who spoke last, then by who joined first.
  void rank();

  const std::vector<Candidate>& ranked(Kind kind) const {
    return kind == Kind::kAudio ? audio_ : video_;
  }
  /// The distinct codecs of all candidates.
  const std::vector<Codec>& codecs() const { return codecs_; }
  /// Null where the participant does not publish that.
  const Candidate* find(const ParticipantId& participant, Source source) const;
  const Candidate* find(Kind kind, TrackId track) const;

 private:
  size_t indexOf(const Codec& codec);

  std::vector<Candidate> audio_, video_;
  std::vector<Codec> codecs_;
};

}  // namespace parlour::room
