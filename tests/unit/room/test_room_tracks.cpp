// What participants publish: identity of tracks, mutes, and what is told of them.
#include "recording_outputs.hpp"

using namespace parlour;
using namespace parlour::room;
using namespace parlour::room::test;

namespace {

const Track& trackOf(const Room& room, const ParticipantId& id, size_t index) {
  return room.find(id)->tracks.at(index);
}

}  // namespace

START_TEST(published_tracks_are_told_to_everybody) {
  Scene s;
  s.join("p_ada");
  s.join("p_bob");
  s.out.clear();
  s.room.setTracks("p_ada", {microphone(1), camera(2)});
  for (const char* id : {"p_ada", "p_bob"})
    ck_assert_uint_eq(s.out.toldTo<ParticipantUpdated>(id).at(0).participant.tracks.size(), 2);
  ck_assert_uint_eq(s.join("p_late").participants[0].tracks.size(), 2);
}
END_TEST

START_TEST(the_same_list_again_changes_nothing) {
  Scene s;
  s.join("p_ada");
  s.room.setTracks("p_ada", {microphone(1), camera(2)});
  s.out.clear();
  s.room.setTracks("p_ada", {microphone(1), camera(2)});
  ck_assert_uint_eq(s.out.told.size(), 0);
}
END_TEST

START_TEST(a_track_without_an_id_keeps_the_one_of_its_place_or_gets_a_new_one) {
  Scene s;
  s.join("p_ada");
  Track cam = camera(0), mic = microphone(0);
  cam.mid = "1";
  mic.mid = "2";
  s.room.setTracks("p_ada", {cam});
  const TrackId first = trackOf(s.room, "p_ada", 0).id;
  ck_assert_uint_ne(first, 0);
  s.room.setTracks("p_ada", {mic, cam});
  ck_assert_uint_eq(trackOf(s.room, "p_ada", 1).id, first);
  const TrackId second = trackOf(s.room, "p_ada", 0).id;
  ck_assert_uint_ne(second, 0);
  ck_assert_uint_ne(second, first);
  cam.source = Source::kScreen;  // Another thing on the same m-line is another track.
  s.room.setTracks("p_ada", {cam});
  ck_assert_uint_ne(trackOf(s.room, "p_ada", 0).id, first);
}
END_TEST

START_TEST(what_was_learnt_of_a_track_stays_over_a_new_list) {
  Scene s;
  s.join("p_ada");
  Track cam = camera(1);
  cam.codec.name.clear();
  s.room.setTracks("p_ada", {cam});
  Track learnt = cam;
  learnt.codec = kH264;
  learnt.layers[0].width = 640;
  learnt.layers[0].height = 360;
  s.room.updateTrack("p_ada", learnt);
  s.room.setTracks("p_ada", {cam, microphone(2)});
  ck_assert(trackOf(s.room, "p_ada", 0).codec == kH264);
  ck_assert_uint_eq(trackOf(s.room, "p_ada", 0).layers[0].height, 360);
}
END_TEST

START_TEST(a_codec_that_becomes_known_is_told_and_a_size_is_not) {
  Scene s;
  s.join("p_ada");
  s.room.setTracks("p_ada", {camera(1)});
  s.out.clear();
  Track learnt = camera(1);
  learnt.layers[0].height = 360;
  s.room.updateTrack("p_ada", learnt);
  ck_assert_uint_eq(s.out.told.size(), 0);
  learnt.codec = kH264;
  learnt.muted = true;  // Not its to say.
  s.room.updateTrack("p_ada", learnt);
  const auto updates = s.out.toldTo<ParticipantUpdated>("p_ada");
  ck_assert_uint_eq(updates.size(), 1);
  ck_assert(updates[0].participant.tracks[0].codec == kH264);
  ck_assert(!updates[0].participant.tracks[0].muted);
}
END_TEST

START_TEST(an_update_of_an_unknown_track_or_participant_changes_nothing) {
  Scene s;
  s.join("p_ada");
  s.room.setTracks("p_ada", {camera(1)});
  s.out.clear();
  s.room.updateTrack("p_ada", camera(9));
  s.room.updateTrack("p_nobody", camera(1));
  s.room.setTracks("p_nobody", {camera(9)});
  ck_assert_uint_eq(s.out.told.size(), 0);
  ck_assert_uint_eq(s.room.find("p_ada")->tracks.size(), 1);
}
END_TEST

