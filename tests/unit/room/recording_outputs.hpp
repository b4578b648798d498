// A fake of what stands around a room: records all that it asks, and people to put into it.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "room/room.hpp"

// Last, and without its macro `fail`, which breaks <iostream>.
#include <check.h>
#undef fail

namespace parlour::room::test {

class RecordingOutputs final : public Outputs {
 public:
  struct Told {
    ParticipantId to;
    Event event;
  };
  struct Fill {
    ParticipantId viewer;
    std::string mid;
    TrackId fanout;
    uint32_t csrc;
    bool operator==(const Fill&) const = default;
  };
  struct Gate {
    ParticipantId publisher;
    TrackId track;
    bool open;
    bool operator==(const Gate&) const = default;
  };
  struct Eviction {
    ParticipantId id;
    LeaveReason reason;
    std::string message;
  };

  void tell(const ParticipantId& to, const Event& event) override {
    told.push_back({to, event});
    if (onTell) onTell(to, event);
  }
  void fillSlot(const ParticipantId& viewer, const std::string& mid, TrackId fanout,
                uint32_t csrc) override {
    fills.push_back({viewer, mid, fanout, csrc});
  }
  void gateTrack(const ParticipantId& publisher, TrackId track, bool open) override {
    gates.push_back({publisher, track, open});
  }
  void evict(const ParticipantId& id, LeaveReason reason, const std::string& message) override {
    evictions.push_back({id, reason, message});
    if (onEvict) onEvict(id);
  }

  void clear() {
    told.clear();
    fills.clear();
    gates.clear();
    evictions.clear();
  }
  /// All events of one kind that somebody was told, in order.
  template <typename T>
  std::vector<T> toldTo(const ParticipantId& id) const {
    std::vector<T> events;
    for (const Told& one : told)
      if (one.to == id)
        if (const T* event = std::get_if<T>(&one.event)) events.push_back(*event);
    return events;
  }
  size_t eventsOf(const ParticipantId& id) const {
    size_t count = 0;
    for (const Told& one : told) count += one.to == id ? 1 : 0;
    return count;
  }

  std::vector<Told> told;
  std::vector<Fill> fills;
  std::vector<Gate> gates;
  std::vector<Eviction> evictions;
  std::function<void(const ParticipantId&, const Event&)> onTell;
  std::function<void(const ParticipantId&)> onEvict;
};

inline const Codec kVp8{"VP8", 90000, ""};
inline const Codec kH264{"H264", 90000, "42e0/1"};
inline const Codec kOpus{"opus", 48000, ""};

/// A participant whose identity is its id without the "p_".
inline Participant person(const ParticipantId& id, const Grants& grants = {}) {
  Participant p;
  p.id = id;
  p.identity = id.substr(2);
  p.name = p.identity;
  p.grants = grants;
  return p;
}

/// A track with one layer whose fan-out is 1000 more than its id.
inline Track track(TrackId id, Source source, const Codec* codec = nullptr) {
  Track t;
  t.id = id;
  t.source = source;
  const bool audio = source == Source::kMicrophone || source == Source::kScreenAudio;
  t.kind = audio ? Kind::kAudio : Kind::kVideo;
  t.mid = "m" + std::to_string(id);
  t.codec = codec ? *codec : audio ? kOpus : kVp8;
  t.layers.push_back({"", id + 1000, 0, 0});
  return t;
}
inline Track camera(TrackId id) {
  return track(id, Source::kCamera);
}
inline Track microphone(TrackId id) {
  return track(id, Source::kMicrophone);
}
inline Track screen(TrackId id) {
  return track(id, Source::kScreen);
}
inline Track screenAudio(TrackId id) {
  return track(id, Source::kScreenAudio);
}

/// Slots "a0", "a1", … and "v0", "v1", … that decode Opus, and VP8 with H.264.
inline std::vector<Slot> slots(size_t audio, size_t video) {
  std::vector<Slot> all;
  for (size_t i = 0; i < audio; ++i)
    all.push_back({"a" + std::to_string(i), Kind::kAudio, {kOpus}});
  for (size_t i = 0; i < video; ++i)
    all.push_back({"v" + std::to_string(i), Kind::kVideo, {kVp8, kH264}});
  return all;
}

inline View wish(const std::string& mid, const ParticipantId& participant, Source source,
                 uint32_t height = 0) {
  return {mid, false, participant, source, 0, height};
}
inline View automatic(const std::string& mid, uint32_t height = 0) {
  return {mid, true, {}, Source::kCamera, 0, height};
}

/// A room with everything around it.
struct Scene {
  VirtualClock clock;
  RecordingOutputs out;
  Room room;

  explicit Scene(const Policy& policy = {}) : room("lobby", policy, clock, out) {}

  Snapshot join(const ParticipantId& id, const Grants& grants = {}) {
    auto joined = room.join(person(id, grants));
    ck_assert_msg(static_cast<bool>(joined), "%s cannot join: %s", id.c_str(),
                  joined ? "" : joined.error().message.c_str());
    return *joined;
  }
  SlotState slot(const ParticipantId& viewer, const std::string& mid) const {
    for (const SlotState& state : room.slots(viewer))
      if (state.mid == mid) return state;
    ck_abort_msg("%s has no slot %s", viewer.c_str(), mid.c_str());
    return {};
  }
  /// Who is in a slot, with the reason where it is not shown: "p_ada", "p_ada muted", "empty".
  std::string in(const ParticipantId& viewer, const std::string& mid) const {
    const SlotState state = slot(viewer, mid);
    switch (state.reason) {
      case SlotReason::kShown:
        return state.participant;
      case SlotReason::kEmpty:
        return "empty";
      case SlotReason::kMuted:
        return state.participant + " muted";
      case SlotReason::kUndecodable:
        return state.participant + " undecodable";
      case SlotReason::kGone:
        return state.participant + " gone";
    }
    return "?";
  }
  /// Lets tracks be loud, and all others silent, for a time in windows of 100 ms.
  void speak(const std::vector<TrackId>& loud, int64_t ms = 1000) {
    std::vector<std::pair<TrackId, uint8_t>> levels;
    for (const TrackId id : loud) levels.emplace_back(id, 20);
    for (int64_t at = 0; at < ms; at += 100) {
      clock.advanceMs(100);
      room.onAudioLevels(levels);
    }
  }
  void silence(int64_t ms) { speak({}, ms); }
};

inline const char* codeOf(const Error& error) {
  return error.code.c_str();
}
template <typename T>
std::string errorCode(const Result<T>& result) {
  return result ? "" : result.error().code;
}

/// `expected` first, as in a sentence: the string that must come out.
#define EXPECT_TEXT(expected, actual)                  \
  do {                                                 \
    const std::string wanted_(expected), got_(actual); \
    ck_assert_str_eq(got_.c_str(), wanted_.c_str());   \
  } while (false)

/// Runs a suite made of tests, as Check wants it.
inline int runSuite(const char* name, const std::vector<const TTest*>& tests) {
  Suite* suite = suite_create(name);
  TCase* cases = tcase_create(name);
  for (const TTest* one : tests) tcase_add_test(cases, one);
  suite_add_tcase(suite, cases);
  SRunner* runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  const int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed == 0 ? 0 : 1;
}

}  // namespace parlour::room::test
