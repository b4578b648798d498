// The session's rules, without sockets.
#include <nlohmann/json.hpp>

#include <memory>
#include <string>
#include <vector>

#include "fake_calls.hpp"
#include "schema.hpp"
#include "signalling/ws_session.hpp"
#include "suite.hpp"

using namespace parlour;
using namespace parlour::signalling;
using namespace parlour::test;
using Json = nlohmann::json;

namespace {

struct Wire {
  std::vector<Json> sent;
  uint64_t pending = 0;
  uint64_t controlFrames = 0;
  uint16_t closed = 0;
  bool aborted = false;
  bool checked = true;  ///< Against the schema, which takes its time.

  Json last() const { return sent.empty() ? Json() : sent.back(); }
  std::string lastCode() const { return last().value("code", ""); }
};

class FakeChannel final : public TextChannel {
 public:
  explicit FakeChannel(Wire& wire) : wire_(wire) {}
  void send(std::string_view text) override {
    wire_.sent.push_back(Json::parse(text));
    if (!wire_.checked) return;
    const auto complaint = schemaComplaint(wire_.sent.back(), "serverMessage");
    ck_assert_msg(complaint.empty(), "%s", complaint.c_str());
  }
  uint64_t pendingBytes() const override { return wire_.pending; }
  uint64_t controlFrames() const override { return wire_.controlFrames; }
  void close(uint16_t code, std::string_view) override { wire_.closed = code; }
  void abort() override { wire_.aborted = true; }

 private:
  Wire& wire_;
};

struct World {
  VirtualClock clock;
  conf::Settings settings;
  FakeCalls calls{clock, {.maxParticipants = 2 * kCrowd}};
  std::unique_ptr<auth::Authenticator> auth;
  std::unique_ptr<Admission> admission;
  Stays stays;
  Metrics metrics;
  std::unique_ptr<SessionParts> parts;
  std::vector<room::ParticipantId> takenOver;
  unsigned holds = 0;

  explicit World(const std::function<void(conf::Settings&)>& prepare = {}) {
    if (prepare) prepare(settings);
    auth = std::move(*auth::Authenticator::create(settings.auth, settings.admin, clock));
    admission = std::make_unique<Admission>(*auth, settings.limits, clock);
    parts = std::make_unique<SessionParts>(SessionParts{
        calls, *admission, stays, settings, clock, metrics.counterFamily("test_total", "test"),
        [this](const auto& id, const WsSession*) { takenOver.push_back(id); },
        [this] { ++holds; }});
  }
};

struct Peer {
  Wire wire;
  std::shared_ptr<WsSession> session;
  uint64_t id = 0;

  explicit Peer(World& world)
      : session(std::make_shared<WsSession>(*world.parts, std::make_unique<FakeChannel>(wire),
                                            "192.0.2.1", "request")) {}
  Json ask(Json request) {
    request["id"] = ++id;
    session->onText(request.dump());
    for (auto it = wire.sent.rbegin(); it != wire.sent.rend(); ++it)
      if (it->value("id", uint64_t{0}) == id) return *it;
    return {};
  }
  Json join(const std::string& identity = "ada") {
    return ask({{"type", "join"}, {"version", 1}, {"room", "lobby"}, {"identity", identity}});
  }
};

}  // namespace

START_TEST(nothing_but_join_comes_first) {
  World world;
  Peer peer(world);
  assertText(peer.ask({{"type", "chat"}, {"text", "hi"}})["code"], "not_joined");
  assertText(peer.join()["type"], "reply");
  assertText(peer.join()["code"], "already_joined");
}
END_TEST

