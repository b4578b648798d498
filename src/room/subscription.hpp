// Subscription: one viewer's slots, what it wants in them and what they hold. Turns assignments
// into the few things that have to be done and told. Pure. Thread: control.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "room/slots.hpp"
#include "room/stage.hpp"
#include "room/types.hpp"

namespace parlour::room {

class Subscription {
 public:
  struct Fill {
    std::string mid;
    TrackId fanout;
    uint32_t csrc;
  };
  struct Change {
    std::vector<Fill> fills;        ///< Slots to switch.
    std::vector<SlotState> states;  ///< Slots whose state its viewer must be told.
  };

  Subscription(ParticipantId viewer, bool canSubscribe);

  /// Replaces the slots. One whose mid and kind stay keeps what it holds and what is wanted in
  /// it; a new one is empty and automatic. Those that disappear are told as empty by the next
  /// update(); nothing is asked of their media, which went with the m-line.
  void setSlots(std::vector<Slot> slots);
  /// Changes what is wanted in some slots; all or none. Whether the participants exist is the
  /// caller's question. Error: no_such_slot.
  Result<void> setView(const std::vector<View>& views);
  /// Assigns anew and returns what became different.
  Change update(const Stage& stage);

  const std::vector<SlotState>& states() const { return states_; }

 private:
  /// What the media side was asked to put into a slot.
  struct Flow {
    TrackId fanout = 0;
    uint32_t csrc = 0;
    Codec codec;  ///< Of the fan-out: another one means another payload type in the slot.
    bool operator==(const Flow&) const = default;
  };

  Viewer::Place* placeOf(const std::string& mid);
  SlotState stateOf(size_t place, const Candidate* candidate) const;
  Flow flowOf(size_t place, const Candidate* candidate, const Stage& stage) const;
  size_t decoderOf(const std::vector<Codec>& decodable);

  Viewer viewer_;
  // One entry per place of the viewer:
  std::vector<Assigned> assigned_;
  std::vector<Flow> flows_;
  std::vector<SlotState> states_;
  std::vector<SlotState> removed_;  ///< To be told as empty.
};

}  // namespace parlour::room