START_TEST(who_may_not_publish_has_no_tracks) {
  Scene s;
  s.join("p_ada", Grants{.canPublish = false});
  s.join("p_bob");
  s.room.setSlots("p_bob", slots(1, 1));
  s.out.clear();
  s.room.setTracks("p_ada", {camera(1)});
  ck_assert_uint_eq(s.room.find("p_ada")->tracks.size(), 0);
  ck_assert_uint_eq(s.out.told.size() + s.out.fills.size(), 0);
}
END_TEST

START_TEST(a_joiner_brings_no_tracks_of_its_own) {
  Scene s;
  Participant ada = person("p_ada");
  ada.tracks.push_back(camera(1));
  ck_assert_uint_eq(s.room.join(ada)->self.tracks.size(), 0);
}
END_TEST

START_TEST(a_mute_is_told_once) {
  Scene s;
  s.join("p_ada");
  s.join("p_bob");
  s.room.setTracks("p_ada", {microphone(1)});
  s.out.clear();
  for (int twice = 0; twice < 2; ++twice)
    ck_assert(static_cast<bool>(s.room.setMuted("p_ada", "m1", true)));
  const auto updates = s.out.toldTo<ParticipantUpdated>("p_bob");
  ck_assert_uint_eq(updates.size(), 1);
  ck_assert(updates[0].participant.tracks[0].muted);
}
END_TEST

START_TEST(speakers_are_told_when_they_begin_and_when_they_end) {
  Scene s;
  s.join("p_ada");
  s.join("p_bob");
  s.room.setTracks("p_ada", {microphone(1)});
  s.out.clear();
  s.speak({1}, 1000);
  auto told = s.out.toldTo<SpeakersChanged>("p_bob");
  ck_assert_uint_eq(told.size(), 1);
  EXPECT_TEXT("p_ada", told[0].speakers.at(0).id);
  ck_assert_uint_eq(told[0].speakers[0].level, 20);
  ck_assert_uint_eq(s.out.toldTo<SpeakersChanged>("p_ada").size(), 1);
  s.silence(5000);
  told = s.out.toldTo<SpeakersChanged>("p_bob");
  ck_assert_uint_eq(told.size(), 2);
  ck_assert_uint_eq(told[1].speakers.size(), 0);
}
END_TEST

START_TEST(who_mutes_or_leaves_stops_speaking_at_once) {
  Scene s;
  for (const char* id : {"p_ada", "p_bob", "p_eve"}) s.join(id);
  s.room.setTracks("p_ada", {microphone(1)});
  s.room.setTracks("p_bob", {microphone(2)});
  s.speak({1, 2}, 1000);
  s.out.clear();
  ck_assert(static_cast<bool>(s.room.setMuted("p_ada", "m1", true)));
  auto told = s.out.toldTo<SpeakersChanged>("p_eve");
  ck_assert_uint_eq(told.size(), 1);
  ck_assert_uint_eq(told[0].speakers.size(), 1);
  s.room.leave("p_bob", LeaveReason::kLeft);
  told = s.out.toldTo<SpeakersChanged>("p_eve");
  ck_assert_uint_eq(told.size(), 2);
  ck_assert_uint_eq(told[1].speakers.size(), 0);
  s.speak({1, 2}, 1000);  // Levels of the muted and the gone count for nothing.
  ck_assert_uint_eq(s.out.toldTo<SpeakersChanged>("p_eve").size(), 2);
}
END_TEST

START_TEST(the_sound_of_a_screen_is_no_speaker) {
  Scene s;
  s.join("p_ada");
  s.room.setTracks("p_ada", {screenAudio(1)});
  s.out.clear();
  s.speak({1}, 1000);
  ck_assert_uint_eq(s.out.told.size(), 0);
}
END_TEST

int main() {
  return runSuite(
      "room tracks",
      {published_tracks_are_told_to_everybody, the_same_list_again_changes_nothing,
       a_track_without_an_id_keeps_the_one_of_its_place_or_gets_a_new_one,
       what_was_learnt_of_a_track_stays_over_a_new_list,
       a_codec_that_becomes_known_is_told_and_a_size_is_not,
       an_update_of_an_unknown_track_or_participant_changes_nothing,
       who_may_not_publish_has_no_tracks, a_joiner_brings_no_tracks_of_its_own, a_mute_is_told_once,
       speakers_are_told_when_they_begin_and_when_they_end,
       who_mutes_or_leaves_stops_speaking_at_once, the_sound_of_a_screen_is_no_speaker});
}
