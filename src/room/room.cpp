#include "room/room.hpp"

#include <cassert>
#include <utility>

#include "room/chat_log.hpp"
#include "room/effects.hpp"
#include "room/membership.hpp"
#include "room/moderation.hpp"
#include "room/publications.hpp"
#include "room/routing.hpp"
#include "room/text.hpp"

namespace parlour::room {
namespace {

Error noSuchParticipant(const ParticipantId& id) {
  return invalid("no_such_participant", "There is no participant \"" + id + "\" here.");
}

}  // namespace

/// The parts of a room, and how a change of one reaches the others. Every public method changes
/// state first and flushes the effects last.
class Room::Impl {
 public:
  Impl(std::string name, const Policy& policy, const Clock& clock, Outputs& outputs)
      : name_(std::move(name)),
        effects_(std::make_shared<Effects>(outputs)),
        members_(name_, policy.maxParticipants),
        chat_({policy.chatHistory, policy.chatMaxBytes}, clock),
        routing_(members_, publications_, clock, *effects_) {}
  ~Impl() { effects_->close(); }

  Snapshot snapshotOf(const Member& self) const;
  /// Takes a member out and tells the others. False when it is not here.
  bool takeOut(const ParticipantId& id, LeaveReason reason);
  void evict(const ParticipantId& id, LeaveReason reason, const std::string& message);

  void tell(const ParticipantId& to, Event event) {
    effects_->tell(to, std::make_shared<const Event>(std::move(event)));
  }
  /// Tells everybody, `subject` included. Of a hidden one only itself is told.
  void tellAbout(const Member& subject, Event event);
  void tellAll(Event event) { tellOthers({}, std::move(event)); }
  void tellOthers(const ParticipantId& except, Event event);
  void tellUpdated(const Member& member) {
    tellAbout(member, ParticipantUpdated{member.participant});
  }

  void applyTracks(const Member& member, const TrackChange& change);
  Result<void> moderate(Moderation act, const ParticipantId& target, const Source* source);
  void setLocked(bool locked);

  /// Whether `from` may send to `to` (empty: everybody).
  Result<const Member*> sender(const ParticipantId& from, const ParticipantId& to) const;
  Result<void> checkViews(const ParticipantId& viewer, const std::vector<View>& views) const;

