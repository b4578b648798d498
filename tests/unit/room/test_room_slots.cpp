// Who is in which slot.
#include <set>

#include "recording_outputs.hpp"

using namespace parlour;
using namespace parlour::room;
using namespace parlour::room::test;

namespace {

using Fill = RecordingOutputs::Fill;

/// A viewer "p_me" with slots, and `people` others "p_0", "p_1", … with microphone 10n+1 and
/// camera 10n+2.
struct Call : Scene {
  Call(size_t people, size_t audio, size_t video) {
    join("p_me");
    room.setSlots("p_me", test::slots(audio, video));
    for (size_t n = 0; n < people; ++n) enter(n);
    out.clear();
  }
  static ParticipantId id(size_t n) { return "p_" + std::to_string(n); }
  static TrackId mic(size_t n) { return static_cast<TrackId>(10 * n + 1); }
  static TrackId cam(size_t n) { return static_cast<TrackId>(10 * n + 2); }
  void enter(size_t n) {
    join(id(n));
    room.setTracks(id(n), {microphone(mic(n)), camera(cam(n))});
  }
  std::set<std::string> seen() const {
    std::set<std::string> people;
    for (const SlotState& state : room.slots("p_me"))
      if (state.mid[0] == 'v' && state.reason == SlotReason::kShown)
        people.insert(state.participant);
    return people;
  }
};

using Names = std::set<std::string>;

}  // namespace

START_TEST(a_publication_fills_the_first_free_slot_and_its_viewer_is_told) {
  Scene s;
  s.join("p_me");
  s.room.setSlots("p_me", slots(1, 2));
  ck_assert_uint_eq(s.out.told.size() + s.out.fills.size(), 0);
  s.join("p_0");
  s.room.setTracks("p_0", {camera(2)});
  const SlotState state = s.slot("p_me", "v0");
  ck_assert(state.reason == SlotReason::kShown);
  ck_assert_uint_eq(state.track, 2);
  ck_assert_uint_ne(state.csrc, 0);
  ck_assert(s.out.fills == std::vector<Fill>({{"p_me", "v0", 1002, state.csrc}}));
  const auto told = s.out.toldTo<SlotsChanged>("p_me");
  ck_assert_uint_eq(told.size(), 1);
  ck_assert(told[0].slots == std::vector<SlotState>({state}));
}
END_TEST

START_TEST(nobody_gets_its_own_media) {
  Scene s;
  s.join("p_ada");
  s.room.setSlots("p_ada", slots(3, 3));
  s.room.setTracks("p_ada", {microphone(1), camera(2), screen(3), screenAudio(4)});
  ck_assert_uint_eq(s.out.fills.size(), 0);
  EXPECT_TEXT("not_allowed",
              errorCode(s.room.setView("p_ada", {wish("v0", "p_ada", Source::kCamera)})));
}
END_TEST

START_TEST(slots_offered_later_are_filled_at_once) {
  Call s(2, 0, 0);
  s.room.setSlots("p_me", slots(3, 1));
  EXPECT_TEXT("p_0", s.in("p_me", "a0"));
  EXPECT_TEXT("p_1", s.in("p_me", "a1"));
  EXPECT_TEXT("empty", s.in("p_me", "a2"));
  EXPECT_TEXT("p_0", s.in("p_me", "v0"));
}
END_TEST

START_TEST(more_slots_leave_the_first_as_they_are) {
  Call s(3, 1, 1);
  s.room.setSlots("p_me", slots(2, 3));
  ck_assert_uint_eq(s.out.fills.size(), 3);
  for (const Fill& fill : s.out.fills) ck_assert(fill.mid != "a0" && fill.mid != "v0");
}
END_TEST

START_TEST(a_slot_that_is_gone_is_told_as_empty_and_not_switched) {
  Call s(2, 0, 2);
  s.room.setSlots("p_me", slots(0, 1));
  ck_assert_uint_eq(s.out.fills.size(), 0);
  const auto told = s.out.toldTo<SlotsChanged>("p_me");
  ck_assert_uint_eq(told.size(), 1);
  ck_assert_uint_eq(told[0].slots.size(), 1);
  EXPECT_TEXT("v1", told[0].slots[0].mid);
  ck_assert(told[0].slots[0].reason == SlotReason::kEmpty);
}
END_TEST

