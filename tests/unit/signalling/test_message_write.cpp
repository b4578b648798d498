// What is sent is what the schema says.
#include <nlohmann/json.hpp>

#include "schema.hpp"
#include "signalling/message_write.hpp"
#include "signalling/stats_write.hpp"
#include "suite.hpp"

using namespace parlour;
using namespace parlour::signalling;
using namespace parlour::test;
using Json = nlohmann::json;

namespace {

Json valid(const std::string& text, const std::string& definition = "serverMessage") {
  Json parsed = Json::parse(text, nullptr, false);
  ck_assert_msg(!parsed.is_discarded(), "no JSON: %s", text.c_str());
  const std::string complaint = schemaComplaint(parsed, definition);
  ck_assert_msg(complaint.empty(), "%s", complaint.c_str());
  return parsed;
}

room::Participant ada() {
  room::Participant participant;
  participant.id = "p_ada";
  participant.identity = "ada";
  participant.name = "Ada \"the first\"\n<b>\\";
  participant.joinedAtNs = 1'767'225'600'123'456'789;
  room::Track track;
  track.id = 7;
  track.source = room::Source::kScreenAudio;
  track.kind = room::Kind::kAudio;
  track.codec.name = "opus";
  track.mutedByHost = true;
  participant.tracks.push_back(track);
  return participant;
}

}  // namespace

START_TEST(every_event_fits_the_schema) {
  const room::Event events[] = {
      room::ParticipantJoined{ada()},
      room::ParticipantUpdated{ada()},
      room::ParticipantLeft{"p_ada", room::LeaveReason::kTimedOut},
      room::SlotsChanged{{{"0", room::SlotReason::kShown, "p_ada", room::Source::kScreen, 7, 9},
                          {"1", room::SlotReason::kEmpty, "", room::Source::kCamera, 0, 0},
                          {"2", room::SlotReason::kUndecodable, "p_b", room::Source::kCamera, 0, 3},
                          {"3", room::SlotReason::kMuted, "p_b", room::Source::kCamera, 4, 3},
                          {"4", room::SlotReason::kGone, "p_b", room::Source::kCamera, 0, 0}}},
      room::SpeakersChanged{{{"p_ada", 3}, {"p_b", 127}}},
      room::SpeakersChanged{},
      room::ChatPosted{{"c_1", 1, "p_ada", "Ada", "", "hi \u2028", 1}},
      room::ChatPosted{{"c_2", 2, "p_ada", "Ada", "p_b", "psst", 1}},
      room::RoomUpdated{true},
      room::QualityChanged{"p_ada", 3},
      room::DataReceived{"p_ada", "", "payload"},
      room::DataReceived{"p_ada", "p_b", std::string("\x01\x1f\x7f")},
      room::Draining{5000},
      room::Ended{room::LeaveReason::kServerStopping, "Bye."}};
  uint64_t seq = 0;
  for (const room::Event& event : events) {
    const Json frame = valid(writeEvent(++seq, event));
    ck_assert_uint_eq(frame["seq"].get<uint64_t>(), seq);
  }
}
END_TEST

START_TEST(text_comes_through_as_it_was) {
  const Json frame = valid(writeEvent(1, room::ParticipantJoined{ada()}));
  assertText(frame["data"]["participant"]["name"], ada().name);
  assertText(frame["data"]["participant"]["joinedAt"], "2026-01-01T00:00:00.123Z");
}
END_TEST

START_TEST(text_that_is_no_utf8_is_made_so) {
  const Json frame = valid(writeEvent(1, room::DataReceived{"p_ada", "", "a\xff\xfe"}));
  assertHas(frame["data"]["payload"], "a");
}
END_TEST

START_TEST(a_join_is_answered_with_all_there_is) {
  call::Joined joined;
  joined.snapshot.self = ada();
  joined.snapshot.participants = {ada(), ada()};
  joined.snapshot.chat = {{"c_1", 1, "p_b", "Bob", "", "hello", 1}};
  joined.snapshot.slots = {{"0", room::SlotReason::kEmpty, "", room::Source::kCamera, 0, 0}};
  joined.answer = "v=0\r\n";
  const Json reply = valid(
      writeReply({"join", 1}, writeJoined(joined, "lobby", {"token", 30000}, 12)), "joinReply");
  ck_assert(reply["result"]["self"].contains("grants"));
  ck_assert(!reply["result"]["participants"][0].contains("grants"));
  joined.answer.clear();
  valid(writeReply({"join", 1}, writeJoined(joined, "lobby", {"token", 30000}, 0)), "joinReply");
}
END_TEST

START_TEST(other_replies_fit_the_schema) {
  valid(writeReply({"offer", 2}, writeAnswer("v=0")), "offerReply");
  valid(writeReply({"chat", 3}, writeChatMessage({"c_1", 1, "p_a", "A", "", "x", 0})),
        "chatReply");
  call::ParticipantStats stats;
  stats.id = "p_a";
  stats.rttMs = 1.23456;
  call::SlotStats& slot = stats.out.emplace_back();  // Empty: nothing of a layer.
  slot.state.mid = "3";
  slot.jitterMs = 1e300;
  call::TrackStats& track = stats.in.emplace_back();
  track.mid = "1";
  track.codec = "VP8";
  const Json reply = valid(writeReply({"stats", 4}, writeStats(stats)), "statsReply");
  ck_assert(reply["result"]["participant"]["rttMs"] == 1.235);
}
END_TEST

START_TEST(errors_say_what_to_do) {
  const auto action = [](const Error& error) {
    return valid(writeError({"join", 1}, error))["action"].get<std::string>();
  };
  assertText(action(invalid("bad_message", "x")), "fix");
  assertText(action(refused("token_expired", "x")), "auth");
  assertText(action(refused("not_moderator", "x")), "none");
  assertText(action(unavailable("room_full", "x")), "wait");
  assertText(action(unavailable("resume_expired", "x")), "rejoin");
  ck_assert_int_eq(valid(writeError({}, unavailable("too_many_joins", "x"), 1234))["retryAfterMs"],
                   1234);
  ck_assert_int_gt(valid(writeError({}, unavailable("draining", "x")))["retryAfterMs"], 0);
}
END_TEST

START_TEST(what_broke_inside_stays_inside) {
  const Json error = valid(writeError({"offer", 1}, failed("pipeline", "0xdeadbeef is null")));
  assertText(error["code"], "internal");
  ck_assert(error["message"].get<std::string>().find("deadbeef") == std::string::npos);
  assertText(valid(writeError({}, unavailable("of_no_protocol", "Later.")))["code"], "internal");
}
END_TEST

int main() {
  return runSuite("message write",
                  {every_event_fits_the_schema, text_comes_through_as_it_was,
                   text_that_is_no_utf8_is_made_so, a_join_is_answered_with_all_there_is,
                   other_replies_fit_the_schema, errors_say_what_to_do,
                   what_broke_inside_stays_inside});
}
