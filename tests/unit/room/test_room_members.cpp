// Who is in a room and what the others are told of it.
#include "recording_outputs.hpp"

using namespace parlour;
using namespace parlour::room;
using namespace parlour::room::test;

START_TEST(a_joiner_sees_the_others_and_they_hear_of_it) {
  Scene s;
  ck_assert(s.room.empty());
  s.join("p_ada");
  const Snapshot bob = s.join("p_bob");
  EXPECT_TEXT("p_bob", bob.self.id);
  ck_assert_uint_eq(bob.participants.size(), 1);
  EXPECT_TEXT("p_ada", bob.participants[0].id);
  const auto joined = s.out.toldTo<ParticipantJoined>("p_ada");
  ck_assert_uint_eq(joined.size(), 1);
  EXPECT_TEXT("p_bob", joined[0].participant.id);
  ck_assert_uint_eq(s.out.eventsOf("p_bob"), 0);
}
END_TEST

START_TEST(a_leaver_is_told_to_the_others_with_the_reason) {
  Scene s;
  s.join("p_ada");
  s.join("p_bob");
  s.out.clear();
  s.room.leave("p_bob", LeaveReason::kTimedOut);
  const auto left = s.out.toldTo<ParticipantLeft>("p_ada");
  ck_assert_uint_eq(left.size(), 1);
  EXPECT_TEXT("p_bob", left[0].id);
  ck_assert(left[0].reason == LeaveReason::kTimedOut);
  ck_assert_uint_eq(s.out.eventsOf("p_bob"), 0);
  ck_assert_ptr_null(s.room.find("p_bob"));
}
END_TEST

START_TEST(leaving_twice_is_leaving_once) {
  Scene s;
  s.join("p_ada");
  s.join("p_bob");
  s.room.leave("p_bob", LeaveReason::kLeft);
  s.out.clear();
  s.room.leave("p_bob", LeaveReason::kLeft);
  s.room.leave("p_nobody", LeaveReason::kLeft);
  ck_assert_uint_eq(s.out.told.size(), 0);
}
END_TEST

START_TEST(a_full_room_refuses_and_says_how_full_it_is) {
  Policy policy;
  policy.maxParticipants = 2;
  Scene s(policy);
  s.join("p_ada");
  s.join("p_bob");
  const auto refusal = s.room.join(person("p_eve"));
  EXPECT_TEXT("room_full", errorCode(refusal));
  ck_assert(refusal.error().kind == ErrorKind::kUnavailable);
  EXPECT_TEXT("The room is full (2 of 2).", refusal.error().message);
  s.room.leave("p_bob", LeaveReason::kLeft);
  s.join("p_eve");
}
END_TEST

START_TEST(the_newer_of_two_with_one_identity_replaces_the_older) {
  Scene s;
  s.join("p_ada");
  s.join("p_bob");
  s.out.clear();
  Participant again = person("p_bob2");
  again.identity = "bob";
  const auto joined = s.room.join(again);
  ck_assert(static_cast<bool>(joined));
  ck_assert_uint_eq(joined->participants.size(), 1);
  ck_assert_uint_eq(s.out.evictions.size(), 1);
  EXPECT_TEXT("p_bob", s.out.evictions[0].id);
  ck_assert(s.out.evictions[0].reason == LeaveReason::kReplaced);
  ck_assert_uint_eq(s.out.eventsOf("p_bob"), 0);
  ck_assert(std::holds_alternative<ParticipantLeft>(s.out.told[0].event));
  ck_assert(std::get<ParticipantLeft>(s.out.told[0].event).reason == LeaveReason::kReplaced);
  ck_assert(std::holds_alternative<ParticipantJoined>(s.out.told[1].event));
  ck_assert_uint_eq(s.room.participants().size(), 2);
}
END_TEST

START_TEST(who_replaces_itself_passes_a_full_and_a_locked_room) {
  Policy policy;
  policy.maxParticipants = 1;
  Scene s(policy);
  s.join("p_ada");
  ck_assert(static_cast<bool>(s.room.moderateAsAdmin(Moderation::kLock, {}, nullptr)));
  Participant again = person("p_ada2");
  again.identity = "ada";
  ck_assert(static_cast<bool>(s.room.join(again)));
  ck_assert_ptr_null(s.room.find("p_ada"));
}
END_TEST

