#include "room/slots.hpp"

#include <algorithm>
#include <cassert>

#include "room/decodable.hpp"

namespace parlour::room {
namespace {

/// One assignment under way.
class Assignment {
 public:
  Assignment(const Stage& stage, const Viewer& viewer, const std::vector<Assigned>& current)
      : stage_(stage), viewer_(viewer), current_(current), next_(viewer.places.size()) {
    for (const auto& decoder : viewer.decoders)
      for (const Codec& codec : stage.codecs()) decodable_.push_back(decodes(decoder, codec));
  }

  std::vector<Assigned> run() && {
    if (!viewer_.canSubscribe) return std::move(next_);
    for (size_t i = 0; i < next_.size(); ++i)
      if (!viewer_.places[i].view.automatic) next_[i] = explicitly(viewer_.places[i]);
    fillAutomatic(Kind::kAudio);
    fillAutomatic(Kind::kVideo);
    return std::move(next_);
  }

 private:
  using Ranked = std::vector<const Candidate*>;

  bool decodableAt(size_t place, const Candidate& candidate) const {
    return decodable_[viewer_.places[place].decoder * stage_.codecs().size() + candidate.codec];
  }

  Assigned explicitly(const Viewer::Place& place) const {
    const View& view = place.view;
    if (view.participant.empty() || view.participant == viewer_.id) return {};
    const size_t index = static_cast<size_t>(&place - viewer_.places.data());
    Assigned assigned{SlotReason::kGone, view.participant, view.source, 0};
    const Candidate* candidate = stage_.find(view.participant, view.source);
    if (!candidate || candidate->kind != place.kind) return assigned;
    assigned.track = candidate->track;
    assigned.reason = !candidate->flowing               ? SlotReason::kMuted
                      : !decodableAt(index, *candidate) ? SlotReason::kUndecodable
                                                        : SlotReason::kShown;
    return assigned;
  }

  /// Steps 2 to 4 for one kind.
  void fillAutomatic(Kind kind) {
    places_.clear();
    for (size_t i = 0; i < next_.size(); ++i)
      if (viewer_.places[i].kind == kind && viewer_.places[i].view.automatic) places_.push_back(i);
    if (places_.empty()) return;
    const Ranked wanted = wantedOf(kind);
    const auto most = wanted.begin() + std::min(wanted.size(), places_.size());
    seat(wanted.begin(), most);
    // Places are only left where some candidate could not be decoded in the free ones.
    if (!places_.empty()) seat(most, wanted.end());
  }

  /// Candidates for automatic places, those first that have to be seated first.
  Ranked wantedOf(Kind kind) const {
    Ranked wanted;
    for (const Candidate& candidate : stage_.ranked(kind))
      if (eligible(candidate)) wanted.push_back(&candidate);
    if (kind == Kind::kAudio && wanted.size() > places_.size())
      std::stable_sort(wanted.begin(), wanted.end(), [&](const Candidate* a, const Candidate* b) {
        return soundTier(*a) < soundTier(*b);
      });
    return wanted;
  }

  bool eligible(const Candidate& candidate) const {
    if (candidate.participant == viewer_.id) return false;
    if (candidate.kind == Kind::kVideo && !candidate.flowing) return false;
    const bool taken = std::any_of(next_.begin(), next_.end(), [&](const Assigned& assigned) {
      return assigned.track == candidate.track && assigned.reason != SlotReason::kUndecodable;
    });
    return !taken && std::any_of(places_.begin(), places_.end(),
                                 [&](size_t place) { return decodableAt(place, candidate); });
  }

  /// Step 3: screen sound, then who speaks and is heard already, then everybody else by rank;
  /// the muted last, among them those first that have a place.
  int soundTier(const Candidate& candidate) const {
    const bool seated = placeOf(candidate) != places_.end();
    if (!candidate.flowing) return seated ? 3 : 4;
    if (candidate.isScreen()) return 0;
    return seated && candidate.speaking ? 1 : 2;
  }

  /// The free automatic place that the candidate had before.
  std::vector<size_t>::const_iterator placeOf(const Candidate& candidate) const {
    return std::find_if(places_.begin(), places_.end(), [&](size_t place) {
      return current_[place].track == candidate.track && decodableAt(place, candidate);
    });
  }

  /// Gives places to candidates: first to those that had one, then, in order, to the others.
  void seat(Ranked::const_iterator first, Ranked::const_iterator last) {
    Ranked standing;
    for (auto it = first; it != last; ++it) {
      const auto place = placeOf(**it);
      if (place == places_.end())
        standing.push_back(*it);
      else
        take(place, **it);
    }
    for (const Candidate* candidate : standing) {
      const auto place = std::find_if(places_.begin(), places_.end(),
                                      [&](size_t i) { return decodableAt(i, *candidate); });
      if (place != places_.end()) take(place, *candidate);
    }
  }

  void take(std::vector<size_t>::const_iterator place, const Candidate& candidate) {
    next_[*place] = {candidate.flowing ? SlotReason::kShown : SlotReason::kMuted,
                     candidate.participant, candidate.source, candidate.track};
    places_.erase(place);
  }

  const Stage& stage_;
  const Viewer& viewer_;
  const std::vector<Assigned>& current_;
  std::vector<Assigned> next_;
  std::vector<bool> decodable_;  ///< Per decoder and codec of the stage.
  std::vector<size_t> places_;   ///< Free automatic places of the kind under way.
};

}  // namespace

std::vector<Assigned> assignSlots(const Stage& stage, const Viewer& viewer,
                                  const std::vector<Assigned>& current) {
  assert(current.size() == viewer.places.size());
  return Assignment(stage, viewer, current).run();
}

}  // namespace parlour::room
