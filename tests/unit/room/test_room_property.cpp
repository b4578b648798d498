// Any sequence of operations keeps the invariants of docs/design/rooms.md.
#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <source_location>
#include <string>

#include "recording_outputs.hpp"
#include "room/decodable.hpp"

using namespace parlour;
using namespace parlour::room;
using namespace parlour::room::test;

namespace {

const Codec kAv1{"AV1", 90000, "0"};
const Codec kRed{"red", 48000, ""};

/// What a client and the media side know from what they were told, and what they asked for.
struct Mirror {
  std::map<std::string, std::vector<Codec>> decodable;
  std::map<std::string, View> wanted;
  std::map<std::string, SlotState> slots;
  std::map<std::string, std::pair<TrackId, uint32_t>> fills;
  std::set<ParticipantId> others;
};

/// ck_assert() writes to a pipe each time it is passed; this is passed millions of times.
void require(bool holds, const char* what = "an invariant",
             const std::source_location& at = std::source_location::current()) {
  if (!holds) ck_abort_msg("line %u: %s", at.line(), what);
}

/// A room under random operations, with mirrors of what everybody was told.
class Churn {
 public:
  explicit Churn(uint32_t seed) : random_(seed), scene_(policy()) {}

  /// Runs operations and checks the invariants after each. Returns all that was told.
  std::string run(int operations) {
    for (int i = 0; i < operations; ++i) {
      operate();
      follow();
      check();
    }
    return trace_;
  }

 private:
  static Policy policy() {
    Policy policy;
    policy.maxParticipants = 12;
    policy.chatHistory = 5;
    return policy;
  }
  uint32_t upTo(uint32_t bound) { return static_cast<uint32_t>(random_() % bound); }
  bool oneIn(uint32_t n) { return upTo(n) == 0; }
  Room& room() { return scene_.room; }

  ParticipantId someone() {
    const auto all = room().participants();
    if (all.empty() || oneIn(20)) return "p_nobody";
    return all[upTo(static_cast<uint32_t>(all.size()))].id;
  }

  void operate() {
    switch (upTo(16)) {
      case 0:
      case 1:
        return join();
      case 2:
        return leave();
      case 3:
      case 4:
        return publish();
      case 5:
        return learn();
      case 6:
        return mute();
      case 7:
        return subscribe();
      case 8:
      case 9:
        return view();
      case 10:
        return moderate();
      case 11:
        return talk();
      default:
        return hear();
    }
  }

