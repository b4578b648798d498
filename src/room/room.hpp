// Room: who is here, what they publish, who sees whom in which slot. Policy without media.
//
// Everything that happens goes in as a method; everything that must be done comes out through
// `Outputs`, which call/ implements. Pure: no GStreamer, no I/O, time from a Clock.
// Thread: control.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "room/types.hpp"

namespace parlour::room {

/// Settings of a room (config `rooms.*`).
struct Policy {
  uint32_t maxParticipants = 100;
  uint32_t chatHistory = 500;  ///< Messages a late joiner sees.
  uint32_t chatMaxBytes = 4000;
  std::vector<std::string> videoCodecs;  ///< Preferred order asked of publishers.
};

/// What a room asks of the media side and of signalling. Called synchronously, before the method
/// that caused it returns, when the room's state is already the new one. Never re-entered: where a
/// callee calls the room, what that asks for comes after what is still to be asked. A callee may
/// destroy the room; nothing more is then asked.
class Outputs {
 public:
  virtual ~Outputs() = default;
  /// Tell one participant. Hidden rules (who may hear) are applied before the call.
  virtual void tell(const ParticipantId& to, const Event& event) = 0;
  /// Switch a slot of `viewer` to a layer (its `fanout`), or to nothing (0). `csrc` names the
  /// participant in the packets (0 with nothing). Only called on a change of either or of what
  /// codec the layer carries, and not for slots that went with setSlots() or with their viewer. The
  /// media side waits for a key frame by itself.
  virtual void fillSlot(const ParticipantId& viewer, const std::string& mid, TrackId fanout,
                        uint32_t csrc) = 0;
  /// Drop a publication's media at the server (muted by the host), or let it through again.
  virtual void gateTrack(const ParticipantId& publisher, TrackId track, bool open) = 0;
  /// A participant's stay ends by the room's decision (removed, replaced). It is out of the room
  /// already (leave() is not needed, and harmless); the callee tells it `Ended` and closes its
  /// session.
  virtual void evict(const ParticipantId& id, LeaveReason reason, const std::string& message) = 0;
};

/// What a joiner is told at once.
struct Snapshot {
  Participant self;
  std::vector<Participant> participants;  ///< The others that it may see.
  std::vector<ChatMessage> chat;
  std::vector<SlotState> slots;
  bool locked = false;
};

enum class Moderation { kMute, kUnmute, kRemove, kLock, kUnlock };

class Room {
 public:
  Room(std::string name, Policy policy, const Clock& clock, Outputs& outputs);
  ~Room();

  /// Adds a participant (its `id` set by the caller, its tracks come with setTracks()). The older
  /// one with the same identity is evicted (kReplaced); such a joiner passes limit and lock. An
  /// empty identity becomes the id, an empty name the identity. Errors: room_full, room_locked
  /// (moderators pass), bad_message (the name), draining is not ours.
  Result<Snapshot> join(Participant participant);
  /// Unknown ids change nothing, here and below.
  void leave(const ParticipantId& id, LeaveReason reason);
  Result<Snapshot> snapshot(const ParticipantId& id) const;

  /// Replaces the whole list of what a participant publishes; unchanged tracks keep their ids: a
  /// track with id 0 gets that of the track with its mid, kind and source, or a new one of
  /// newTrackId(). A track can be put into slots once its codec has a name and one of its layers a
  /// fanout. `mutedByHost` is the room's own.
  void setTracks(const ParticipantId& id, std::vector<Track> tracks);
  /// A layer's real size or a track's codec became known: takes over codec and layers.
  void updateTrack(const ParticipantId& id, const Track& track);
  /// The publisher mutes or unmutes one of its own tracks. Error: no_such_track.
  Result<void> setMuted(const ParticipantId& id, const std::string& mid, bool muted);
  /// Error: bad_message (see displayName() in room/text.hpp).
  Result<void> rename(const ParticipantId& id, const std::string& name);
  Result<void> raiseHand(const ParticipantId& id, bool raised);
  void setConnection(const ParticipantId& id, Connection connection);
  void setQuality(const ParticipantId& id, uint8_t score);

  /// Replaces the receive slots of a subscriber (after its offer was answered). Slots whose mid and
  /// kind stay keep what they hold and are not filled again; new ones are kEmpty until told
  /// otherwise.
  void setSlots(const ParticipantId& id, std::vector<Slot> slots);
  /// Changes what it wants in some of its slots; all of them or none. Errors: no_such_slot,
  /// no_such_participant, not_allowed (itself).
  Result<void> setView(const ParticipantId& id, const std::vector<View>& views);

  /// Sends a message to everybody, or to one (`to`) and its sender. Errors: not_allowed,
  /// no_such_participant, chat_empty, chat_too_long, bad_message.
  Result<ChatMessage> chat(const ParticipantId& from, const std::string& text,
                           const ParticipantId& to);
  /// A message of the data channel or its WebSocket fallback; the server stamps the sender, who
  /// does not get it back. Errors: not_allowed, no_such_participant, bad_message.
  Result<void> data(const ParticipantId& from, const std::string& payload, const ParticipantId& to);
  /// `target` and `source` only where the act needs them. kMute without a source closes all audio,
  /// kUnmute without one opens everything. A mute holds for the identity and the source while the
  /// room lives, also when it is published anew or its participant comes back. Errors:
  /// not_moderator, no_such_participant, no_such_track.
  Result<void> moderate(const ParticipantId& by, Moderation act, const ParticipantId& target,
                        const Source* source);
  /// As a moderator without a participant (admin API).
  Result<void> moderateAsAdmin(Moderation act, const ParticipantId& target, const Source* source);

  /// Levels heard since the last call: (Track::id, loudest -dBov). Drives speakers and automatic
  /// slots. Call it about every 100 ms while anybody publishes a microphone, with an empty list
  /// where nobody is heard: people stop being speakers by these calls too.
  void onAudioLevels(const std::vector<std::pair<TrackId, uint8_t>>& levels);

  const std::string& name() const;
  bool empty() const;
  size_t size() const;  ///< Hidden ones too.
  bool locked() const;
  std::vector<Participant> participants() const;  ///< Hidden ones too.
  /// Null where it is not here. Valid until the next change of the room.
  const Participant* find(const ParticipantId& id) const;
  std::vector<SlotState> slots(const ParticipantId& id) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parlour::room
