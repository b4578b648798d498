// What moderators may do, and what a mute of theirs holds against.
#include "recording_outputs.hpp"

using namespace parlour;
using namespace parlour::room;
using namespace parlour::room::test;

namespace {

const Grants kModerator{.moderator = true};
const Source kMic = Source::kMicrophone;
const Source kCam = Source::kCamera;

using Gate = RecordingOutputs::Gate;

/// A host, and a guest with microphone 1 and camera 2 that the host sees.
struct Hosted : Scene {
  Hosted() {
    join("p_host", kModerator);
    join("p_guest");
    room.setSlots("p_host", test::slots(1, 1));
    room.setTracks("p_guest", {microphone(1), camera(2)});
    out.clear();
  }
};

}  // namespace

START_TEST(only_a_moderator_moderates) {
  Hosted s;
  for (const Moderation act : {Moderation::kMute, Moderation::kUnmute, Moderation::kRemove,
                               Moderation::kLock, Moderation::kUnlock})
    EXPECT_TEXT("not_moderator", errorCode(s.room.moderate("p_guest", act, "p_host", nullptr)));
  EXPECT_TEXT("no_such_participant",
              errorCode(s.room.moderate("p_nobody", Moderation::kLock, {}, nullptr)));
  ck_assert_uint_eq(s.out.told.size() + s.out.evictions.size() + s.out.gates.size(), 0);
}
END_TEST

START_TEST(a_removed_participant_is_evicted_and_told_to_the_others) {
  Hosted s;
  ck_assert(static_cast<bool>(s.room.moderate("p_host", Moderation::kRemove, "p_guest", nullptr)));
  ck_assert_uint_eq(s.out.evictions.size(), 1);
  ck_assert(s.out.evictions[0].reason == LeaveReason::kRemoved);
  ck_assert(s.out.toldTo<ParticipantLeft>("p_host").at(0).reason == LeaveReason::kRemoved);
  ck_assert_ptr_null(s.room.find("p_guest"));
  EXPECT_TEXT("no_such_participant",
              errorCode(s.room.moderate("p_host", Moderation::kRemove, "p_guest", nullptr)));
}
END_TEST

START_TEST(a_moderator_may_remove_itself) {
  Hosted s;
  ck_assert(static_cast<bool>(s.room.moderate("p_host", Moderation::kRemove, "p_host", nullptr)));
  ck_assert_ptr_null(s.room.find("p_host"));
}
END_TEST

START_TEST(locking_is_told_once) {
  Hosted s;
  for (int twice = 0; twice < 2; ++twice)
    ck_assert(static_cast<bool>(s.room.moderate("p_host", Moderation::kLock, {}, nullptr)));
  ck_assert_uint_eq(s.out.toldTo<RoomUpdated>("p_guest").size(), 1);
  ck_assert(s.out.toldTo<RoomUpdated>("p_guest")[0].locked);
}
END_TEST

START_TEST(a_hosts_mute_closes_the_media_and_everybody_hears_of_it) {
  Hosted s;
  ck_assert(static_cast<bool>(s.room.moderate("p_host", Moderation::kMute, "p_guest", &kMic)));
  ck_assert(s.out.gates == std::vector<Gate>({{"p_guest", 1, false}}));
  for (const char* id : {"p_host", "p_guest"})
    ck_assert(s.out.toldTo<ParticipantUpdated>(id).at(0).participant.tracks[0].mutedByHost);
  EXPECT_TEXT("p_guest muted", s.in("p_host", "a0"));
  EXPECT_TEXT("p_guest", s.in("p_host", "v0"));
  s.out.clear();
  ck_assert(static_cast<bool>(s.room.moderate("p_host", Moderation::kMute, "p_guest", &kMic)));
  ck_assert_uint_eq(s.out.told.size() + s.out.gates.size() + s.out.fills.size(), 0);
}
END_TEST

START_TEST(the_publishers_own_unmute_does_not_override_a_hosts_mute) {
  Hosted s;
  ck_assert(static_cast<bool>(s.room.moderate("p_host", Moderation::kMute, "p_guest", &kMic)));
  s.out.clear();
  ck_assert(static_cast<bool>(s.room.setMuted("p_guest", "m1", true)));
  ck_assert(static_cast<bool>(s.room.setMuted("p_guest", "m1", false)));
  ck_assert_uint_eq(s.out.gates.size() + s.out.fills.size(), 0);
  EXPECT_TEXT("p_guest muted", s.in("p_host", "a0"));
}
END_TEST

START_TEST(a_hosts_unmute_opens_the_media_unless_the_publisher_mutes_itself) {
  Hosted s;
  ck_assert(static_cast<bool>(s.room.moderate("p_host", Moderation::kMute, "p_guest", &kMic)));
  ck_assert(static_cast<bool>(s.room.setMuted("p_guest", "m1", true)));
  s.out.clear();
  ck_assert(static_cast<bool>(s.room.moderate("p_host", Moderation::kUnmute, "p_guest", &kMic)));
  ck_assert(s.out.gates == std::vector<Gate>({{"p_guest", 1, true}}));
  EXPECT_TEXT("p_guest muted", s.in("p_host", "a0"));
  ck_assert(static_cast<bool>(s.room.setMuted("p_guest", "m1", false)));
  EXPECT_TEXT("p_guest", s.in("p_host", "a0"));
}
END_TEST