START_TEST(a_mid_that_comes_back_as_the_other_kind_starts_empty) {
  Call s(1, 0, 1);
  s.room.setSlots("p_me", {{"v0", Kind::kAudio, {kOpus}}});
  EXPECT_TEXT("p_0", s.in("p_me", "v0"));
  ck_assert_uint_eq(s.slot("p_me", "v0").track, Call::mic(0));
}
END_TEST

START_TEST(who_comes_and_goes_moves_nobody_else) {
  Call s(3, 3, 3);
  s.room.leave("p_1", LeaveReason::kLeft);
  EXPECT_TEXT("p_0", s.in("p_me", "v0"));
  EXPECT_TEXT("empty", s.in("p_me", "v1"));
  EXPECT_TEXT("p_2", s.in("p_me", "v2"));
  EXPECT_TEXT("p_2", s.in("p_me", "a2"));
  for (const Fill& fill : s.out.fills) {
    ck_assert_uint_eq(fill.fanout, 0);
    ck_assert_uint_eq(fill.csrc, 0);
  }
  ck_assert_uint_eq(s.out.fills.size(), 2);
  s.enter(7);
  EXPECT_TEXT("p_7", s.in("p_me", "v1"));
  EXPECT_TEXT("p_7", s.in("p_me", "a1"));
}
END_TEST

START_TEST(speaking_moves_nobody_while_there_are_slots_for_all) {
  Call s(3, 3, 3);
  for (const size_t n : {2, 0, 1, 2}) s.speak({Call::mic(n)}, 3000);
  ck_assert_uint_eq(s.out.fills.size(), 0);
  ck_assert_uint_eq(s.out.toldTo<SlotsChanged>("p_me").size(), 0);
}
END_TEST

START_TEST(the_loudest_are_heard_where_there_are_more_people_than_slots) {
  Call s(5, 3, 0);
  s.speak({Call::mic(4)}, 500);
  EXPECT_TEXT("p_0", s.in("p_me", "a0"));
  EXPECT_TEXT("p_1", s.in("p_me", "a1"));
  EXPECT_TEXT("p_4", s.in("p_me", "a2"));
  ck_assert_uint_eq(s.out.fills.size(), 1);
}
END_TEST

START_TEST(the_one_that_was_loud_least_recently_is_replaced) {
  Call s(5, 3, 0);
  for (const size_t n : {2, 0, 1}) s.speak({Call::mic(n)}, 3000);
  s.out.clear();
  s.speak({Call::mic(3)}, 500);
  EXPECT_TEXT("p_3", s.in("p_me", "a2"));
  ck_assert_uint_eq(s.out.fills.size(), 1);
  s.speak({Call::mic(4)}, 500);
  EXPECT_TEXT("p_4", s.in("p_me", "a0"));
}
END_TEST

START_TEST(who_speaks_keeps_its_slot_against_a_fourth_voice) {
  Call s(4, 3, 0);
  s.speak({Call::mic(0), Call::mic(1), Call::mic(2)}, 2000);
  s.out.clear();
  s.speak({Call::mic(0), Call::mic(1), Call::mic(2), Call::mic(3)}, 3000);
  ck_assert_uint_eq(s.out.fills.size(), 0);
  s.speak({Call::mic(0), Call::mic(2), Call::mic(3)}, 3000);
  EXPECT_TEXT("p_3", s.in("p_me", "a1"));
  ck_assert_uint_eq(s.out.fills.size(), 1);
}
END_TEST

START_TEST(the_sound_of_a_screen_is_heard_before_any_voice) {
  Call s(4, 2, 0);
  s.speak({Call::mic(0), Call::mic(1)}, 1000);
  s.room.setTracks("p_3", {microphone(Call::mic(3)), screenAudio(39)});
  s.speak({Call::mic(0), Call::mic(1)}, 1000);
  Names heard;
  for (const SlotState& state : s.room.slots("p_me"))
    heard.insert(state.participant + (state.source == Source::kScreenAudio ? " screen" : ""));
  ck_assert(heard.count("p_3 screen") == 1);
  ck_assert_uint_eq(heard.size(), 2);
}
END_TEST

