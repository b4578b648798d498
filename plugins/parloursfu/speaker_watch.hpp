// SpeakerWatch: from the audio levels of an rtpsfu's sources to who speaks.
// Thread: housekeeping. Owner: the element.
#pragma once

#include <gst/gst.h>

#include <span>
#include <vector>

#include "routes.hpp"
#include "rtp/speakers.hpp"

namespace parlour::sfu {

class SpeakerWatch {
 public:
  /// Looks at the levels of a window, if one is due. False where nobody has made a sound for so
  /// long that the next level is soon enough.
  bool onTick(std::span<const Routes::Member> members, int64_t nowNs);

  /// "rtpsfu-speakers" (transfer full) where speakers changed since the last call, else null.
  GstStructure* takeAnnouncement();

 private:
  /// Windows without any level after which nobody can be a speaker any more.
  static constexpr uint32_t kQuietWindows = 50;

  void forgetUnheard(std::span<const Routes::Member> members);

  rtp::SpeakerDetector detector_;
  std::vector<uint32_t> heard_;  ///< Tracks that the detector knows.
  std::vector<uint32_t> announced_;
  int64_t windowNs_ = 0;  ///< End of the last window.
  uint32_t quietWindows_ = kQuietWindows;
};

}  // namespace parlour::sfu