START_TEST(news_of_a_crowd_come_together_and_in_order) {
  World world([](conf::Settings& s) { s.limits.joinBurst = 2 * kCrowd; });
  Peer first(world);
  first.wire.checked = false;
  first.join("first");
  std::vector<std::unique_ptr<Peer>> crowd;
  for (size_t i = 1; i < kCrowd; ++i) {
    crowd.push_back(std::make_unique<Peer>(world));
    crowd.back()->wire.checked = false;
    crowd.back()->join("person" + std::to_string(i));
  }
  // Until there are so many, each is told at once.
  ck_assert_uint_eq(first.wire.sent.size(), kCrowd);
  ck_assert_uint_eq(world.holds, 0);
  first.wire.checked = true;
  first.session->tick();
  Peer next(world), after(world);
  next.join("next");
  world.calls.roomOf(next.session->self())->setQuality(next.session->self(), 3);
  after.join("after");
  ck_assert_uint_eq(first.wire.sent.size(), kCrowd);
  ck_assert_uint_ge(world.holds, 1);  // Asked to be flushed, by this one and by others.
  // An answer waits for nobody, and what happened before it comes before it.
  assertText(first.ask({{"type", "ping"}})["type"], "reply");
  const Json together = first.wire.sent.at(kCrowd);
  assertText(together["type"], "events");
  ck_assert_uint_eq(together["events"].size(), 3);
  ck_assert_uint_eq(together["events"][0]["seq"].get<uint64_t>() + 2,
                    together["events"][2]["seq"].get<uint64_t>());
  assertText(together["events"][1]["name"], "quality");
  assertText(together["events"][2]["data"]["participant"]["identity"], "after");
  after.session->onText(R"({"type":"leave","id":9})");
  const size_t before = first.wire.sent.size();
  first.session->flush();
  first.session->flush();
  ck_assert_uint_eq(first.wire.sent.size(), before + 1);
  assertText(first.wire.last()["events"][0]["name"], "participantLeft");
}
END_TEST

START_TEST(another_version_is_refused) {
  World world;
  Peer peer(world);
  const Json reply = peer.ask({{"type", "join"}, {"version", 2}, {"room", "lobby"}});
  assertText(reply["code"], "bad_version");
}
END_TEST

START_TEST(ids_must_grow) {
  World world;
  Peer peer(world);
  peer.join();
  peer.id = 41;
  assertText(peer.ask({{"type", "ping"}})["type"], "reply");
  peer.id = 40;
  peer.session->onText(R"({"type":"ping","id":41})");
  assertText(peer.wire.lastCode(), "out_of_order");
  ck_assert_int_eq(peer.wire.last()["id"], 41);
  peer.id = 42;
  assertText(peer.ask({{"type", "ping"}})["type"], "reply");
}
END_TEST

START_TEST(more_messages_than_the_rate_are_refused_and_recover) {
  World world;
  Peer peer(world);
  peer.join();
  for (int i = 0; i < 99; ++i) assertText(peer.ask({{"type", "ping"}})["type"], "reply");
  const Json refused = peer.ask({{"type", "ping"}});
  assertText(refused["code"], "too_many");
  assertText(refused["action"], "wait");
  world.clock.advanceMs(1000);
  for (int i = 0; i < 50; ++i) assertText(peer.ask({{"type", "ping"}})["type"], "reply");
}
END_TEST

START_TEST(twenty_errors_in_a_row_end_the_connection_and_keep_the_stay) {
  World world;
  Peer peer(world);
  peer.join();
  for (int i = 0; i < 19; ++i) peer.session->onText("nonsense");
  peer.ask({{"type", "ping"}});
  for (int i = 0; i < 19; ++i) peer.session->onBinary();
  ck_assert_uint_eq(peer.wire.closed, 0);
  peer.session->onText("nonsense");
  ck_assert_uint_eq(peer.wire.closed, 4008);
  ck_assert_uint_eq(world.calls.detached.size(), 1);
  const size_t sent = peer.wire.sent.size();
  peer.session->onText("nonsense");
  ck_assert_uint_eq(peer.wire.sent.size(), sent);
}
END_TEST