START_TEST(a_muted_source_stays_closed_when_it_is_published_anew) {
  Hosted s;
  ck_assert(static_cast<bool>(s.room.moderate("p_host", Moderation::kMute, "p_guest", &kMic)));
  s.room.setTracks("p_guest", {camera(2)});
  s.out.clear();
  s.room.setTracks("p_guest", {camera(2), microphone(3)});
  ck_assert(s.out.gates == std::vector<Gate>({{"p_guest", 3, false}}));
  ck_assert(s.room.find("p_guest")->tracks[1].mutedByHost);
}
END_TEST

START_TEST(a_mute_goes_over_to_the_stay_that_replaces_the_muted_one) {
  Hosted s;
  ck_assert(static_cast<bool>(s.room.moderate("p_host", Moderation::kMute, "p_guest", &kMic)));
  Participant again = person("p_guest2");
  again.identity = "guest";
  ck_assert(static_cast<bool>(s.room.join(again)));
  s.out.clear();
  s.room.setTracks("p_guest2", {microphone(4)});
  ck_assert(s.out.gates == std::vector<Gate>({{"p_guest2", 4, false}}));
}
END_TEST

START_TEST(leaving_and_coming_back_does_not_lift_a_mute) {
  Hosted s;
  ck_assert(static_cast<bool>(s.room.moderate("p_host", Moderation::kMute, "p_guest", &kMic)));
  s.room.leave("p_guest", LeaveReason::kTimedOut);
  s.join("p_guest");
  s.out.clear();
  s.room.setTracks("p_guest", {microphone(1), camera(2)});
  ck_assert(s.out.gates == std::vector<Gate>({{"p_guest", 1, false}}));
  EXPECT_TEXT("p_guest muted", s.in("p_host", "a0"));
}
END_TEST

START_TEST(a_mute_without_a_source_closes_audio_and_an_unmute_opens_everything) {
  Hosted s;
  ck_assert(static_cast<bool>(s.room.moderate("p_host", Moderation::kMute, "p_guest", &kCam)));
  ck_assert(static_cast<bool>(s.room.moderate("p_host", Moderation::kMute, "p_guest", nullptr)));
  ck_assert(s.out.gates == std::vector<Gate>({{"p_guest", 2, false}, {"p_guest", 1, false}}));
  s.out.clear();
  ck_assert(static_cast<bool>(s.room.moderate("p_host", Moderation::kUnmute, "p_guest", nullptr)));
  ck_assert(s.out.gates == std::vector<Gate>({{"p_guest", 1, true}, {"p_guest", 2, true}}));
}
END_TEST

START_TEST(an_unmute_lifts_the_mute_of_a_source_that_is_not_published_now) {
  Hosted s;
  ck_assert(static_cast<bool>(s.room.moderate("p_host", Moderation::kMute, "p_guest", &kMic)));
  s.room.setTracks("p_guest", {});
  ck_assert(static_cast<bool>(s.room.moderate("p_host", Moderation::kUnmute, "p_guest", &kMic)));
  s.out.clear();
  s.room.setTracks("p_guest", {microphone(5)});
  ck_assert_uint_eq(s.out.gates.size(), 0);
}
END_TEST

START_TEST(muting_what_is_not_published_is_an_error) {
  Hosted s;
  const Source screen = Source::kScreen;
  EXPECT_TEXT("no_such_track",
              errorCode(s.room.moderate("p_host", Moderation::kMute, "p_guest", &screen)));
  EXPECT_TEXT("no_such_track",
              errorCode(s.room.moderate("p_host", Moderation::kMute, "p_host", nullptr)));
  EXPECT_TEXT("no_such_track", errorCode(s.room.setMuted("p_guest", "nowhere", true)));
}
END_TEST

START_TEST(a_hidden_participant_exists_for_admins_only) {
  Hosted s;
  s.join("p_spy", Grants{.hidden = true});
  EXPECT_TEXT("no_such_participant",
              errorCode(s.room.moderate("p_host", Moderation::kRemove, "p_spy", nullptr)));
  ck_assert(static_cast<bool>(s.room.moderateAsAdmin(Moderation::kRemove, "p_spy", nullptr)));
  ck_assert_ptr_null(s.room.find("p_spy"));
}
END_TEST

int main() {
  return runSuite(
      "room moderation",
      {only_a_moderator_moderates, a_removed_participant_is_evicted_and_told_to_the_others,
       a_moderator_may_remove_itself, locking_is_told_once,
       a_hosts_mute_closes_the_media_and_everybody_hears_of_it,
       the_publishers_own_unmute_does_not_override_a_hosts_mute,
       a_hosts_unmute_opens_the_media_unless_the_publisher_mutes_itself,
       a_muted_source_stays_closed_when_it_is_published_anew,
       a_mute_goes_over_to_the_stay_that_replaces_the_muted_one,
       leaving_and_coming_back_does_not_lift_a_mute,
       a_mute_without_a_source_closes_audio_and_an_unmute_opens_everything,
       an_unmute_lifts_the_mute_of_a_source_that_is_not_published_now,
       muting_what_is_not_published_is_an_error, a_hidden_participant_exists_for_admins_only});
}