  void join() {
    Participant p = person("p_" + std::to_string(++lastId_));
    p.identity = "i" + std::to_string(upTo(20));
    p.grants.hidden = oneIn(8);
    p.grants.canSubscribe = !oneIn(8);
    p.grants.canPublish = !oneIn(8);
    p.grants.moderator = oneIn(4);
    const auto joined = room().join(p);
    if (!joined) return;
    Mirror mirror;
    for (const Participant& other : joined->participants) mirror.others.insert(other.id);
    mirrors_[p.id] = mirror;
    offer(p.id);
  }
  void leave() {
    const ParticipantId id = someone();
    room().leave(id, LeaveReason::kLeft);
  }
  void publish() {
    const ParticipantId id = someone();
    std::vector<Track> tracks;
    const Participant* participant = room().find(id);
    if (participant)
      for (const Track& track : participant->tracks)
        if (!oneIn(3)) tracks.push_back(track);
    for (const Source source :
         {Source::kMicrophone, Source::kCamera, Source::kScreen, Source::kScreenAudio}) {
      const bool has = std::any_of(tracks.begin(), tracks.end(),
                                   [&](const Track& track) { return track.source == source; });
      if (has || oneIn(2)) continue;
      tracks.push_back(someTrack(source));
    }
    room().setTracks(id, tracks);
  }
  Track someTrack(Source source) {
    lastTrack_ += 10;
    Track made = track(lastTrack_, source);
    if (oneIn(6)) made.codec = made.kind == Kind::kAudio ? kRed : oneIn(2) ? kH264 : kAv1;
    if (oneIn(8)) made.codec.name.clear();
    made.muted = oneIn(5);
    if (made.kind == Kind::kVideo && oneIn(2))
      made.layers = {{"q", made.id + 1001, 0, 0},
                     {"h", made.id + 1002, 640, 360},
                     {"f", made.id + 1003, 0, 0}};
    return made;
  }
  void learn() {
    const ParticipantId id = someone();
    const Participant* participant = room().find(id);
    if (!participant || participant->tracks.empty()) return;
    Track track = participant->tracks[upTo(static_cast<uint32_t>(participant->tracks.size()))];
    if (track.codec.name.empty()) track.codec = track.kind == Kind::kAudio ? kOpus : kVp8;
    track.layers[0].height = 90 * (1 + upTo(8));
    track.layers[0].width = 160 * (1 + upTo(8));
    room().updateTrack(id, track);
  }
  void mute() {
    const ParticipantId id = someone();
    const Participant* participant = room().find(id);
    if (!participant || participant->tracks.empty()) return;
    const Track& track =
        participant->tracks[upTo(static_cast<uint32_t>(participant->tracks.size()))];
    require(static_cast<bool>(room().setMuted(id, std::string(track.mid), oneIn(2))));
  }
  std::vector<Slot> someSlots() {
    std::vector<Slot> all = slots(upTo(4), upTo(6));
    for (Slot& slot : all)
      if (slot.kind == Kind::kVideo && oneIn(4)) slot.decodable = {oneIn(2) ? kAv1 : kVp8};
    return all;
  }
  void subscribe() { offer(someone()); }
  void offer(const ParticipantId& id) {
    const auto offered = someSlots();
    std::map<std::string, std::vector<Codec>> decodable;
    for (const Slot& slot : offered) decodable[slot.mid] = slot.decodable;
    // What goes with an m-line goes with its slot.
    std::erase_if(mirrors_[id].fills, [&](const auto& f) { return !decodable.count(f.first); });
    std::erase_if(mirrors_[id].wanted, [&](const auto& w) { return !decodable.count(w.first); });
    mirrors_[id].decodable = std::move(decodable);
    room().setSlots(id, offered);
  }
  void view() {
    const ParticipantId id = someone();
    std::vector<View> views;
    for (const SlotState& slot : room().slots(id)) {
      if (oneIn(2)) continue;
      View view = automatic(slot.mid, 90 * upTo(10));
      view.automatic = oneIn(2);
      const bool audio = slot.mid[0] == 'a';
      view.source = audio ? (oneIn(3) ? Source::kScreenAudio : Source::kMicrophone)
                          : (oneIn(3) ? Source::kScreen : Source::kCamera);
      if (!view.automatic && !oneIn(5)) view.participant = someone();
      views.push_back(view);
    }
    const auto set = room().setView(id, views);
    if (!set)
      trace_ += "refused " + set.error().code + "\n";
    else
      for (const View& view : views) mirrors_[id].wanted[view.mid] = view;
  }
  void moderate() {
    const ParticipantId by = someone(), target = someone();
    const Source source = static_cast<Source>(upTo(4));
    const auto act = oneIn(6) ? Moderation::kRemove : static_cast<Moderation>(upTo(2));
    const auto done = room().moderate(by, act, target, oneIn(3) ? nullptr : &source);
    if (!done) trace_ += "refused " + done.error().code + "\n";
  }
  void talk() {
    const ParticipantId from = someone(), to = oneIn(2) ? ParticipantId{} : someone();
    const auto said = room().chat(from, "hello", to);
    if (said) trace_ += "said " + said->id + "\n";
  }
  void hear() {
    if (oneIn(3)) loud_.clear();
    for (const Participant& participant : room().participants())
      for (const Track& track : participant.tracks)
        if (track.kind == Kind::kAudio && oneIn(4)) loud_.push_back(track.id);
    scene_.speak(loud_, 100 * (1 + upTo(20)));
  }