START_TEST(offers_have_a_rate_of_their_own) {
  World world;
  Peer peer(world);
  peer.join();
  for (int i = 0; i < 10; ++i)
    assertText(peer.ask({{"type", "offer"}, {"sdp", "v=0"}})["type"], "reply");
  assertText(peer.ask({{"type", "offer"}, {"sdp", "v=0"}})["code"], "too_many");
  world.clock.advanceMs(500);
  assertText(peer.ask({{"type", "offer"}, {"sdp", "v=0"}})["type"], "reply");
}
END_TEST

START_TEST(data_has_a_rate_of_its_own) {
  World world([](conf::Settings& s) { s.limits.dataBurst = 2; });
  Peer ada(world), bob(world);
  ada.join("ada");
  bob.join("bob");
  for (int i = 0; i < 2; ++i)
    assertText(ada.ask({{"type", "data"}, {"payload", "x"}})["type"], "reply");
  assertText(ada.ask({{"type", "data"}, {"payload", "x"}})["code"], "too_many");
  assertText(bob.wire.last()["name"], "data");
  assertText(bob.wire.last()["data"]["from"], ada.session->self());
}
END_TEST

START_TEST(offers_that_cannot_be_taken_are_told) {
  World world;
  Peer peer(world);
  peer.join();
  assertText(peer.ask({{"type", "offer"}, {"sdp", "bad"}})["code"], "bad_offer");
  assertText(peer.ask({{"type", "offer"}, {"sdp", "unsupported"}})["code"], "unsupported_offer");
  ck_assert_uint_eq(peer.wire.closed, 0);
}
END_TEST

START_TEST(every_request_reaches_the_room) {
  World world([](conf::Settings& s) { s.auth.openModerators = true; });
  Peer ada(world), bob(world);
  ada.join("ada");
  bob.join("bob");
  const std::string bobId = bob.session->self();
  assertText(ada.ask({{"type", "rename"}, {"name", "Ada L."}})["type"], "reply");
  assertText(bob.wire.last()["data"]["participant"]["name"], "Ada L.");
  assertText(ada.ask({{"type", "hand"}, {"raised", true}})["type"], "reply");
  ck_assert(bob.wire.last()["data"]["participant"]["hand"] == true);
  const Json chat = ada.ask({{"type", "chat"}, {"text", "hello"}});
  assertText(chat["result"]["message"]["text"], "hello");
  assertText(bob.wire.last()["name"], "chat");
  assertText(ada.ask({{"type", "chat"}, {"text", " "}})["code"], "chat_empty");
  assertText(ada.ask({{"type", "mute"}, {"mid", "1"}, {"muted", true}})["code"], "no_such_track");
  assertText(
      ada.ask({{"type", "view"}, {"slots", {{{"mid", "9"}, {"want", "auto"}}}}})["code"],
      "no_such_slot");
  assertText(ada.ask({{"type", "stats"}})["result"]["participant"]["id"], ada.session->self());
  assertText(ada.ask({{"type", "moderate"}, {"act", "lock"}})["type"], "reply");
  assertText(bob.wire.last()["name"], "room");
  assertText(ada.ask({{"type", "moderate"}, {"act", "remove"}, {"participant", bobId}})["type"],
             "reply");
  assertText(bob.wire.last()["name"], "ended");
  assertText(bob.wire.last()["data"]["reason"], "removed");
  ck_assert_uint_eq(bob.wire.closed, 4002);
}
END_TEST

START_TEST(a_newer_stay_of_the_same_identity_replaces_the_older) {
  World world;
  Peer first(world), second(world);
  first.join("ada");
  second.join("ada");
  assertText(first.wire.last()["data"]["reason"], "replaced");
  ck_assert_uint_eq(first.wire.closed, 4001);
  assertText(second.ask({{"type", "ping"}})["type"], "reply");
}
END_TEST

START_TEST(events_are_numbered_without_gaps) {
  World world;
  Peer ada(world), bob(world);
  ck_assert_int_eq(ada.join("ada")["result"]["seq"], 0);
  bob.join("bob");
  for (int i = 0; i < 5; ++i) bob.ask({{"type", "hand"}, {"raised", i % 2 == 0}});
  uint64_t expected = 0;
  for (const Json& frame : ada.wire.sent)
    if (frame["type"] == "event") ck_assert_uint_eq(frame["seq"].get<uint64_t>(), ++expected);
  ck_assert_uint_ge(expected, 6);
}
END_TEST

