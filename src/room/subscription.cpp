#include "room/subscription.hpp"

#include <algorithm>
#include <utility>

#include "room/layers.hpp"

namespace parlour::room {
namespace {

Kind kindOf(Source source) {
  return source == Source::kMicrophone || source == Source::kScreenAudio ? Kind::kAudio
                                                                         : Kind::kVideo;
}

}  // namespace

Subscription::Subscription(ParticipantId viewer, bool canSubscribe) {
  viewer_.id = std::move(viewer);
  viewer_.canSubscribe = canSubscribe;
}

void Subscription::setSlots(std::vector<Slot> slots) {
  Subscription before = std::move(*this);
  *this = Subscription(before.viewer_.id, before.viewer_.canSubscribe);
  removed_ = std::move(before.removed_);
  for (Slot& slot : slots) {
    if (placeOf(slot.mid)) continue;
    Viewer::Place place{slot.mid, slot.kind, decoderOf(slot.decodable), {}};
    place.view.mid = slot.mid;
    Assigned assigned;
    Flow flow;
    SlotState state;
    state.mid = slot.mid;
    const Viewer::Place* old = before.placeOf(slot.mid);
    if (old && old->kind == slot.kind) {
      const size_t index = static_cast<size_t>(old - before.viewer_.places.data());
      place.view = old->view;
      assigned = before.assigned_[index];
      flow = before.flows_[index];
      state = before.states_[index];
    }
    viewer_.places.push_back(std::move(place));
    assigned_.push_back(std::move(assigned));
    flows_.push_back(std::move(flow));
    states_.push_back(std::move(state));
  }
  for (size_t i = 0; i < before.states_.size(); ++i) {
    const Viewer::Place& old = before.viewer_.places[i];
    const Viewer::Place* kept = placeOf(old.mid);
    if (before.states_[i].reason != SlotReason::kEmpty && (!kept || kept->kind != old.kind))
      removed_.push_back({old.mid, SlotReason::kEmpty, {}, Source::kCamera, 0, 0});
  }
}

Result<void> Subscription::setView(const std::vector<View>& views) {
  for (const View& view : views) {
    const Viewer::Place* place = placeOf(view.mid);
    if (!place) return invalid("no_such_slot", "You have no receive slot \"" + view.mid + "\".");
    if (!view.automatic && !view.participant.empty() && kindOf(view.source) != place->kind)
      return invalid("no_such_slot", "Slot \"" + view.mid + "\" is of the other kind (audio, " +
                                         "video) than the source.");
  }
  for (const View& view : views) placeOf(view.mid)->view = view;
  return {};
}

Subscription::Change Subscription::update(const Stage& stage) {
  Change change;
  change.states = std::exchange(removed_, {});
  std::vector<Assigned> next = assignSlots(stage, viewer_, assigned_);
  for (size_t i = 0; i < next.size(); ++i) {
    const Viewer::Place& place = viewer_.places[i];
    assigned_[i] = std::move(next[i]);
    const Candidate* candidate =
        assigned_[i].track ? stage.find(place.kind, assigned_[i].track) : nullptr;
    Flow flow = flowOf(i, candidate, stage);
    if (!(flow == flows_[i])) change.fills.push_back({place.mid, flow.fanout, flow.csrc});
    flows_[i] = std::move(flow);
    SlotState state = stateOf(i, candidate);
    if (state == states_[i]) continue;
    change.states.push_back(state);
    states_[i] = std::move(state);
  }
  return change;
}

Viewer::Place* Subscription::placeOf(const std::string& mid) {
  const auto found = std::find_if(viewer_.places.begin(), viewer_.places.end(),
                                  [&](const Viewer::Place& place) { return place.mid == mid; });
  return found == viewer_.places.end() ? nullptr : &*found;
}

SlotState Subscription::stateOf(size_t place, const Candidate* candidate) const {
  const Assigned& assigned = assigned_[place];
  SlotState state;
  state.mid = viewer_.places[place].mid;
  state.reason = assigned.reason;
  state.participant = assigned.participant;
  state.source = assigned.source;
  state.track = assigned.reason == SlotReason::kShown ? assigned.track : 0;
  state.csrc = candidate ? candidate->csrc : 0;
  return state;
}

Subscription::Flow Subscription::flowOf(size_t place, const Candidate* candidate,
                                        const Stage& stage) const {
  if (assigned_[place].reason != SlotReason::kShown) return {};
  const View& view = viewer_.places[place].view;
  return {chooseLayer(candidate->layers, {view.width, view.height}), candidate->csrc,
          stage.codecs()[candidate->codec]};
}

size_t Subscription::decoderOf(const std::vector<Codec>& decodable) {
  const auto found = std::find(viewer_.decoders.begin(), viewer_.decoders.end(), decodable);
  if (found != viewer_.decoders.end()) return static_cast<size_t>(found - viewer_.decoders.begin());
  viewer_.decoders.push_back(decodable);
  return viewer_.decoders.size() - 1;
}

}  // namespace parlour::room