  /// Applies what was told to the mirrors.
  void follow() {
    auto& out = scene_.out;
    for (const auto& told : out.told) {
      trace_ += told.to + " " + std::to_string(told.event.index());
      const auto mirror = mirrors_.find(told.to);
      require(mirror != mirrors_.end(), "somebody was told though it is gone");
      if (const auto* changed = std::get_if<SlotsChanged>(&told.event)) {
        require(!changed->slots.empty());
        for (const SlotState& state : changed->slots) {
          mirror->second.slots[state.mid] = state;
          trace_ += " " + state.mid + "=" + state.participant + std::to_string(state.track);
        }
      } else if (const auto* joined = std::get_if<ParticipantJoined>(&told.event)) {
        require(mirror->second.others.insert(joined->participant.id).second);
      } else if (const auto* left = std::get_if<ParticipantLeft>(&told.event)) {
        require(mirror->second.others.erase(left->id) == 1);
      }
      trace_ += "\n";
    }
    for (const auto& fill : out.fills) {
      mirrors_[fill.viewer].fills[fill.mid] = {fill.fanout, fill.csrc};
      trace_ += fill.viewer + " " + fill.mid + " <- " + std::to_string(fill.fanout) + "\n";
    }
    out.clear();
    std::erase_if(mirrors_, [&](const auto& mirror) { return !room().find(mirror.first); });
  }

  void check() {
    const auto all = room().participants();
    require(all.size() <= policy().maxParticipants);
    std::set<std::string> identities;
    for (const Participant& participant : all) {
      require(identities.insert(participant.identity).second);
      if (participant.grants.hidden || !participant.grants.canPublish)
        require(participant.tracks.empty());
    }
    for (const Participant& viewer : all) {
      checkOthers(viewer, all);
      checkSlots(viewer);
    }
  }

  void checkOthers(const Participant& viewer, const std::vector<Participant>& all) {
    std::set<ParticipantId> visible;
    for (const Participant& other : all)
      if (other.id != viewer.id && !other.grants.hidden) visible.insert(other.id);
    require(visible == mirrors_.at(viewer.id).others);
    require(room().snapshot(viewer.id)->participants.size() == visible.size());
  }

  void checkSlots(const Participant& viewer) {
    const Mirror& mirror = mirrors_.at(viewer.id);
    std::map<TrackId, int> automaticPlaces;
    for (const SlotState& state : room().slots(viewer.id)) {
      const auto told = mirror.slots.find(state.mid);
      if (told == mirror.slots.end())
        require(state.reason == SlotReason::kEmpty, "a state was never told");
      else
        require(told->second == state, "the state told is not the state held");
      const auto fill = mirror.fills.find(state.mid);
      const TrackId fanout = fill == mirror.fills.end() ? 0 : fill->second.first;
      if (state.reason == SlotReason::kShown) {
        checkShown(viewer, state, fanout, fill->second.second);
        if (isAutomatic(viewer.id, state.mid)) require(++automaticPlaces[state.track] == 1);
      } else {
        require(fanout == 0);
        require(state.track == 0);
      }
    }
    checkNothingDecodableWaits(viewer);
  }

  void checkShown(const Participant& viewer, const SlotState& state, TrackId fanout,
                  uint32_t csrc) {
    require(viewer.grants.canSubscribe);
    require(state.participant != viewer.id, "a viewer sees itself");
    const Participant* publisher = room().find(state.participant);
    require(publisher != nullptr, "a slot holds somebody who is gone");
    require(!publisher->grants.hidden);
    const auto shown = std::find_if(publisher->tracks.begin(), publisher->tracks.end(),
                                    [&](const Track& track) { return track.id == state.track; });
    require(shown != publisher->tracks.end());
    require(decodes(mirrors_.at(viewer.id).decodable.at(state.mid), shown->codec));
    require(shown->source == state.source && !shown->muted && !shown->mutedByHost);
    require(std::any_of(shown->layers.begin(), shown->layers.end(),
                        [&](const Layer& layer) { return layer.fanout == fanout; }));
    require(csrc == state.csrc);
    require(csrc != 0);
    const auto known = csrcs_.emplace(publisher->id, csrc).first;
    require(known->second == csrc, "a participant's CSRC changed");
  }

