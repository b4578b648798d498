#include "room/routing.hpp"

#include <algorithm>
#include <memory>

namespace parlour::room {

Routing::Routing(const Membership& members, const Publications& publications, const Clock& clock,
                 Effects& effects)
    : members_(members), publications_(publications), clock_(clock), effects_(effects) {}

void Routing::add(const Member& member) {
  subscriptions_.emplace(member.id(),
                         Subscription(member.id(), member.participant.grants.canSubscribe));
}

void Routing::remove(const Member& member) {
  subscriptions_.erase(member.id());
  for (const Track& track : member.participant.tracks) openMicrophones_.erase(track.id);
  if (speakers_.silence(member.csrc)) tellSpeakers();
  speakers_.forget(member.csrc);
  makeStage();
  assignAll();
}

void Routing::tracksChanged() {
  silenceClosedMicrophones();
  makeStage();
  assignAll();
}

void Routing::hear(const std::vector<std::pair<TrackId, uint8_t>>& levels) {
  std::vector<std::pair<uint32_t, uint8_t>> heard;
  for (const auto& [track, level] : levels)
    if (const auto found = openMicrophones_.find(track); found != openMicrophones_.end())
      heard.emplace_back(found->second, level);
  if (!speakers_.update(heard, clock_.nowNs())) return;
  tellSpeakers();
  makeStage();
  assignAll();
}

void Routing::setSlots(const ParticipantId& viewer, std::vector<Slot> slots) {
  const auto found = subscriptions_.find(viewer);
  if (found == subscriptions_.end()) return;
  found->second.setSlots(std::move(slots));
  assign(viewer, found->second);
}

Result<void> Routing::setView(const ParticipantId& viewer, const std::vector<View>& views) {
  Subscription& subscription = subscriptions_.at(viewer);
  if (auto set = subscription.setView(views); !set) return set;
  assign(viewer, subscription);
  return {};
}

const std::vector<SlotState>& Routing::states(const ParticipantId& viewer) const {
  static const std::vector<SlotState> kNone;
  const auto found = subscriptions_.find(viewer);
  return found == subscriptions_.end() ? kNone : found->second.states();
}

void Routing::makeStage() {
  std::unordered_map<uint32_t, uint32_t> spokenRank;
  for (const uint32_t csrc : speakers_.order())
    spokenRank.emplace(csrc, static_cast<uint32_t>(spokenRank.size()));
  stage_ = Stage();
  for (const auto& member : members_.all()) {
    Standing standing{member->csrc, member->joinOrder};
    if (const auto found = spokenRank.find(member->csrc); found != spokenRank.end()) {
      standing.spokenRank = found->second;
      standing.speaking = found->second < speakers_.speaking();
    }
    for (const Track& track : member->participant.tracks)
      stage_.add(member->id(), standing, track, publications_.publishedOrder(track.id));
  }
  stage_.rank();
}

void Routing::silenceClosedMicrophones() {
  std::unordered_map<TrackId, uint32_t> open;
  for (const auto& member : members_.all())
    for (const Track& track : member->participant.tracks)
      if (track.source == Source::kMicrophone && !track.muted && !track.mutedByHost)
        open.emplace(track.id, member->csrc);
  bool changed = false;
  for (const auto& [track, csrc] : openMicrophones_)
    if (!open.count(track)) changed = speakers_.silence(csrc) || changed;
  openMicrophones_ = std::move(open);
  if (changed) tellSpeakers();
}

void Routing::tellSpeakers() {
  std::unordered_map<uint32_t, const Member*> byCsrc;
  for (const auto& member : members_.all()) byCsrc.emplace(member->csrc, member.get());
  SpeakersChanged changed;
  for (const Speakers::Speaker& speaker : speakers_.now())
    if (const auto found = byCsrc.find(speaker.csrc); found != byCsrc.end())
      changed.speakers.push_back({found->second->id(), speaker.level});
  const auto event = std::make_shared<const Event>(std::move(changed));
  for (const auto& member : members_.all()) effects_.tell(member->id(), event);
}

void Routing::assignAll() {
  for (const auto& member : members_.all()) assign(member->id(), subscriptions_.at(member->id()));
}

void Routing::assign(const ParticipantId& viewer, Subscription& subscription) {
  Subscription::Change change = subscription.update(stage_);
  for (const Subscription::Fill& fill : change.fills)
    effects_.fillSlot(viewer, fill.mid, fill.fanout, fill.csrc);
  if (!change.states.empty())
    effects_.tell(viewer, std::make_shared<const Event>(SlotsChanged{std::move(change.states)}));
}

}  // namespace parlour::room
