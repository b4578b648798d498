// WebSocket over real sockets: joining, origins, resuming, liveness, stopping.
#include "served.hpp"
#include "suite.hpp"

using namespace parlour;
using namespace parlour::test;

namespace {

constexpr const char* kJoin = R"({"type":"join","id":1,"version":1,"room":"lobby"})";

bool joinRaw(RawClient& client) {
  if (!client.upgrade()) return false;
  client.sendFrame(1, kJoin);
  return client.waitFor("\"reply\"");
}

}  // namespace

START_TEST(join_answers_with_the_whole_snapshot) {
  Served served;
  WsClient ada(served), bob(served);
  ada.join("lobby", "ada");
  const Json joined = bob.join("lobby", "bob");
  assertText(joined["self"]["identity"], "bob");
  assertText(joined["participants"][0]["identity"], "ada");
  assertText(joined["room"]["name"], "lobby");
  ck_assert_int_eq(joined["resume"]["windowMs"], 30000);
  assertText(ada.event("participantJoined")["data"]["participant"]["identity"], "bob");
}
END_TEST

START_TEST(join_with_an_offer_is_answered_with_sdp) {
  Served served;
  WsClient ada(served);
  const Json reply = ada.ask({{"type", "join"},
                              {"version", 1},
                              {"room", "lobby"},
                              {"offer",
                               {{"sdp", kOffer},
                                {"publish", {{{"mid", "1"}, {"source", "screen"}}}}}}});
  assertHas(reply["result"]["answer"], "a=ice-ufrag:ours1");
  ck_assert_int_eq(served.calls.offers.size(), 1);
  assertText(served.calls.offers[0].publish[0].mid, "1");
  ck_assert(served.calls.offers[0].publish[0].source == room::Source::kScreen);
}
END_TEST

START_TEST(an_origin_that_is_not_ours_is_refused) {
  Served served;
  const std::string own = "http://127.0.0.1:" + std::to_string(served.port());
  ck_assert(WsClient(served, {{"Origin", own}}).open());
  ck_assert(!WsClient(served, {{"Origin", "https://evil.example"}}).open());
  ck_assert(!WsClient(served, {{"Origin", "null"}}).open());
}
END_TEST

START_TEST(an_origin_of_the_settings_may_connect) {
  Served served([](conf::Settings& s) { s.http.origins = {"https://app.example"}; });
  ck_assert(WsClient(served, {{"Origin", "https://app.example"}}).open());
  ck_assert(!WsClient(served, {{"Origin", "https://app.example.evil"}}).open());
}
END_TEST

START_TEST(a_name_that_resolves_to_loopback_is_not_our_origin) {
  Served served;
  RawClient client(served.port());
  client.send("GET /v1/ws HTTP/1.1\r\nHost: evil.example:1\r\nOrigin: http://evil.example:1\r\n"
              "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
              "Sec-WebSocket-Protocol: parlour.v1\r\n\r\n");
  client.waitFor("\r\n\r\n");
  ck_assert_uint_eq(statusOf(client.received()), 403);
}
END_TEST

START_TEST(a_plain_get_is_told_to_upgrade) {
  Served served;
  const Response response = served.get("/v1/ws");
  ck_assert_uint_eq(response.status, 426);
  assertText(response.header("upgrade"), "websocket");
}
END_TEST

START_TEST(a_dropped_connection_is_detached_and_resumes_with_its_event_numbers) {
  Served served;
  WsClient bob(served);
  bob.join("lobby", "bob");
  std::string id, resume;
  {
    RawClient ada(served.port());
    ck_assert(joinRaw(ada));
    const Json joined = Json::parse(ada.texts())["result"];
    id = joined["self"]["id"];
    resume = joined["resume"]["token"];
    served.calls.tell(id, room::RoomUpdated{true});
    served.calls.tell(id, room::RoomUpdated{false});
    ck_assert(ada.waitFor("\"seq\":2"));
  }
  ck_assert(runUntil([&] { return !served.calls.detached.empty(); }));
  assertText(served.calls.detached[0], id);

  WsClient again(served);
  const Json reply =
      again.ask({{"type", "join"}, {"version", 1}, {"room", "lobby"}, {"resume", resume}});
  assertText(reply["result"]["self"]["id"], id);
  ck_assert(reply["result"]["resume"]["token"] != resume);
  ck_assert_int_eq(reply["result"]["seq"], 2);
  served.calls.tell(id, room::RoomUpdated{true});
  ck_assert_int_eq(again.event("room")["seq"], 3);
}
END_TEST

