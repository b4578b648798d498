#include "rtp/key_frame_requests.hpp"

namespace parlour::rtp {

void KeyFrameRequests::ask(int64_t nowNs) {
  if (wanted_) return;
  wanted_ = true;
  askedNs_ = nowNs;
  attempts_ = 0;
}

void KeyFrameRequests::onKeyFrame(int64_t nowNs) {
  if (wanted_ && nowNs >= askedNs_) cancel();
}

bool KeyFrameRequests::due(int64_t nowNs) {
  if (!wanted_) return false;
  const int64_t spacing =
      attempts_ < settings_.fastAttempts ? settings_.spacingNs : settings_.slowSpacingNs;
  if (sentBefore_ && nowNs - sentNs_ < spacing) return false;
  sentBefore_ = true;
  sentNs_ = nowNs;
  ++attempts_;
  return true;
}

void KeyFrameRequests::cancel() {
  wanted_ = false;
  attempts_ = 0;
}

}  // namespace parlour::rtp