START_TEST(a_refused_joiner_does_not_throw_out_who_has_its_identity) {
  Scene s;
  s.join("p_ada");
  Participant again = person("p_ada2");
  again.identity = "ada";
  again.name = "bad\nname";
  EXPECT_TEXT("bad_message", errorCode(s.room.join(again)));
  ck_assert_ptr_nonnull(s.room.find("p_ada"));
  ck_assert_uint_eq(s.out.evictions.size(), 0);
}
END_TEST

START_TEST(a_locked_room_refuses_all_but_moderators) {
  Scene s;
  s.join("p_ada");
  ck_assert(static_cast<bool>(s.room.moderateAsAdmin(Moderation::kLock, {}, nullptr)));
  ck_assert(s.room.locked());
  EXPECT_TEXT("room_locked", errorCode(s.room.join(person("p_bob"))));
  const Snapshot host = s.join("p_host", Grants{.moderator = true});
  ck_assert(host.locked);
  ck_assert(static_cast<bool>(s.room.moderateAsAdmin(Moderation::kUnlock, {}, nullptr)));
  s.join("p_bob");
}
END_TEST

START_TEST(names_are_made_where_none_is_given) {
  Scene s;
  Participant nameless;
  nameless.id = "p_1";
  const auto joined = s.room.join(nameless);
  EXPECT_TEXT("p_1", joined->self.identity);
  EXPECT_TEXT("p_1", joined->self.name);
  Participant known = person("p_2");
  known.name.clear();
  EXPECT_TEXT("2", s.room.join(known)->self.name);
}
END_TEST

START_TEST(an_id_that_is_taken_or_missing_is_an_internal_error) {
  Scene s;
  s.join("p_ada");
  EXPECT_TEXT("internal", errorCode(s.room.join(person("p_ada"))));
  EXPECT_TEXT("internal", errorCode(s.room.join(Participant{})));
  ck_assert_uint_eq(s.room.participants().size(), 1);
}
END_TEST

START_TEST(a_hidden_participant_sees_all_and_is_seen_by_nobody) {
  Scene s;
  s.join("p_ada");
  s.out.clear();
  const Snapshot spy = s.join("p_spy", Grants{.hidden = true});
  ck_assert_uint_eq(spy.participants.size(), 1);
  s.room.setConnection("p_spy", Connection::kConnected);
  s.room.setQuality("p_spy", 2);
  s.room.setTracks("p_spy", {camera(1)});
  ck_assert(static_cast<bool>(s.room.rename("p_spy", "Nobody")));
  ck_assert(static_cast<bool>(s.room.raiseHand("p_spy", true)));
  ck_assert_uint_eq(s.out.eventsOf("p_ada"), 0);
  ck_assert_uint_gt(s.out.toldTo<ParticipantUpdated>("p_spy").size(), 0);
  ck_assert_uint_eq(s.room.find("p_spy")->tracks.size(), 0);
  ck_assert_uint_eq(s.join("p_bob").participants.size(), 1);
  ck_assert_uint_eq(s.out.toldTo<ParticipantJoined>("p_spy").size(), 1);
  ck_assert_uint_eq(s.room.participants().size(), 3);
  s.out.clear();
  s.room.leave("p_spy", LeaveReason::kLeft);
  ck_assert_uint_eq(s.out.told.size(), 0);
}
END_TEST

START_TEST(a_rename_is_trimmed_checked_and_told_once) {
  Scene s;
  s.join("p_ada");
  s.join("p_bob");
  s.out.clear();
  ck_assert(static_cast<bool>(s.room.rename("p_ada", "  Countess ")));
  EXPECT_TEXT("Countess", s.room.find("p_ada")->name);
  EXPECT_TEXT("Countess", s.out.toldTo<ParticipantUpdated>("p_bob").at(0).participant.name);
  ck_assert_uint_eq(s.out.toldTo<ParticipantUpdated>("p_ada").size(), 1);
  s.out.clear();
  ck_assert(static_cast<bool>(s.room.rename("p_ada", "Countess")));
  EXPECT_TEXT("bad_message", errorCode(s.room.rename("p_ada", "")));
  EXPECT_TEXT("bad_message", errorCode(s.room.rename("p_ada", "a\tb")));
  EXPECT_TEXT("no_such_participant", errorCode(s.room.rename("p_nobody", "x")));
  ck_assert_uint_eq(s.out.told.size(), 0);
}
END_TEST