START_TEST(a_muted_microphone_keeps_its_slot_until_it_is_needed) {
  Call s(2, 2, 0);
  ck_assert(static_cast<bool>(s.room.setMuted("p_0", "m1", true)));
  EXPECT_TEXT("p_0 muted", s.in("p_me", "a0"));
  ck_assert_uint_eq(s.slot("p_me", "a0").track, 0);
  ck_assert(s.out.fills == std::vector<Fill>({{"p_me", "a0", 0, 0}}));
  ck_assert(static_cast<bool>(s.room.setMuted("p_0", "m1", false)));
  EXPECT_TEXT("p_0", s.in("p_me", "a0"));
  ck_assert(static_cast<bool>(s.room.setMuted("p_0", "m1", true)));
  s.enter(2);
  EXPECT_TEXT("p_2", s.in("p_me", "a0"));
  EXPECT_TEXT("p_1", s.in("p_me", "a1"));
}
END_TEST

START_TEST(a_muted_camera_takes_up_no_automatic_slot) {
  Call s(3, 0, 2);
  ck_assert(static_cast<bool>(s.room.setMuted("p_0", "m2", true)));
  EXPECT_TEXT("p_2", s.in("p_me", "v0"));
  EXPECT_TEXT("p_1", s.in("p_me", "v1"));
  ck_assert(static_cast<bool>(s.room.setMuted("p_1", "m12", true)));
  EXPECT_TEXT("empty", s.in("p_me", "v1"));
}
END_TEST

START_TEST(screens_are_seen_first_the_newest_of_them_before_others) {
  Call s(3, 0, 2);
  s.room.setTracks("p_2", {camera(Call::cam(2)), screen(29)});
  Names shown;
  for (const SlotState& state : s.room.slots("p_me"))
    shown.insert(state.participant + (state.source == Source::kScreen ? " screen" : ""));
  ck_assert(shown == Names({"p_0", "p_2 screen"}));
  s.room.setTracks("p_1", {camera(Call::cam(1)), screen(19)});
  s.room.setTracks("p_0", {camera(Call::cam(0)), screen(9)});
  ck_assert(s.seen() == Names({"p_0", "p_1"}));
  for (const SlotState& state : s.room.slots("p_me")) ck_assert(state.source == Source::kScreen);
}
END_TEST

START_TEST(the_visible_are_those_who_spoke_last_then_those_who_came_first) {
  Call s(5, 0, 3);
  ck_assert(s.seen() == Names({"p_0", "p_1", "p_2"}));
  s.speak({Call::mic(4)}, 3000);
  ck_assert(s.seen() == Names({"p_0", "p_1", "p_4"}));
  s.speak({Call::mic(3)}, 3000);
  ck_assert(s.seen() == Names({"p_0", "p_3", "p_4"}));
  s.speak({Call::mic(0)}, 3000);
  ck_assert(s.seen() == Names({"p_0", "p_3", "p_4"}));
  EXPECT_TEXT("p_0", s.in("p_me", "v0"));
  s.silence(60000);
  ck_assert(s.seen() == Names({"p_0", "p_3", "p_4"}));
}
END_TEST

START_TEST(a_single_slot_follows_who_speaks) {
  Call s(3, 0, 1);
  for (const size_t n : {1, 2, 0}) {
    s.speak({Call::mic(n)}, 3000);
    EXPECT_TEXT(Call::id(n).c_str(), s.in("p_me", "v0"));
  }
}
END_TEST

