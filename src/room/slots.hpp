// Slot assignment: who is in which slot of one viewer. A pure function; docs/design/rooms.md has
// the policy in words. Thread: any.
#pragma once

#include <string>
#include <vector>

#include "room/stage.hpp"
#include "room/types.hpp"

namespace parlour::room {

/// A subscriber with its slots, as assignment sees it.
struct Viewer {
  struct Place {
    std::string mid;
    Kind kind = Kind::kVideo;
    size_t decoder = 0;  ///< Index into `decoders`: slots mostly share one list.
    View view;           ///< What it wants there.
  };
  ParticipantId id;
  bool canSubscribe = true;
  std::vector<Place> places;
  std::vector<std::vector<Codec>> decoders;
};

/// What one slot holds.
struct Assigned {
  SlotReason reason = SlotReason::kEmpty;
  ParticipantId participant;
  Source source = Source::kCamera;
  TrackId track = 0;  ///< The publication that has the slot, also while it is muted.
  bool operator==(const Assigned&) const = default;
};

/// The new assignment, one entry per place. `current` is the one before, with as many entries.
///  1. A place with an explicit view holds what it names, or says why not.
///  2. The automatic places of a kind hold the best ranked candidates that are not the viewer's
///     own, not in an explicit place already and decodable there; cameras and screens only while
///     they flow.
///  3. Of more sounds than places, one that has a place keeps it while its participant speaks;
///     only screen sound is stronger.
///  4. Who stays, stays in the same place; who comes takes the first free one.
std::vector<Assigned> assignSlots(const Stage& stage, const Viewer& viewer,
                                  const std::vector<Assigned>& current);

}  // namespace parlour::room