START_TEST(a_hand_a_connection_and_a_quality_are_told_when_they_change) {
  Scene s;
  s.join("p_ada");
  s.join("p_bob");
  s.out.clear();
  for (int twice = 0; twice < 2; ++twice) {
    ck_assert(static_cast<bool>(s.room.raiseHand("p_ada", true)));
    s.room.setConnection("p_ada", Connection::kReconnecting);
    s.room.setQuality("p_ada", 1);
  }
  const auto updates = s.out.toldTo<ParticipantUpdated>("p_bob");
  ck_assert_uint_eq(updates.size(), 2);
  ck_assert(updates[0].participant.handRaised);
  ck_assert(updates[1].participant.connection == Connection::kReconnecting);
  ck_assert_uint_eq(s.out.toldTo<QualityChanged>("p_bob").size(), 1);
  ck_assert_uint_eq(s.out.toldTo<QualityChanged>("p_ada").size(), 1);
}
END_TEST

START_TEST(a_late_joiner_sees_the_same_messages_in_the_same_order) {
  Scene s;
  s.join("p_ada");
  s.join("p_bob");
  ck_assert(static_cast<bool>(s.room.chat("p_ada", "one", {})));
  ck_assert(static_cast<bool>(s.room.chat("p_bob", "two", {})));
  ck_assert(static_cast<bool>(s.room.chat("p_bob", "secret", "p_ada")));
  const auto posted = s.out.toldTo<ChatPosted>("p_ada");
  ck_assert_uint_eq(posted.size(), 3);
  const Snapshot late = s.join("p_late");
  ck_assert_uint_eq(late.chat.size(), 2);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_TEXT(posted[i].message.id.c_str(), late.chat[i].id);
    EXPECT_TEXT(posted[i].message.text.c_str(), late.chat[i].text);
  }
  ck_assert_uint_eq(s.room.snapshot("p_ada")->chat.size(), 3);
}
END_TEST

START_TEST(a_direct_message_reaches_its_two_ends_only) {
  Scene s;
  for (const char* id : {"p_ada", "p_bob", "p_eve"}) s.join(id);
  s.out.clear();
  ck_assert(static_cast<bool>(s.room.chat("p_ada", "psst", "p_bob")));
  ck_assert_uint_eq(s.out.toldTo<ChatPosted>("p_ada").size(), 1);
  ck_assert_uint_eq(s.out.toldTo<ChatPosted>("p_bob").size(), 1);
  ck_assert_uint_eq(s.out.toldTo<ChatPosted>("p_eve").size(), 0);
  s.out.clear();
  ck_assert(static_cast<bool>(s.room.chat("p_ada", "note to self", "p_ada")));
  ck_assert_uint_eq(s.out.told.size(), 1);
}
END_TEST

START_TEST(who_may_not_send_is_refused) {
  Scene s;
  s.join("p_ada");
  s.join("p_mute", Grants{.canChat = false});
  s.join("p_spy", Grants{.hidden = true});
  s.out.clear();
  for (const char* id : {"p_mute", "p_spy"}) {
    EXPECT_TEXT("not_allowed", errorCode(s.room.chat(id, "hello", {})));
    EXPECT_TEXT("not_allowed", errorCode(s.room.data(id, "{}", {})));
  }
  EXPECT_TEXT("no_such_participant", errorCode(s.room.chat("p_ada", "hello", "p_nobody")));
  EXPECT_TEXT("no_such_participant", errorCode(s.room.chat("p_ada", "hello", "p_spy")));
  EXPECT_TEXT("no_such_participant", errorCode(s.room.chat("p_nobody", "hello", {})));
  EXPECT_TEXT("chat_empty", errorCode(s.room.chat("p_ada", "", {})));
  EXPECT_TEXT("bad_message", errorCode(s.room.data("p_ada", "\xFF", {})));
  ck_assert_uint_eq(s.out.told.size(), 0);
}
END_TEST

