// KeyFrameRequests: many askers, few requests to one publisher's stream.
//
// Asks are merged until a key frame comes; a request is sent at most once per `spacingNs` and
// repeated until the key frame arrives, at `slowSpacingNs` after `fastAttempts` in vain.
// Thread: one at a time.
#pragma once

#include <cstdint>

#include "base/clock.hpp"

namespace parlour::rtp {

class KeyFrameRequests {
 public:
  struct Settings {
    int64_t spacingNs = 300 * kNsPerMs;
    int64_t slowSpacingNs = kNsPerSecond;
    uint32_t fastAttempts = 20;
  };

  KeyFrameRequests() = default;
  explicit KeyFrameRequests(const Settings& settings) : settings_(settings) {}

  /// Somebody needs a key frame that begins after `nowNs`.
  void ask(int64_t nowNs);
  /// The first packet of a key frame came; all asks before it are answered.
  void onKeyFrame(int64_t nowNs);
  /// True where a request is to be sent now; it then counts as sent.
  bool due(int64_t nowNs);
  /// Nobody is left who needs one.
  void cancel();

  bool wanted() const { return wanted_; }
  /// Since when somebody waits; needs wanted().
  int64_t askedNs() const { return askedNs_; }

 private:
  Settings settings_;
  bool wanted_ = false;
  bool sentBefore_ = false;
  int64_t askedNs_ = 0;
  int64_t sentNs_ = 0;
  uint32_t attempts_ = 0;
};

}  // namespace parlour::rtp
