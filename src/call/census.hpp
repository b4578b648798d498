// Census: how many of everything there is, over all calls, counted when somebody asks. Pure values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace parlour::call {

struct Census {
  /// Participants with a media connection, by its state.
  size_t connecting = 0, connected = 0, reconnecting = 0, parked = 0;
  size_t publishers = 0;
  struct OfKind {
    size_t tracks = 0;         ///< Published.
    size_t streams = 0;        ///< A track has one per simulcast layer.
    size_t slots = 0;          ///< Offered by viewers.
    size_t subscriptions = 0;  ///< Slots with something in them.
  };
  OfKind audio, video;
};

/// Stays that ended, by room::LeaveReason.
using LeaveCounts = std::array<uint64_t, 6>;

}  // namespace parlour::call