START_TEST(a_view_names_who_is_seen_and_the_rest_is_automatic) {
  Call s(3, 0, 2);
  ck_assert(static_cast<bool>(s.room.setView("p_me", {wish("v1", "p_2", Source::kCamera)})));
  EXPECT_TEXT("p_0", s.in("p_me", "v0"));
  EXPECT_TEXT("p_2", s.in("p_me", "v1"));
  ck_assert(static_cast<bool>(s.room.setView("p_me", {wish("v1", "p_0", Source::kCamera)})));
  EXPECT_TEXT("p_1", s.in("p_me", "v0"));
  EXPECT_TEXT("p_0", s.in("p_me", "v1"));
  ck_assert(static_cast<bool>(s.room.setView("p_me", {automatic("v1")})));
  EXPECT_TEXT("p_0", s.in("p_me", "v1"));
}
END_TEST

START_TEST(a_view_of_nobody_keeps_a_slot_empty) {
  Call s(3, 0, 1);
  ck_assert(static_cast<bool>(s.room.setView("p_me", {wish("v0", {}, Source::kCamera)})));
  EXPECT_TEXT("empty", s.in("p_me", "v0"));
  s.speak({Call::mic(1)}, 1000);
  EXPECT_TEXT("empty", s.in("p_me", "v0"));
}
END_TEST

START_TEST(one_picture_is_in_two_slots_only_where_both_ask_for_it) {
  Call s(1, 0, 2);
  EXPECT_TEXT("empty", s.in("p_me", "v1"));
  ck_assert(static_cast<bool>(s.room.setView(
      "p_me", {wish("v0", "p_0", Source::kCamera), wish("v1", "p_0", Source::kCamera)})));
  EXPECT_TEXT("p_0", s.in("p_me", "v0"));
  EXPECT_TEXT("p_0", s.in("p_me", "v1"));
  ck_assert(static_cast<bool>(s.room.setView("p_me", {automatic("v0"), automatic("v1")})));
  EXPECT_TEXT("p_0", s.in("p_me", "v0"));
  EXPECT_TEXT("empty", s.in("p_me", "v1"));
}
END_TEST

START_TEST(an_audio_slot_can_be_given_to_somebody) {
  Call s(4, 2, 0);
  ck_assert(static_cast<bool>(s.room.setView("p_me", {wish("a0", "p_3", Source::kMicrophone)})));
  s.speak({Call::mic(0), Call::mic(1)}, 3000);
  EXPECT_TEXT("p_3", s.in("p_me", "a0"));
}
END_TEST

START_TEST(a_view_says_why_its_slot_shows_nothing) {
  Call s(2, 0, 1);
  ck_assert(static_cast<bool>(s.room.setView("p_me", {wish("v0", "p_0", Source::kCamera)})));
  ck_assert(static_cast<bool>(s.room.setMuted("p_0", "m2", true)));
  EXPECT_TEXT("p_0 muted", s.in("p_me", "v0"));
  s.room.setTracks("p_0", {});
  EXPECT_TEXT("p_0 gone", s.in("p_me", "v0"));
  const Codec av1{"AV1", 90000, "0"};
  s.room.setTracks("p_0", {track(3, Source::kCamera, &av1)});
  EXPECT_TEXT("p_0 undecodable", s.in("p_me", "v0"));
  s.room.setTracks("p_0", {camera(4)});
  EXPECT_TEXT("p_0", s.in("p_me", "v0"));
  s.room.leave("p_0", LeaveReason::kLeft);
  EXPECT_TEXT("p_0 gone", s.in("p_me", "v0"));
  ck_assert_uint_eq(s.slot("p_me", "v0").track, 0);
  ck_assert_uint_eq(s.slot("p_me", "v0").csrc, 0);
}
END_TEST