START_TEST(a_resumed_stay_takes_over_from_a_connection_that_still_stands) {
  Served served;
  WsClient first(served);
  const Json joined = first.join("lobby", "ada");
  WsClient second(served);
  const Json reply = second.ask({{"type", "join"},
                                 {"version", 1},
                                 {"room", "lobby"},
                                 {"resume", joined["resume"]["token"]}});
  assertText(reply["type"], "reply");
  ck_assert(first.waitClosed());
  ck_assert_uint_eq(first.closeCode(), 4001);
  ck_assert(served.calls.detached.empty());
}
END_TEST

START_TEST(an_expired_resume_says_to_join_anew) {
  Served served;
  WsClient client(served);
  const Json reply =
      client.ask({{"type", "join"}, {"version", 1}, {"room", "lobby"}, {"resume", "old"}});
  assertText(reply["code"], "resume_expired");
  assertText(reply["action"], "rejoin");
}
END_TEST

START_TEST(whoever_answers_no_pings_is_detached) {
  Served served;
  RawClient client(served.port());
  ck_assert(joinRaw(client));
  served.pass(15000);
  ck_assert(served.calls.detached.empty());
  served.pass(6000);
  ck_assert_int_eq(served.calls.detached.size(), 1);
  ck_assert(client.waitClosed());
}
END_TEST

START_TEST(a_pong_keeps_a_connection) {
  Served served;
  RawClient client(served.port());
  ck_assert(joinRaw(client));
  const unsigned heard = served.calls.heardCount;
  served.clock.advanceMs(15000);
  client.sendFrame(10, "libsoup");
  ck_assert(runUntil([&] { return served.calls.heardCount > heard; }));
  served.pass(15000);
  ck_assert(served.calls.detached.empty());
  ck_assert(!client.closed());
}
END_TEST

START_TEST(whoever_never_joins_is_closed) {
  Served served;
  RawClient client(served.port());
  ck_assert(client.upgrade());
  served.pass(11000);
  ck_assert(client.waitFor("not_joined"));
  ck_assert(runUntil([&] { return client.closeCode() == 4004; }));
}
END_TEST

START_TEST(stopping_tells_every_connection) {
  Served served;
  WsClient ada(served);
  ada.join("lobby", "ada");
  bool stopped = false;
  served.server->stop(5000, [&stopped] { stopped = true; });
  assertText(ada.event("ended")["data"]["reason"], "serverStopping");
  ck_assert(ada.waitClosed());
  ck_assert_uint_eq(ada.closeCode(), 4003);
  ck_assert(runUntil([&stopped] { return stopped; }));
}
END_TEST

START_TEST(stopping_does_not_wait_for_a_client_that_does_not_close) {
  Served served;
  RawClient stubborn(served.port());
  ck_assert(joinRaw(stubborn));
  bool stopped = false;
  served.server->stop(5000, [&stopped] { stopped = true; });
  served.pass(100);
  ck_assert(!stopped);
  served.pass(5000);
  ck_assert(stopped);
}
END_TEST

START_TEST(two_hundred_connections_leave_nothing_behind) {
  Served served;
  for (int i = 0; i < 200; ++i) {
    RawClient client(served.port());
    ck_assert(client.upgrade());
    client.sendFrame(1, R"({"type":"join","id":1,"version":1,"room":"lobby"})");
    client.sendFrame(1, R"({"type":"leave","id":2})");
    ck_assert(client.waitFor("\"to\":\"leave\""));
    if (i % 2 == 0) client.sendFrame(8, "\x03\xe8");  // Some answer the close, some just go.
  }
  ck_assert(runUntil([&] {
    served.server->tick();
    const std::string text = served.metrics.text();
    return text.find("parlour_websocket_sessions 0\n") != std::string::npos &&
           text.find("parlour_http_connections 0\n") != std::string::npos;
  }));
  ck_assert_int_eq(served.calls.left.size(), 200);
  ck_assert(served.calls.detached.empty());
}
END_TEST

int main() {
  return runSuite("websocket",
                  {join_answers_with_the_whole_snapshot,
                   join_with_an_offer_is_answered_with_sdp,
                   an_origin_that_is_not_ours_is_refused,
                   an_origin_of_the_settings_may_connect,
                   a_name_that_resolves_to_loopback_is_not_our_origin,
                   a_plain_get_is_told_to_upgrade,
                   a_dropped_connection_is_detached_and_resumes_with_its_event_numbers,
                   a_resumed_stay_takes_over_from_a_connection_that_still_stands,
                   an_expired_resume_says_to_join_anew,
                   whoever_answers_no_pings_is_detached,
                   a_pong_keeps_a_connection,
                   whoever_never_joins_is_closed,
                   stopping_tells_every_connection,
                   stopping_does_not_wait_for_a_client_that_does_not_close,
                   two_hundred_connections_leave_nothing_behind});
}
