#include "room/publications.hpp"

#include <algorithm>

#include "room/track_ids.hpp"

namespace parlour::room {
namespace {

bool samePlace(const Track& a, const Track& b) {
  return a.mid == b.mid && a.kind == b.kind && a.source == b.source;
}

const Track* predecessor(const std::vector<Track>& before, const Track& track) {
  const auto found = std::find_if(before.begin(), before.end(), [&](const Track& old) {
    return track.id ? old.id == track.id : samePlace(old, track);
  });
  return found == before.end() ? nullptr : &*found;
}

/// What people are told of a track; layers are between the server and its slots.
bool looksSame(const Track& a, const Track& b) {
  return a.id == b.id && samePlace(a, b) && a.codec == b.codec && a.muted == b.muted &&
         a.mutedByHost == b.mutedByHost;
}

void keepKnownSizes(std::vector<Layer>& layers, const std::vector<Layer>& before) {
  for (Layer& layer : layers) {
    if (layer.width && layer.height) continue;
    const auto old = std::find_if(before.begin(), before.end(),
                                  [&](const Layer& other) { return other.rid == layer.rid; });
    if (old == before.end()) continue;
    layer.width = old->width;
    layer.height = old->height;
  }
}

bool isAudio(Source source) {
  return source == Source::kMicrophone || source == Source::kScreenAudio;
}

}  // namespace

TrackChange Publications::replace(Participant& participant, std::vector<Track> tracks) {
  if (participant.grants.hidden || !participant.grants.canPublish) tracks.clear();
  TrackChange change;
  std::vector<Track>& before = participant.tracks;
  for (Track& track : tracks) {
    const Track* old = predecessor(before, track);
    if (!track.id) track.id = old ? old->id : newTrackId();
    if (old && track.codec.name.empty()) track.codec = old->codec;
    if (old) keepKnownSizes(track.layers, old->layers);
    track.mutedByHost = closed(participant.identity, track.source);
    if (track.mutedByHost && !(old && old->mutedByHost)) change.gates.push_back({track.id, false});
    if (!order_.count(track.id)) {
      order_[track.id] = ++lastOrder_;
      published_[participant.id].insert(track.id);
    }
  }
  for (const Track& old : before) {
    const bool kept = std::any_of(tracks.begin(), tracks.end(),
                                  [&](const Track& track) { return track.id == old.id; });
    if (!kept) drop(participant.id, old.id);
  }
  change.visible =
      !std::equal(before.begin(), before.end(), tracks.begin(), tracks.end(), looksSame);
  change.routed = change.visible || !std::equal(before.begin(), before.end(), tracks.begin(),
                                                tracks.end(), [](const Track& a, const Track& b) {
                                                  return a.layers == b.layers;
                                                });
  before = std::move(tracks);
  return change;
}

TrackChange Publications::update(Participant& participant, const Track& track) {
  const auto found = std::find_if(participant.tracks.begin(), participant.tracks.end(),
                                  [&](const Track& old) { return old.id == track.id; });
  if (found == participant.tracks.end()) return {};
  TrackChange change;
  if (!track.codec.name.empty() && !(found->codec == track.codec)) {
    found->codec = track.codec;
    change.visible = true;
  }
  change.routed = change.visible || found->layers != track.layers;
  found->layers = track.layers;
  return change;
}

Result<TrackChange> Publications::setMuted(Participant& participant, const std::string& mid,
                                           bool muted) {
  const auto found = std::find_if(participant.tracks.begin(), participant.tracks.end(),
                                  [&](const Track& track) { return track.mid == mid; });
  if (found == participant.tracks.end())
    return invalid("no_such_track", "You publish nothing on m-line \"" + mid + "\".");
  TrackChange change;
  change.visible = found->muted != muted;
  // While a moderator's mute holds, the publisher's own changes nothing that flows.
  change.routed = change.visible && !found->mutedByHost;
  found->muted = muted;
  return change;
}

Result<TrackChange> Publications::setMutedByHost(Participant& participant, const Source* source,
                                                 bool muted) {
  const auto concerned = [&](Source s) { return source ? s == *source : !muted || isAudio(s); };
  TrackChange change;
  std::set<Source> published;
  for (Track& track : participant.tracks) {
    if (!concerned(track.source)) continue;
    published.insert(track.source);
    if (track.mutedByHost == muted) continue;
    track.mutedByHost = muted;
    change.gates.push_back({track.id, !muted});
  }
  const bool known =
      muted ? !published.empty() : lift(participant.identity, concerned) || !published.empty();
  if (!known)
    return invalid("no_such_track", participant.name + " publishes nothing of that kind.");
  if (muted) closed_[participant.identity].merge(published);
  change.visible = change.routed = !change.gates.empty();
  return change;
}

void Publications::forget(const ParticipantId& id) {
  if (const auto found = published_.find(id); found != published_.end())
    for (const TrackId track : found->second) order_.erase(track);
  published_.erase(id);
}

uint64_t Publications::publishedOrder(TrackId track) const {
  const auto found = order_.find(track);
  return found == order_.end() ? 0 : found->second;
}

bool Publications::closed(const std::string& identity, Source source) const {
  const auto found = closed_.find(identity);
  return found != closed_.end() && found->second.count(source) > 0;
}

bool Publications::lift(const std::string& identity, const std::function<bool(Source)>& concerned) {
  const auto found = closed_.find(identity);
  if (found == closed_.end()) return false;
  const bool any = std::erase_if(found->second, concerned) > 0;
  if (found->second.empty()) closed_.erase(found);
  return any;
}

void Publications::drop(const ParticipantId& id, TrackId track) {
  order_.erase(track);
  published_[id].erase(track);
}

}  // namespace parlour::room