START_TEST(a_view_with_a_mistake_changes_nothing) {
  Call s(2, 1, 2);
  s.join("p_spy", Grants{.hidden = true});
  s.out.clear();
  const View good = wish("v0", "p_1", Source::kCamera);
  EXPECT_TEXT("no_such_slot",
              errorCode(s.room.setView("p_me", {good, wish("v9", "p_0", Source::kCamera)})));
  EXPECT_TEXT("no_such_slot",
              errorCode(s.room.setView("p_me", {good, wish("a0", "p_0", Source::kCamera)})));
  EXPECT_TEXT("no_such_participant",
              errorCode(s.room.setView("p_me", {good, wish("v1", "p_9", Source::kCamera)})));
  EXPECT_TEXT("no_such_participant",
              errorCode(s.room.setView("p_me", {good, wish("v1", "p_spy", Source::kCamera)})));
  EXPECT_TEXT("no_such_participant", errorCode(s.room.setView("p_9", {})));
  ck_assert_uint_eq(s.out.told.size() + s.out.fills.size(), 0);
  EXPECT_TEXT("p_0", s.in("p_me", "v0"));
}
END_TEST

START_TEST(what_cannot_be_decoded_never_enters_an_automatic_slot) {
  Call s(0, 1, 2);
  const Codec av1{"AV1", 90000, "0"}, high{"H264", 90000, "6400/1"}, red{"red", 48000, ""};
  s.join("p_av1");
  s.room.setTracks("p_av1", {track(1, Source::kCamera, &av1), track(2, Source::kMicrophone, &red)});
  s.join("p_high");
  s.room.setTracks("p_high", {track(3, Source::kScreen, &high)});
  s.join("p_base");
  s.room.setTracks("p_base", {track(4, Source::kCamera, &kH264)});
  EXPECT_TEXT("empty", s.in("p_me", "a0"));
  EXPECT_TEXT("p_base", s.in("p_me", "v0"));
  EXPECT_TEXT("empty", s.in("p_me", "v1"));
}
END_TEST

START_TEST(a_codec_goes_to_the_slot_that_decodes_it) {
  Scene s;
  s.join("p_me");
  s.room.setSlots(
      "p_me",
      {{"v0", Kind::kVideo, {kVp8}}, {"v1", Kind::kVideo, {kH264}}, {"v2", Kind::kVideo, {kVp8}}});
  s.join("p_0");
  s.room.setTracks("p_0", {track(1, Source::kCamera, &kH264)});
  s.join("p_1");
  s.room.setTracks("p_1", {track(2, Source::kCamera, &kH264)});
  s.join("p_2");
  s.room.setTracks("p_2", {camera(3)});
  s.join("p_3");
  s.room.setTracks("p_3", {camera(4)});
  EXPECT_TEXT("p_2", s.in("p_me", "v0"));
  EXPECT_TEXT("p_0", s.in("p_me", "v1"));
  // p_1 ranks before p_3, but nothing that is left decodes it.
  EXPECT_TEXT("p_3", s.in("p_me", "v2"));
}
END_TEST

START_TEST(a_slot_whose_new_offer_cannot_decode_its_picture_lets_it_go) {
  Scene s;
  s.join("p_me");
  s.room.setSlots("p_me", {{"v0", Kind::kVideo, {kVp8}}});
  s.join("p_0");
  s.room.setTracks("p_0", {camera(1)});
  s.room.setSlots("p_me", {{"v0", Kind::kVideo, {kH264}}});
  EXPECT_TEXT("empty", s.in("p_me", "v0"));
  ck_assert_uint_eq(s.out.fills.back().fanout, 0);
}
END_TEST

START_TEST(who_may_not_subscribe_gets_nothing) {
  Scene s;
  s.join("p_me", Grants{.canSubscribe = false});
  s.room.setSlots("p_me", slots(1, 1));
  s.join("p_0");
  s.room.setTracks("p_0", {microphone(1), camera(2)});
  ck_assert(static_cast<bool>(s.room.setView("p_me", {wish("v0", "p_0", Source::kCamera)})));
  ck_assert_uint_eq(s.out.fills.size(), 0);
  EXPECT_TEXT("empty", s.in("p_me", "v0"));
}
END_TEST

START_TEST(a_hidden_participant_receives) {
  Call s(1, 1, 1);
  s.join("p_spy", Grants{.hidden = true});
  s.room.setSlots("p_spy", slots(1, 1));
  EXPECT_TEXT("p_0", s.in("p_spy", "v0"));
  EXPECT_TEXT("p_0", s.in("p_spy", "a0"));
}
END_TEST

