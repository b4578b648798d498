#include "room/track_ids.hpp"

#include <atomic>

namespace parlour::room {

TrackId newTrackId() {
  static std::atomic<TrackId> last{0};
  return ++last;
}

}  // namespace parlour::room
