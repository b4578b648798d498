#include "room/effects.hpp"

#include <utility>

namespace parlour::room {

void Effects::tell(const ParticipantId& to, std::shared_ptr<const Event> event) {
  queue_.push_back([=](Outputs& outputs) { outputs.tell(to, *event); });
}

void Effects::fillSlot(const ParticipantId& viewer, const std::string& mid, TrackId fanout,
                       uint32_t csrc) {
  queue_.push_back([=](Outputs& outputs) { outputs.fillSlot(viewer, mid, fanout, csrc); });
}

void Effects::gateTrack(const ParticipantId& publisher, TrackId track, bool open) {
  queue_.push_back([=](Outputs& outputs) { outputs.gateTrack(publisher, track, open); });
}

void Effects::evict(const ParticipantId& id, LeaveReason reason, const std::string& message) {
  queue_.push_back([=](Outputs& outputs) { outputs.evict(id, reason, message); });
}

void Effects::flush() {
  if (flushing_) return;
  const auto alive = shared_from_this();
  flushing_ = true;
  while (!queue_.empty()) {
    const auto effect = std::move(queue_.front());
    queue_.pop_front();
    effect(*outputs_);
  }
  flushing_ = false;
}

void Effects::close() {
  queue_.clear();
  outputs_ = nullptr;
}

}  // namespace parlour::room