  /// An automatic slot is never empty while something else that it could show has no place.
  void checkNothingDecodableWaits(const Participant& viewer) {
    if (!viewer.grants.canSubscribe) return;
    std::set<TrackId> placed;
    bool freeVideo = false;
    for (const SlotState& state : room().slots(viewer.id)) {
      placed.insert(state.track);
      if (state.mid[0] == 'v' && isAutomatic(viewer.id, state.mid) &&
          state.reason == SlotReason::kEmpty)
        freeVideo = freeVideo || decodes(mirrors_.at(viewer.id).decodable.at(state.mid), kVp8);
    }
    if (!freeVideo) return;
    for (const Participant& publisher : room().participants())
      for (const Track& track : publisher.tracks)
        if (publisher.id != viewer.id && track.kind == Kind::kVideo && track.codec == kVp8 &&
            !track.muted && !track.mutedByHost)
          require(placed.count(track.id), "a slot is empty though somebody could be shown");
  }

  bool isAutomatic(const ParticipantId& id, const std::string& mid) {
    const auto& wanted = mirrors_.at(id).wanted;
    const auto found = wanted.find(mid);
    return found == wanted.end() || found->second.automatic;
  }

  std::mt19937 random_;
  Scene scene_;
  std::map<ParticipantId, Mirror> mirrors_;
  std::map<ParticipantId, uint32_t> csrcs_;
  std::vector<TrackId> loud_;
  int lastId_ = 0;
  TrackId lastTrack_ = 0;
  std::string trace_;
};

}  // namespace

constexpr uint32_t kSeeds = 60;
constexpr int kOperations = 300;

START_TEST(any_operations_keep_the_invariants) {
  const std::string trace = Churn(static_cast<uint32_t>(_i)).run(kOperations);
  // So that a churn in which nothing happens cannot pass.
  ck_assert_msg(trace.find(" <- ") != std::string::npos, "no slot was ever filled");
}
END_TEST

START_TEST(the_same_operations_have_the_same_effects) {
  const auto seed = static_cast<uint32_t>(_i);
  const std::string first = Churn(seed).run(kOperations), second = Churn(seed).run(kOperations);
  ck_assert_msg(first == second, "two runs of seed %u differ", seed);
}
END_TEST

START_TEST(a_room_of_a_hundred_with_forty_nine_slots_each_stays_within_its_bounds) {
  Policy policy;
  policy.maxParticipants = 100;
  Scene s(policy);
  for (int n = 0; n < 100; ++n) {
    const ParticipantId id = "p_" + std::to_string(n);
    s.join(id);
    s.room.setSlots(id, slots(3, 49));
    s.room.setTracks(id, {microphone(static_cast<TrackId>(10 * n + 1)),
                          camera(static_cast<TrackId>(10 * n + 2))});
  }
  s.out.clear();
  s.speak({951}, 100);
  // The new speaker enters at most one slot of each kind of every viewer.
  ck_assert_uint_gt(s.out.fills.size(), 0);
  ck_assert_uint_le(s.out.fills.size(), 2 * 99);
  s.out.clear();
  s.speak({951}, 10000);
  ck_assert_uint_eq(s.out.fills.size() + s.out.told.size(), 0);
}
END_TEST

int main() {
  Suite* suite = suite_create("room property");
  TCase* cases = tcase_create("churn");
  tcase_add_loop_test(cases, any_operations_keep_the_invariants, 0, kSeeds);
  tcase_add_loop_test(cases, the_same_operations_have_the_same_effects, 0, 5);
  tcase_add_test(cases, a_room_of_a_hundred_with_forty_nine_slots_each_stays_within_its_bounds);
  suite_add_tcase(suite, cases);
  SRunner* runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  const int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed == 0 ? 0 : 1;
}