START_TEST(leaving_is_answered_and_then_closed) {
  World world;
  Peer ada(world);
  ada.join();
  assertText(ada.ask({{"type", "leave"}})["type"], "reply");
  ck_assert_uint_eq(ada.wire.closed, 1000);
  ck_assert_uint_eq(world.calls.left.size(), 1);
  ada.session->onDisconnected();
  ck_assert(ada.session->closed());
  ck_assert(world.calls.detached.empty());
}
END_TEST

START_TEST(whoever_was_removed_is_not_detached_too) {
  World world;
  Peer ada(world);
  ada.join();
  world.calls.closeRoom("lobby", "Over.");
  assertText(ada.wire.last()["data"]["message"], "Over.");
  ck_assert_uint_eq(ada.wire.closed, 4002);
  ada.session->onDisconnected();
  ck_assert(world.calls.detached.empty());
}
END_TEST

START_TEST(a_full_queue_stops_sending_and_ends_at_the_next_turn) {
  World world;
  Peer ada(world), bob(world);
  ada.join("ada");
  bob.join("bob");
  ada.wire.pending = kMaxPendingBytes + 1;
  bob.ask({{"type", "hand"}, {"raised", true}});
  const size_t sent = ada.wire.sent.size();
  bob.ask({{"type", "hand"}, {"raised", false}});
  ck_assert_uint_eq(ada.wire.sent.size(), sent);
  ck_assert(world.calls.detached.empty());
  ada.session->tick();
  ck_assert_uint_eq(ada.wire.closed, 4009);
  ck_assert_uint_eq(world.calls.detached.size(), 1);
}
END_TEST

START_TEST(silence_is_detached_after_twenty_seconds) {
  World world;
  Peer ada(world);
  ada.join();
  world.clock.advanceMs(19000);
  ada.session->onPong();
  world.clock.advanceMs(19000);
  ada.session->tick();
  ck_assert_uint_eq(ada.wire.closed, 0);
  world.clock.advanceMs(2000);
  ada.session->tick();
  ck_assert_uint_eq(ada.wire.closed, 4004);
  ck_assert(ada.wire.aborted);
  ck_assert_uint_eq(world.calls.detached.size(), 1);
}
END_TEST

START_TEST(joins_of_one_address_are_bounded) {
  World world([](conf::Settings& s) { s.limits.joinBurst = 2; });
  Peer first(world), second(world), third(world);
  first.join("a");
  second.join("b");
  const Json refused = third.join("c");
  assertText(refused["code"], "too_many_joins");
  ck_assert_int_eq(refused["retryAfterMs"], 200);
  world.clock.advanceMs(200);
  assertText(third.join("c")["type"], "reply");
}
END_TEST

START_TEST(a_refused_join_may_be_tried_again) {
  World world;
  Peer peer(world);
  world.calls.draining = true;
  const Json refused = peer.join();
  assertText(refused["code"], "draining");
  assertText(refused["action"], "wait");
  world.calls.draining = false;
  assertText(peer.join()["type"], "reply");
}
END_TEST