START_TEST(who_reconnects_keeps_its_slots_until_it_is_gone) {
  Call s(2, 2, 2);
  s.room.setConnection("p_0", Connection::kReconnecting);
  EXPECT_TEXT("p_0", s.in("p_me", "v0"));
  ck_assert_uint_eq(s.out.fills.size(), 0);
  s.room.leave("p_0", LeaveReason::kTimedOut);
  EXPECT_TEXT("empty", s.in("p_me", "v0"));
}
END_TEST

START_TEST(a_track_waits_for_its_codec_and_its_first_layer) {
  Call s(0, 0, 1);
  s.join("p_0");
  Track unknown = camera(1);
  unknown.codec.name.clear();
  unknown.layers.clear();
  s.room.setTracks("p_0", {unknown});
  EXPECT_TEXT("empty", s.in("p_me", "v0"));
  ck_assert(static_cast<bool>(s.room.setView("p_me", {wish("v0", "p_0", Source::kCamera)})));
  EXPECT_TEXT("p_0 muted", s.in("p_me", "v0"));
  s.room.updateTrack("p_0", camera(1));
  EXPECT_TEXT("p_0", s.in("p_me", "v0"));
}
END_TEST

START_TEST(the_size_of_a_view_switches_layers_without_an_event) {
  Call s(0, 0, 1);
  s.join("p_0");
  Track simulcast = camera(1);
  simulcast.layers = {{"q", 11, 320, 180}, {"h", 12, 640, 360}, {"f", 13, 0, 0}};
  s.room.setTracks("p_0", {simulcast});
  ck_assert_uint_eq(s.out.fills.back().fanout, 13);
  s.out.clear();
  ck_assert(static_cast<bool>(s.room.setView("p_me", {automatic("v0", 170)})));
  ck_assert_uint_eq(s.out.fills.size(), 1);
  ck_assert_uint_eq(s.out.fills[0].fanout, 11);
  ck_assert_uint_ne(s.out.fills[0].csrc, 0);
  ck_assert(static_cast<bool>(s.room.setView("p_me", {wish("v0", "p_0", Source::kCamera, 360)})));
  ck_assert_uint_eq(s.out.fills.back().fanout, 12);
  ck_assert_uint_eq(s.out.told.size(), 0);
  simulcast.layers[0].height = 720;  // The small layer turns out to be enough.
  s.room.updateTrack("p_0", simulcast);
  ck_assert_uint_eq(s.out.fills.back().fanout, 11);
  ck_assert_uint_eq(s.out.told.size(), 0);
}
END_TEST

START_TEST(a_publisher_that_changes_its_codec_is_filled_anew_without_an_event) {
  Call s(1, 0, 1);
  Track changed = camera(Call::cam(0));
  changed.codec = kH264;
  s.room.updateTrack("p_0", changed);
  const uint32_t csrc = s.slot("p_me", "v0").csrc;
  ck_assert(s.out.fills == std::vector<Fill>({{"p_me", "v0", Call::cam(0) + 1000, csrc}}));
  ck_assert_uint_eq(s.out.toldTo<SlotsChanged>("p_me").size(), 0);
  changed.codec = {"AV1", 90000, "0"};
  s.room.updateTrack("p_0", changed);
  EXPECT_TEXT("empty", s.in("p_me", "v0"));
}
END_TEST

START_TEST(who_comes_back_by_its_id_is_seen_where_it_was_asked_for) {
  Call s(2, 0, 1);
  ck_assert(static_cast<bool>(s.room.setView("p_me", {wish("v0", "p_1", Source::kCamera)})));
  const uint32_t csrc = s.slot("p_me", "v0").csrc;
  s.room.leave("p_1", LeaveReason::kTimedOut);
  EXPECT_TEXT("p_1 gone", s.in("p_me", "v0"));
  s.enter(1);
  EXPECT_TEXT("p_1", s.in("p_me", "v0"));
  ck_assert_uint_eq(s.slot("p_me", "v0").csrc, csrc);
}
END_TEST