  const std::string name_;
  const std::shared_ptr<Effects> effects_;
  Membership members_;
  Publications publications_;
  ChatLog chat_;
  Routing routing_;
};

Snapshot Room::Impl::snapshotOf(const Member& self) const {
  Snapshot snapshot;
  snapshot.self = self.participant;
  for (const auto& member : members_.all())
    if (member.get() != &self && member->visible())
      snapshot.participants.push_back(member->participant);
  snapshot.chat = chat_.visibleTo(self.id());
  snapshot.slots = routing_.states(self.id());
  snapshot.locked = members_.locked();
  return snapshot;
}

bool Room::Impl::takeOut(const ParticipantId& id, LeaveReason reason) {
  const std::unique_ptr<Member> left = members_.remove(id);
  if (!left) return false;
  if (left->visible()) tellAll(ParticipantLeft{left->id(), reason});
  publications_.forget(left->id());
  routing_.remove(*left);
  chat_.dropUnreadable([&](const ParticipantId& reader) { return members_.find(reader); });
  return true;
}

void Room::Impl::evict(const ParticipantId& id, LeaveReason reason, const std::string& message) {
  // Its own end first: it must not hear of its own leaving as of somebody else's.
  effects_->evict(id, reason, message);
  takeOut(id, reason);
}

void Room::Impl::tellOthers(const ParticipantId& except, Event event) {
  const auto shared = std::make_shared<const Event>(std::move(event));
  for (const auto& member : members_.all())
    if (member->id() != except) effects_->tell(member->id(), shared);
}

void Room::Impl::tellAbout(const Member& subject, Event event) {
  if (subject.visible())
    tellAll(std::move(event));
  else
    tell(subject.id(), std::move(event));
}

void Room::Impl::applyTracks(const Member& member, const TrackChange& change) {
  for (const TrackChange::Gate& gate : change.gates)
    effects_->gateTrack(member.id(), gate.track, gate.open);
  if (change.visible) tellUpdated(member);
  if (change.routed) routing_.tracksChanged();
}

Result<void> Room::Impl::moderate(Moderation act, const ParticipantId& target,
                                  const Source* source) {
  if (!needsTarget(act)) {
    setLocked(act == Moderation::kLock);
    return {};
  }
  Member* member = members_.find(target);
  if (!member) return noSuchParticipant(target);
  if (act == Moderation::kRemove) {
    evict(target, LeaveReason::kRemoved, "A moderator removed you from the room.");
    return {};
  }
  const auto change =
      publications_.setMutedByHost(member->participant, source, act == Moderation::kMute);
  if (!change) return change.error();
  applyTracks(*member, *change);
  return {};
}

void Room::Impl::setLocked(bool locked) {
  if (members_.setLocked(locked)) tellAll(RoomUpdated{locked});
}

Result<const Member*> Room::Impl::sender(const ParticipantId& from, const ParticipantId& to) const {
  const Member* member = members_.find(from);
  if (!member) return noSuchParticipant(from);
  if (!member->participant.grants.canChat)
    return refused("not_allowed", "Your token does not allow messages.");
  if (!member->visible())
    return refused("not_allowed", "Hidden participants cannot send messages.");
  const Member* receiver = to.empty() ? nullptr : members_.find(to);
  if (!to.empty() && (!receiver || !receiver->visible())) return noSuchParticipant(to);
  return member;
}

Result<void> Room::Impl::checkViews(const ParticipantId& viewer,
                                    const std::vector<View>& views) const {
  for (const View& view : views) {
    if (view.automatic || view.participant.empty()) continue;
    if (view.participant == viewer) return refused("not_allowed", "You cannot view yourself.");
    const Member* member = members_.find(view.participant);
    if (!member || !member->visible()) return noSuchParticipant(view.participant);
  }
  return {};
}

Room::Room(std::string name, Policy policy, const Clock& clock, Outputs& outputs)
    : impl_(std::make_unique<Impl>(std::move(name), policy, clock, outputs)) {}
Room::~Room() = default;

Result<Snapshot> Room::join(Participant participant) {
  if (participant.id.empty() || find(participant.id))
    return failed("internal", "A participant needs an id of its own.");
  if (auto admitted = impl_->members_.admit(participant); !admitted) return admitted.error();
  participant.tracks.clear();  // Published by setTracks() alone.
  if (const Member* older = impl_->members_.replaces(participant))
    impl_->evict(ParticipantId(older->id()), LeaveReason::kReplaced,
                 "You joined this room again from somewhere else.");
  const Member& member = impl_->members_.add(std::move(participant));
  impl_->routing_.add(member);
  if (member.visible()) impl_->tellOthers(member.id(), ParticipantJoined{member.participant});
  Snapshot snapshot = impl_->snapshotOf(member);
  impl_->effects_->flush();
  return snapshot;
}

void Room::leave(const ParticipantId& id, LeaveReason reason) {
  impl_->takeOut(ParticipantId(id), reason);
  impl_->effects_->flush();
}

Result<Snapshot> Room::snapshot(const ParticipantId& id) const {
  const Member* member = impl_->members_.find(id);
  if (!member) return noSuchParticipant(id);
  return impl_->snapshotOf(*member);
}

void Room::setTracks(const ParticipantId& id, std::vector<Track> tracks) {
  Member* member = impl_->members_.find(id);
  if (!member) return;
  impl_->applyTracks(*member, impl_->publications_.replace(member->participant, std::move(tracks)));
  impl_->effects_->flush();
}

void Room::updateTrack(const ParticipantId& id, const Track& track) {
  Member* member = impl_->members_.find(id);
  if (!member) return;
  impl_->applyTracks(*member, impl_->publications_.update(member->participant, track));
  impl_->effects_->flush();
}

Result<void> Room::setMuted(const ParticipantId& id, const std::string& mid, bool muted) {
  Member* member = impl_->members_.find(id);
  if (!member) return noSuchParticipant(id);
  const auto change = impl_->publications_.setMuted(member->participant, mid, muted);
  if (!change) return change.error();
  impl_->applyTracks(*member, *change);
  impl_->effects_->flush();
  return {};
}

Result<void> Room::rename(const ParticipantId& id, const std::string& name) {
  Member* member = impl_->members_.find(id);
  if (!member) return noSuchParticipant(id);
  auto shown = displayName(name);
  if (!shown) return shown.error();
  if (std::exchange(member->participant.name, *shown) == *shown) return {};
  impl_->tellUpdated(*member);
  impl_->effects_->flush();
  return {};
}

Result<void> Room::raiseHand(const ParticipantId& id, bool raised) {
  Member* member = impl_->members_.find(id);
  if (!member) return noSuchParticipant(id);
  if (std::exchange(member->participant.handRaised, raised) == raised) return {};
  impl_->tellUpdated(*member);
  impl_->effects_->flush();
  return {};
}

void Room::setConnection(const ParticipantId& id, Connection connection) {
  Member* member = impl_->members_.find(id);
  if (!member || std::exchange(member->participant.connection, connection) == connection) return;
  impl_->tellUpdated(*member);
  impl_->effects_->flush();
}

void Room::setQuality(const ParticipantId& id, uint8_t score) {
  Member* member = impl_->members_.find(id);
  if (!member || member->quality == score) return;
  member->quality = score;
  impl_->tellAbout(*member, QualityChanged{member->id(), score});
  impl_->effects_->flush();
}

void Room::setSlots(const ParticipantId& id, std::vector<Slot> slots) {
  impl_->routing_.setSlots(id, std::move(slots));
  impl_->effects_->flush();
}

Result<void> Room::setView(const ParticipantId& id, const std::vector<View>& views) {
  if (!impl_->members_.find(id)) return noSuchParticipant(id);
  if (auto checked = impl_->checkViews(id, views); !checked) return checked;
  auto set = impl_->routing_.setView(id, views);
  impl_->effects_->flush();
  return set;
}

Result<ChatMessage> Room::chat(const ParticipantId& from, const std::string& text,
                               const ParticipantId& to) {
  const auto sender = impl_->sender(from, to);
  if (!sender) return sender.error();
  const auto message = impl_->chat_.post((*sender)->participant, to, text);
  if (!message) return message;
  if (to.empty()) {
    impl_->tellAll(ChatPosted{*message});
  } else {
    impl_->tell(from, ChatPosted{*message});
    if (to != from) impl_->tell(to, ChatPosted{*message});
  }
  impl_->effects_->flush();
  return message;
}

Result<void> Room::data(const ParticipantId& from, const std::string& payload,
                        const ParticipantId& to) {
  const auto sender = impl_->sender(from, to);
  if (!sender) return sender.error();
  if (!isUtf8(payload)) return invalid("bad_message", "The payload is not valid UTF-8.");
  if (!to.empty())
    impl_->tell(to, DataReceived{from, to, payload});
  else
    impl_->tellOthers(from, DataReceived{from, to, payload});
  impl_->effects_->flush();
  return {};
}

Result<void> Room::moderate(const ParticipantId& by, Moderation act, const ParticipantId& target,
                            const Source* source) {
  if (auto may = mayModerate(impl_->members_, by, act, target); !may) return may;
  return moderateAsAdmin(act, target, source);
}

Result<void> Room::moderateAsAdmin(Moderation act, const ParticipantId& target,
                                   const Source* source) {
  auto done = impl_->moderate(act, ParticipantId(target), source);
  impl_->effects_->flush();
  return done;
}

void Room::onAudioLevels(const std::vector<std::pair<TrackId, uint8_t>>& levels) {
  impl_->routing_.hear(levels);
  impl_->effects_->flush();
}

const std::string& Room::name() const {
  return impl_->name_;
}
bool Room::empty() const {
  return impl_->members_.all().empty();
}
size_t Room::size() const {
  return impl_->members_.all().size();
}
bool Room::locked() const {
  return impl_->members_.locked();
}

std::vector<Participant> Room::participants() const {
  std::vector<Participant> all;
  for (const auto& member : impl_->members_.all()) all.push_back(member->participant);
  return all;
}

const Participant* Room::find(const ParticipantId& id) const {
  const Member* member = impl_->members_.find(id);
  return member ? &member->participant : nullptr;
}

std::vector<SlotState> Room::slots(const ParticipantId& id) const {
  return impl_->routing_.states(id);
}

}  // namespace parlour::room