START_TEST(tokens_decide_where_they_are_wanted) {
  const std::string secret(32, 's');
  World world([&secret](conf::Settings& s) {
    s.auth.mode = conf::AuthMode::kJwt;
    s.auth.secret = secret;
  });
  const auto mint = [&](const std::string& room, uint32_t ttlS) {
    auth::MintRequest request;
    request.identity.identity = "ada";
    request.identity.name = "Ada";
    request.identity.room = room;
    request.identity.grants.canChat = false;
    request.issuedNs = world.clock.wallNs();
    request.ttlS = ttlS;
    return *auth::mint(request, secret);
  };
  Peer peer(world);
  const auto joinWith = [&peer](const std::string& token) {
    Json request = {{"type", "join"}, {"version", 1}, {"room", "lobby"}, {"identity", "eve"}};
    if (!token.empty()) request["token"] = token;
    return peer.ask(request);
  };
  const Json missing = joinWith("");
  assertText(missing["code"], "auth_required");
  assertText(missing["action"], "auth");
  assertText(joinWith("rubbish")["code"], "token_invalid");
  assertText(joinWith(mint("attic", 60))["code"], "token_room");
  const std::string old = mint("lobby", 1);
  world.clock.advanceMs(3600 * 1000);
  world.clock.advanceMs(1000);
  assertText(joinWith(old)["code"], "token_expired");
  const Json joined = joinWith(mint("lobby", 60));
  assertText(joined["result"]["self"]["identity"], "ada");
  assertText(joined["result"]["self"]["name"], "Ada");
  assertText(peer.ask({{"type", "chat"}, {"text", "hi"}})["code"], "not_allowed");
}
END_TEST

START_TEST(anonymous_guests_get_identities_of_their_own) {
  World world;
  Peer first(world), second(world);
  const Json a = first.ask({{"type", "join"}, {"version", 1}, {"room", "lobby"}});
  const Json b = second.ask({{"type", "join"}, {"version", 1}, {"room", "lobby"}});
  ck_assert(a["result"]["self"]["identity"] != b["result"]["self"]["identity"]);
}
END_TEST

START_TEST(hostile_messages_are_answered_and_change_nothing) {
  World world([](conf::Settings& s) {
    s.limits.messagesPerSecond = 100000;
    s.limits.messageBurst = 100000;
  });
  Peer peer(world);
  peer.join();
  const char* hostile[] = {
      "",
      "{}",
      "[[[[[[[[[[[[[[[[[[[[",
      R"({"type":"join","id":1e400})",
      R"({"type":"chat","id":5,"text":{"$gt":""}})",
      R"({"type":"view","id":6,"slots":[{"mid":"__proto__","want":{"participant":"","source":"x"}}]})",
      R"({"type":"chat","type":"leave","id":7,"text":"x"})",
      R"({"type":"mute","id":8,"mid":"\u0000","muted":true})",
      "{\"type\":\"chat\",\"id\":9,\"text\":\"\\ud83d\"}",
      R"({"type":"moderate","id":10,"act":"remove","participant":"p_1"})",
      R"({"type":"data","id":11,"payload":"x","to":"nobody"})"};
  for (const char* text : hostile) {
    const size_t before = peer.wire.sent.size();
    peer.session->onText(text);
    ck_assert_msg(peer.wire.sent.size() == before + 1, "%s", text);
    ck_assert_msg(peer.wire.last()["type"] == "error", "%s", text);
    peer.ask({{"type", "ping"}});
  }
  peer.id = 100;
  assertText(peer.ask({{"type", "ping"}})["type"], "reply");
}
END_TEST

int main() {
  return runSuite(
      "ws session",
      {nothing_but_join_comes_first, news_of_a_crowd_come_together_and_in_order,
       another_version_is_refused, ids_must_grow,
       more_messages_than_the_rate_are_refused_and_recover,
       twenty_errors_in_a_row_end_the_connection_and_keep_the_stay,
       offers_have_a_rate_of_their_own, data_has_a_rate_of_its_own,
       offers_that_cannot_be_taken_are_told, every_request_reaches_the_room,
       a_newer_stay_of_the_same_identity_replaces_the_older, events_are_numbered_without_gaps,
       leaving_is_answered_and_then_closed, whoever_was_removed_is_not_detached_too,
       a_full_queue_stops_sending_and_ends_at_the_next_turn,
       silence_is_detached_after_twenty_seconds, joins_of_one_address_are_bounded,
       a_refused_join_may_be_tried_again, tokens_decide_where_they_are_wanted,
       anonymous_guests_get_identities_of_their_own,
       hostile_messages_are_answered_and_change_nothing});
}
