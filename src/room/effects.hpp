// Effects: what a room asks of its Outputs, queued while it changes and carried out afterwards.
// So the room is whole again whenever others run, even where they call back into it, and a
// callee may destroy the room. Thread: control.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "room/room.hpp"

namespace parlour::room {

class Effects : public std::enable_shared_from_this<Effects> {
 public:
  explicit Effects(Outputs& outputs) : outputs_(&outputs) {}

  void tell(const ParticipantId& to, std::shared_ptr<const Event> event);
  void fillSlot(const ParticipantId& viewer, const std::string& mid, TrackId fanout, uint32_t csrc);
  void gateTrack(const ParticipantId& publisher, TrackId track, bool open);
  void evict(const ParticipantId& id, LeaveReason reason, const std::string& message);

  /// Carries out everything queued, in order, also what is queued meanwhile. Inside itself it
  /// does nothing: the outer call goes on.
  void flush();
  /// The room is gone: the rest is dropped, also of a flush() under way.
  void close();

 private:
  Outputs* outputs_;  ///< Null once closed.
  std::deque<std::function<void(Outputs&)>> queue_;
  bool flushing_ = false;
};

}  // namespace parlour::room
