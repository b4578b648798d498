// Routing: keeps every viewer's slots in step with who publishes and who speaks.
// Owns the viewers' subscriptions and the speaker order; a change is worked out once (Stage) and
// then per viewer. Thread: control.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "room/effects.hpp"
#include "room/membership.hpp"
#include "room/publications.hpp"
#include "room/speakers.hpp"
#include "room/stage.hpp"
#include "room/subscription.hpp"

namespace parlour::room {

class Routing {
 public:
  Routing(const Membership& members, const Publications& publications, const Clock& clock,
          Effects& effects);

  /// A member came; nobody's slots change by that alone.
  void add(const Member& member);
  /// A member left (and is out of the membership already).
  void remove(const Member& member);
  /// Tracks changed: mutes, layers, codecs, publications. Assigns everybody's slots anew.
  void tracksChanged();
  /// As Room::onAudioLevels. Assigns anew only where the order of speakers changed.
  void hear(const std::vector<std::pair<TrackId, uint8_t>>& levels);

  void setSlots(const ParticipantId& viewer, std::vector<Slot> slots);
  /// Error: no_such_slot. The participants named are the caller's to check.
  Result<void> setView(const ParticipantId& viewer, const std::vector<View>& views);
  const std::vector<SlotState>& states(const ParticipantId& viewer) const;

 private:
  void makeStage();
  void silenceClosedMicrophones();
  void tellSpeakers();
  void assignAll();
  void assign(const ParticipantId& viewer, Subscription& subscription);

  const Membership& members_;
  const Publications& publications_;
  const Clock& clock_;
  Effects& effects_;

  std::unordered_map<ParticipantId, Subscription> subscriptions_;
  std::unordered_map<TrackId, uint32_t> openMicrophones_;  ///< Track → CSRC of its participant.
  Speakers speakers_;
  Stage stage_;
};

}  // namespace parlour::room
