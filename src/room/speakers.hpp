// Speakers: the people of a room by who speaks, from the levels of their microphones.
// Wraps rtp::SpeakerDetector, which decides; this gives it people for sources and remembers
// who spoke before. Pure. Thread: control.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "rtp/speakers.hpp"

namespace parlour::room {

class Speakers {
 public:
  /// A person is named by its CSRC.
  struct Speaker {
    uint32_t csrc;
    uint8_t level;  ///< -dBov.
  };

  /// Ends a window with the loudest level of each microphone in it. True when the list of those
  /// who speak, or its order, changed.
  bool update(const std::vector<std::pair<uint32_t, uint8_t>>& levels, int64_t nowNs);
  /// Somebody left, muted or was muted: no speaker any more, at once. True when it was one.
  bool silence(uint32_t csrc);
  void forget(uint32_t csrc);

  /// Who speaks now, the dominant one first.
  std::vector<Speaker> now() const;
  size_t speaking() const { return speaking_; }
  /// Everybody who speaks (first `speaking()` of it, in the order of now()) or ever spoke, the
  /// most recent first.
  const std::vector<uint32_t>& order() const { return order_; }

 private:
  /// Takes over the detector's list; true when it is another one than before.
  bool refresh();

  rtp::SpeakerDetector detector_;
  size_t speaking_ = 0;
  std::vector<uint32_t> order_;
};

}  // namespace parlour::room
