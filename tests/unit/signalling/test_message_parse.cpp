// What a text frame may be.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "schema.hpp"
#include "signalling/message_parse.hpp"
#include "suite.hpp"

using namespace parlour;
using namespace parlour::signalling;
using namespace parlour::test;

namespace {

ParsedMessage parse(const std::string& text) { return parseMessage(text, {}); }

void assertRefused(const std::string& text, const std::string& code, uint64_t id) {
  const ParsedMessage message = parse(text);
  ck_assert_msg(!message.request, "%s was taken", text.c_str());
  ck_assert_msg(message.request.error().code == code, "%s: %s (%s)", text.c_str(),
                message.request.error().code.c_str(), message.request.error().message.c_str());
  ck_assert_msg(message.envelope.id == id, "%s: id %lu", text.c_str(), message.envelope.id);
}

template <typename T>
T taken(const std::string& text) {
  const auto complaint = schemaComplaint(nlohmann::json::parse(text), "request");
  ck_assert_msg(complaint.empty(), "%s", complaint.c_str());
  ParsedMessage message = parse(text);
  ck_assert_msg(static_cast<bool>(message.request), "%s: %s", text.c_str(),
                message.request ? "" : message.request.error().message.c_str());
  ck_assert(std::holds_alternative<T>(*message.request));
  return std::get<T>(*message.request);
}

std::string nested(size_t depth) {
  return R"({"type":"ping","id":9,"x":)" + std::string(depth - 1, '[') +
         std::string(depth - 1, ']') + "}";
}

}  // namespace

START_TEST(every_request_is_read_into_its_type) {
  const auto join = taken<JoinRequest>(
      R"({"type":"join","id":1,"version":1,"room":"l\u00f6bby","name":"Ada","identity":"ada",)"
      R"("token":"t","offer":{"sdp":"v=0","publish":[{"mid":"1","source":"screenAudio","muted":true}]}})");
  assertText(join.room, "löbby");
  ck_assert(join.offer->publish[0].muted);
  ck_assert(join.offer->publish[0].source == room::Source::kScreenAudio);
  assertText(taken<OfferRequest>(R"({"type":"offer","id":2,"sdp":"v=0"})").offer.sdp, "v=0");
  const auto view = taken<ViewRequest>(
      R"({"type":"view","id":3,"slots":[{"mid":"0","want":"auto","width":640,"height":360},)"
      R"({"mid":"2","want":"none"},{"mid":"3","want":{"participant":"p_1","source":"screen"}}]})");
  ck_assert_uint_eq(view.slots.size(), 3);
  ck_assert(view.slots[0].automatic && view.slots[0].width == 640);
  ck_assert(!view.slots[1].automatic && view.slots[1].participant.empty());
  assertText(view.slots[2].participant, "p_1");
  ck_assert(view.slots[2].source == room::Source::kScreen);
  ck_assert(taken<MuteRequest>(R"({"type":"mute","id":4,"mid":"1","muted":true})").muted);
  assertText(taken<RenameRequest>(R"({"type":"rename","id":5,"name":"Bob"})").name, "Bob");
  ck_assert(taken<HandRequest>(R"({"type":"hand","id":6,"raised":true})").raised);
  assertText(taken<ChatRequest>(R"({"type":"chat","id":7,"text":"hi","to":"p_2"})").to, "p_2");
  assertText(taken<DataRequest>(R"({"type":"data","id":8,"payload":"x"})").payload, "x");
  const auto act = taken<ModerateRequest>(
      R"({"type":"moderate","id":9,"act":"mute","participant":"p_1","source":"camera"})");
  ck_assert(act.act == room::Moderation::kMute && act.source == room::Source::kCamera);
  ck_assert(!taken<ModerateRequest>(R"({"type":"moderate","id":9,"act":"lock"})").source);
  taken<StatsRequest>(R"({"type":"stats","id":10})");
  taken<PingRequest>(R"({"type":"ping","id":11})");
  taken<LeaveRequest>(R"({"type":"leave","id":12})");
}
END_TEST

START_TEST(what_is_no_strict_json_is_refused) {
  for (const char* text :
       {"", "null", "[]", "\"x\"", "{", "{}x", "{\"a\":}", "{\"a\" 1}", "{a:1}", "{'a':1}",
        "{\"a\":1,}", "{\"a\":01}", "{\"a\":+1}", "{\"a\":.5}", "{\"a\":1.}", "{\"a\":1e}",
        "{\"a\":NaN}", "{\"a\":tru}", "var x = {}", "{\"a\":1 /* c */}", "{\"a\":\"\n\"}",
        "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}", "{\"a\":\"\\u0000\"}", "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\udc00\\ud800\"}", "{\"a\":\"\\ud800\\u0041\"}", "{\"a\":\"", "{\"a\":\"\\",
        "{\"a\":\"\\u", "{\"a\":[1,]}", "{\"a\":[1 2]}", "\xef\xbb\xbf{}", "{\"a\":1e400}",
        "{\"a\":\"\xff\"}"})
    assertRefused(text, "bad_message", 0);
}
END_TEST

START_TEST(a_refused_message_is_answered_with_its_own_id) {
  assertRefused(R"({"type":"dance","id":7})", "unknown_type", 7);
  assertRefused(R"({"id":8})", "bad_message", 8);
  assertRefused(R"({"id":9,"type":"chat"})", "bad_message", 9);
  assertRefused(R"({"type":"chat","id":5,"text":"x","to":)", "bad_message", 5);
}
END_TEST