START_TEST(a_csrc_names_a_participant_for_all_its_stay) {
  Call s(20, 20, 20);
  std::set<uint32_t> csrcs;
  for (size_t n = 0; n < 20; ++n) {
    const uint32_t csrc = s.slot("p_me", "v" + std::to_string(n)).csrc;
    ck_assert_uint_ne(csrc, 0);
    ck_assert_uint_eq(s.slot("p_me", "a" + std::to_string(n)).csrc, csrc);
    csrcs.insert(csrc);
  }
  ck_assert_uint_eq(csrcs.size(), 20);
  const uint32_t before = s.slot("p_me", "v7").csrc;
  s.room.setTracks("p_7", {camera(999)});
  ck_assert_uint_eq(s.slot("p_me", "v7").csrc, before);
}
END_TEST

START_TEST(an_event_names_only_the_slots_that_changed) {
  Call s(3, 3, 3);
  ck_assert(static_cast<bool>(s.room.setMuted("p_1", "m11", true)));
  const auto told = s.out.toldTo<SlotsChanged>("p_me");
  ck_assert_uint_eq(told.size(), 1);
  ck_assert_uint_eq(told[0].slots.size(), 1);
  EXPECT_TEXT("a1", told[0].slots[0].mid);
}
END_TEST

START_TEST(two_m_lines_of_one_mid_are_one_slot) {
  Call s(1, 0, 0);
  s.room.setSlots("p_me", {{"v0", Kind::kVideo, {kVp8}}, {"v0", Kind::kVideo, {kVp8}}});
  ck_assert_uint_eq(s.room.slots("p_me").size(), 1);
}
END_TEST

int main() {
  return runSuite("room slots", {a_publication_fills_the_first_free_slot_and_its_viewer_is_told,
                                 nobody_gets_its_own_media,
                                 slots_offered_later_are_filled_at_once,
                                 more_slots_leave_the_first_as_they_are,
                                 a_slot_that_is_gone_is_told_as_empty_and_not_switched,
                                 a_mid_that_comes_back_as_the_other_kind_starts_empty,
                                 who_comes_and_goes_moves_nobody_else,
                                 speaking_moves_nobody_while_there_are_slots_for_all,
                                 the_loudest_are_heard_where_there_are_more_people_than_slots,
                                 the_one_that_was_loud_least_recently_is_replaced,
                                 who_speaks_keeps_its_slot_against_a_fourth_voice,
                                 the_sound_of_a_screen_is_heard_before_any_voice,
                                 a_muted_microphone_keeps_its_slot_until_it_is_needed,
                                 a_muted_camera_takes_up_no_automatic_slot,
                                 screens_are_seen_first_the_newest_of_them_before_others,
                                 the_visible_are_those_who_spoke_last_then_those_who_came_first,
                                 a_single_slot_follows_who_speaks,
                                 a_view_names_who_is_seen_and_the_rest_is_automatic,
                                 a_view_of_nobody_keeps_a_slot_empty,
                                 one_picture_is_in_two_slots_only_where_both_ask_for_it,
                                 an_audio_slot_can_be_given_to_somebody,
                                 a_view_says_why_its_slot_shows_nothing,
                                 a_view_with_a_mistake_changes_nothing,
                                 what_cannot_be_decoded_never_enters_an_automatic_slot,
                                 a_codec_goes_to_the_slot_that_decodes_it,
                                 a_slot_whose_new_offer_cannot_decode_its_picture_lets_it_go,
                                 who_may_not_subscribe_gets_nothing,
                                 a_hidden_participant_receives,
                                 who_reconnects_keeps_its_slots_until_it_is_gone,
                                 a_track_waits_for_its_codec_and_its_first_layer,
                                 the_size_of_a_view_switches_layers_without_an_event,
                                 a_publisher_that_changes_its_codec_is_filled_anew_without_an_event,
                                 who_comes_back_by_its_id_is_seen_where_it_was_asked_for,
                                 a_csrc_names_a_participant_for_all_its_stay,
                                 an_event_names_only_the_slots_that_changed,
                                 two_m_lines_of_one_mid_are_one_slot});
}
