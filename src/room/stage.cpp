#include "room/stage.hpp"

#include <algorithm>
#include <tuple>

namespace parlour::room {
namespace {

bool received(const Track& track) {
  return !track.codec.name.empty() &&
         std::any_of(track.layers.begin(), track.layers.end(),
                     [](const Layer& layer) { return layer.fanout != 0; });
}

/// 0 screen shares, 1 people, 2 what cannot be seen or heard now.
int tier(const Candidate& candidate) {
  if (!candidate.flowing) return 2;
  return candidate.isScreen() ? 0 : 1;
}

bool before(const Candidate& a, const Candidate& b) {
  if (tier(a) != tier(b)) return tier(a) < tier(b);
  if (tier(a) == 0) return a.publishedOrder > b.publishedOrder;
  return std::tie(a.spokenRank, a.joinOrder, a.publishedOrder) <
         std::tie(b.spokenRank, b.joinOrder, b.publishedOrder);
}

}  // namespace

void Stage::add(const ParticipantId& participant, const Standing& standing, const Track& track,
                uint64_t publishedOrder) {
  Candidate candidate;
  candidate.participant = participant;
  candidate.csrc = standing.csrc;
  candidate.source = track.source;
  candidate.kind = track.kind;
  candidate.track = track.id;
  candidate.codec = indexOf(track.codec);
  candidate.layers = track.layers;
  candidate.flowing = received(track) && !track.muted && !track.mutedByHost;
  candidate.speaking = standing.speaking;
  candidate.spokenRank = standing.spokenRank;
  candidate.joinOrder = standing.joinOrder;
  candidate.publishedOrder = publishedOrder;
  (track.kind == Kind::kAudio ? audio_ : video_).push_back(std::move(candidate));
}

void Stage::rank() {
  std::sort(audio_.begin(), audio_.end(), before);
  std::sort(video_.begin(), video_.end(), before);
}

const Candidate* Stage::find(const ParticipantId& participant, Source source) const {
  for (const auto* list : {&audio_, &video_}) {
    const auto found = std::find_if(list->begin(), list->end(), [&](const Candidate& candidate) {
      return candidate.source == source && candidate.participant == participant;
    });
    if (found != list->end()) return &*found;
  }
  return nullptr;
}

const Candidate* Stage::find(Kind kind, TrackId track) const {
  const auto& list = ranked(kind);
  const auto found = std::find_if(list.begin(), list.end(), [&](const Candidate& candidate) {
    return candidate.track == track;
  });
  return found == list.end() ? nullptr : &*found;
}

size_t Stage::indexOf(const Codec& codec) {
  const auto found = std::find(codecs_.begin(), codecs_.end(), codec);
  if (found != codecs_.end()) return static_cast<size_t>(found - codecs_.begin());
  codecs_.push_back(codec);
  return codecs_.size() - 1;
}

}  // namespace parlour::room