START_TEST(ids_are_positive_integers_that_every_client_can_count) {
  for (const char* id : {"0", "-1", "1.5", "1e3", "\"1\"", "null", "9007199254740992",
                         "99999999999999999999999", "1e400"})
    assertRefused(fmt::format(R"({{"type":"ping","id":{}}})", id), "bad_message", 0);
  ck_assert(static_cast<bool>(parse(R"({"type":"ping","id":9007199254740991})").request));
}
END_TEST

START_TEST(depth_is_checked_before_anything_is_built) {
  ck_assert(static_cast<bool>(parse(nested(16)).request));
  assertRefused(nested(17), "too_deep", 9);
  assertRefused(R"({"type":"ping","id":9,"x":)" + std::string(60000, '['), "too_deep", 9);
  std::string objects = R"({"type":"ping","id":9,"x":)";
  for (int i = 0; i < 8000; ++i) objects += "{\"a\":";
  assertRefused(objects, "too_deep", 9);
}
END_TEST

START_TEST(members_given_twice_and_too_many_members_are_refused) {
  assertRefused(R"({"type":"ping","id":1,"type":"leave"})", "bad_message", 1);
  assertRefused(R"({"type":"ping","id":1,"x":{"a":1,"a":2}})", "bad_message", 1);
  std::string many = R"({"type":"ping","id":1)";
  for (int i = 0; i < 100; ++i) many += fmt::format(",\"m{}\":1", i);
  assertRefused(many + "}", "bad_message", 1);
}
END_TEST

START_TEST(only_offers_may_be_long) {
  const std::string padding(70 * 1024, 'x');
  assertRefused(R"({"type":"chat","id":3,"text":")" + padding + "\"}", "too_large", 3);
  ck_assert(static_cast<bool>(
      parse(R"({"type":"offer","id":3,"sdp":")" + padding + "\"}").request));
  assertRefused(R"({"type":"offer","id":3,"sdp":")" + std::string(520 * 1024, 'x') + "\"}",
                "too_large", 0);
}
END_TEST

START_TEST(wrong_types_and_sizes_of_members_are_named) {
  const auto refusal = [](const std::string& members) {
    const auto message = parse("{\"id\":1," + members + "}");
    ck_assert_msg(!message.request, "%s", members.c_str());
    assertText(message.request.error().code, "bad_message");
    return message.request.error().message;
  };
  assertHas(refusal(R"("type":"mute","mid":1,"muted":true)"), "'mid'");
  assertHas(refusal(R"("type":"mute","mid":"1","muted":"yes")"), "'muted'");
  assertHas(refusal(R"("type":"mute","mid":"1")"), "'muted'");
  assertHas(refusal(R"("type":"hand","raised":null)"), "'raised'");
  assertHas(refusal(R"("type":"view","slots":{})"), "'slots'");
  assertHas(refusal(R"("type":"view","slots":[1])"), "'slots'");
  assertHas(refusal(R"("type":"view","slots":[{"mid":"0","want":"all"}])"), "'slots[0].want'");
  assertHas(refusal(R"("type":"view","slots":[{"mid":"0","want":{"source":"camera"}}])"), "want");
  assertHas(refusal(R"("type":"view","slots":[{"mid":"0","want":"auto","width":-1}])"), "width");
  assertHas(refusal(R"("type":"view","slots":[{"mid":"0","want":"auto","width":1e99}])"), "width");
  assertHas(refusal(R"("type":"offer","sdp":"v=0","publish":[{"mid":"0","source":"tv"}])"),
            "source");
  assertHas(refusal(R"("type":"join","version":"1","room":"a")"), "'version'");
  assertHas(refusal(R"("type":"join","version":99999999999,"room":"a")"), "'version'");
  assertHas(refusal(R"("type":"join","version":1,"room":"")"), "'room'");
  assertHas(refusal(R"("type":"join","version":1,"room":"a\u0007b")"), "'room'");
  assertHas(refusal("\"type\":\"join\",\"version\":1,\"room\":\"" + std::string(129, 'r') + "\""),
            "'room'");
  assertHas(refusal(R"("type":"join","version":1,"room":"a","offer":"v=0")"), "'offer'");
  assertHas(refusal(R"("type":"join","version":1,"room":"a","offer":{})"), "sdp");
  assertHas(refusal(R"("type":"moderate","act":"explode")"), "'act'");
  assertHas(refusal("\"type\":\"data\",\"payload\":\"" + std::string(16385, 'd') + "\""),
            "'payload'");
  std::string many = R"("type":"view","slots":[)";
  for (int i = 0; i < 65; ++i) many += std::string(i ? "," : "") + R"({"mid":"0","want":"auto"})";
  assertHas(refusal(many + "]"), "'slots'");
}
END_TEST

START_TEST(members_of_later_versions_are_ignored) {
  ck_assert(static_cast<bool>(parse(R"({"type":"ping","id":1,"later":{"a":[1,2]}})").request));
}
END_TEST

START_TEST(names_are_text_for_people) {
  ck_assert(plainName("Zoë 🎉", 64));
  ck_assert(!plainName("", 64));
  ck_assert(!plainName("a\nb", 64));
  ck_assert(!plainName("a\x7f", 64));
  ck_assert(!plainName("\xff", 64));
  ck_assert(!plainName("abc", 2));
}
END_TEST

int main() {
  return runSuite(
      "message parse",
      {every_request_is_read_into_its_type, what_is_no_strict_json_is_refused,
       a_refused_message_is_answered_with_its_own_id,
       ids_are_positive_integers_that_every_client_can_count,
       depth_is_checked_before_anything_is_built,
       members_given_twice_and_too_many_members_are_refused, only_offers_may_be_long,
       wrong_types_and_sizes_of_members_are_named, members_of_later_versions_are_ignored,
       names_are_text_for_people});
}
