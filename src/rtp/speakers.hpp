// SpeakerDetector: who speaks, in an order that people find calm.
//
// A source becomes a speaker after `attackNs` above the threshold and stays one for `holdNs` after
// it was last loud. A speaker overtakes the one before it only when that one has been quiet for
// `yieldNs`, or when its smoothed level is `marginDb` louder; so that two people talking at once,
// or a cough, do not flip the picture.
// Thread: one at a time. Pure: time is passed in.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/clock.hpp"
#include "rtp/audio_level.hpp"

namespace parlour::rtp {

struct SpeakerSettings {
  int64_t windowNs = 100 * kNsPerMs;
  int64_t attackNs = 100 * kNsPerMs;
  int64_t holdNs = 2 * kNsPerSecond;
  int64_t yieldNs = 500 * kNsPerMs;
  uint8_t loudLevel = 50;  ///< -dBov; a window whose mean is at or under it is loud.
  uint8_t marginDb = 8;
  double smoothing = 0.2;  ///< Weight of the newest window in the smoothed level.
};

class SpeakerDetector {
 public:
  explicit SpeakerDetector(const SpeakerSettings& settings = {});

  /// One packet's level (-dBov) and V bit. An unknown source is added. A level counts for the
  /// window that ends with the next update.
  void onLevel(uint32_t source, uint8_t level, bool voice);
  /// A source left or was muted: it stops being a speaker at once.
  void remove(uint32_t source);

  /// Ends a window; call every `windowNs`. True where the list of speakers or its order has
  /// changed since the last call.
  bool update(int64_t nowNs);

  /// Speakers in order, the dominant one first; empty while nobody speaks. Valid until the next
  /// update or remove.
  std::span<const uint32_t> speakers() const { return order_; }
  std::optional<uint32_t> dominant() const;
  /// Mean level of a source in the last window, kSilence where it sent nothing.
  uint8_t level(uint32_t source) const;

 private:
  struct Source {
    uint32_t id = 0;
    AudioLevelWindow window;
    uint8_t level = kSilence;
    double smoothed = kSilence;
    bool loud = false;        ///< In the last window.
    int64_t loudSinceNs = 0;  ///< Start of the run of loud windows.
    int64_t lastLoudNs = 0;   ///< End of the last loud window.
  };
  Source* find(uint32_t id);
  const Source* find(uint32_t id) const;
  void closeWindow(Source& source, int64_t nowNs);
  bool speaks(const Source& source, bool already, int64_t nowNs) const;
  bool overtakes(const Source& lower, const Source& upper, int64_t nowNs) const;

  SpeakerSettings settings_;
  std::vector<Source> sources_;
  std::vector<uint32_t> order_;
  bool changed_ = false;  ///< Since the last update.
};

}  // namespace parlour::rtp
