// Numbers for tracks and fan-outs, one sequence for the process. Thread: any.
#pragma once

#include "room/types.hpp"

namespace parlour::room {

/// A TrackId that was not given out before. Never 0.
TrackId newTrackId();

}  // namespace parlour::room