START_TEST(data_reaches_the_others_or_the_one_named) {
  Scene s;
  for (const char* id : {"p_ada", "p_bob", "p_eve"}) s.join(id);
  s.out.clear();
  ck_assert(static_cast<bool>(s.room.data("p_ada", "x", {})));
  ck_assert(static_cast<bool>(s.room.data("p_ada", "y", "p_bob")));
  ck_assert_uint_eq(s.out.toldTo<DataReceived>("p_ada").size(), 0);
  ck_assert_uint_eq(s.out.toldTo<DataReceived>("p_bob").size(), 2);
  ck_assert_uint_eq(s.out.toldTo<DataReceived>("p_eve").size(), 1);
  EXPECT_TEXT("p_ada", s.out.toldTo<DataReceived>("p_eve")[0].from);
}
END_TEST

START_TEST(a_callee_may_call_the_room_and_is_answered_afterwards) {
  Scene s;
  s.join("p_ada");
  s.join("p_bob");
  s.out.clear();
  bool called = false;
  s.out.onTell = [&](const ParticipantId& to, const Event&) {
    if (called || to != "p_ada") return;
    called = true;
    s.room.leave("p_bob", LeaveReason::kFailed);
    ck_assert_ptr_null(s.room.find("p_bob"));
    // What that asks for has not been asked yet.
    ck_assert_uint_eq(s.out.toldTo<ParticipantLeft>("p_ada").size(), 0);
  };
  s.join("p_eve");
  ck_assert(called);
  ck_assert_uint_eq(s.out.toldTo<ParticipantLeft>("p_ada").size(), 1);
  ck_assert_uint_eq(s.out.toldTo<ParticipantLeft>("p_eve").size(), 1);
}
END_TEST

START_TEST(a_callee_may_take_the_evicted_out_itself) {
  Scene s;
  s.join("p_ada");
  s.join("p_bob");
  s.out.onEvict = [&](const ParticipantId& id) { s.room.leave(id, LeaveReason::kLeft); };
  ck_assert(static_cast<bool>(s.room.moderateAsAdmin(Moderation::kRemove, "p_bob", nullptr)));
  const auto left = s.out.toldTo<ParticipantLeft>("p_ada");
  ck_assert_uint_eq(left.size(), 1);
  ck_assert(left[0].reason == LeaveReason::kRemoved);
}
END_TEST

START_TEST(a_callee_may_destroy_the_room) {
  VirtualClock clock;
  RecordingOutputs out;
  auto room = std::make_unique<Room>("lobby", Policy{}, clock, out);
  for (const char* id : {"p_ada", "p_bob", "p_eve"})
    ck_assert(static_cast<bool>(room->join(person(id))));
  out.clear();
  out.onTell = [&](const ParticipantId&, const Event&) { room.reset(); };
  ck_assert(static_cast<bool>(room->rename("p_ada", "Countess")));
  ck_assert_uint_eq(out.told.size(), 1);
}
END_TEST

int main() {
  return runSuite("room members", {a_joiner_sees_the_others_and_they_hear_of_it,
                                   a_leaver_is_told_to_the_others_with_the_reason,
                                   leaving_twice_is_leaving_once,
                                   a_full_room_refuses_and_says_how_full_it_is,
                                   the_newer_of_two_with_one_identity_replaces_the_older,
                                   who_replaces_itself_passes_a_full_and_a_locked_room,
                                   a_refused_joiner_does_not_throw_out_who_has_its_identity,
                                   a_locked_room_refuses_all_but_moderators,
                                   names_are_made_where_none_is_given,
                                   an_id_that_is_taken_or_missing_is_an_internal_error,
                                   a_hidden_participant_sees_all_and_is_seen_by_nobody,
                                   a_rename_is_trimmed_checked_and_told_once,
                                   a_hand_a_connection_and_a_quality_are_told_when_they_change,
                                   a_late_joiner_sees_the_same_messages_in_the_same_order,
                                   a_direct_message_reaches_its_two_ends_only,
                                   who_may_not_send_is_refused,
                                   data_reaches_the_others_or_the_one_named,
                                   a_callee_may_call_the_room_and_is_answered_afterwards,
                                   a_callee_may_take_the_evicted_out_itself,
                                   a_callee_may_destroy_the_room});
}
