// The HTTP API.
#include "schema.hpp"
#include "served.hpp"
#include "suite.hpp"

using namespace parlour;
using namespace parlour::test;

namespace {

constexpr const char* kToken = "an-admin-token-of-some-length";
const Headers kAdmin = {{"Authorization", std::string("Bearer ") + kToken}};

void withToken(conf::Settings& settings) { settings.admin.token = kToken; }

}  // namespace

START_TEST(rooms_are_for_admins) {
  Served served(withToken);
  WsClient ada(served);
  ada.join("lobby", "ada");
  const Response missing = served.get("/v1/rooms");
  ck_assert_uint_eq(missing.status, 401);
  assertHas(missing.header("www-authenticate"), "Bearer");
  ck_assert_uint_eq(served.get("/v1/rooms", {{"Authorization", "Bearer wrong"}}).status, 401);
  const Json rooms = served.get("/v1/rooms", kAdmin).json();
  assertText(rooms["rooms"][0]["name"], "lobby");
  ck_assert_int_eq(rooms["rooms"][0]["participants"], 1);
  assertText(schemaComplaint(rooms, "roomList"), "");
  ck_assert_int_eq(rooms["rooms"][0]["media"]["bytesOut"], 2700000);
  for (const char* path : {"/v1/rooms/lobby", "/v1/rooms/lobby/graph", "/v1/rooms/lobby/stats"})
    ck_assert_uint_eq(served.get(path).status, 401);
  ck_assert_uint_eq(served.request("DELETE", "/v1/rooms/lobby").status, 401);
  ck_assert_uint_eq(served.request("POST", "/v1/rooms/lobby/moderate").status, 401);
}
END_TEST

START_TEST(guessing_tokens_is_slow) {
  Served served([](conf::Settings& s) {
    withToken(s);
    s.limits.messageBurst = 3;
  });
  for (int i = 0; i < 3; ++i)
    ck_assert_uint_eq(served.get("/v1/rooms", {{"Authorization", "Bearer guess"}}).status, 401);
  ck_assert_uint_eq(served.get("/v1/rooms", kAdmin).status, 429);
}
END_TEST

START_TEST(a_room_is_shown_with_its_participants) {
  Served served(withToken);
  WsClient ada(served);
  ada.join("lobby", "ada");
  const Json room = served.get("/v1/rooms/lobby", kAdmin).json();
  assertText(room["name"], "lobby");
  assertText(room["participants"][0]["participant"]["identity"], "ada");
  ck_assert(room["participants"][0]["participant"].contains("grants"));
  ck_assert(room["participants"][0]["slots"].is_array());
  const Response none = served.get("/v1/rooms/attic", kAdmin);
  ck_assert_uint_eq(none.status, 404);
  assertText(none.code(), "no_such_room");
}
END_TEST

START_TEST(a_call_can_be_ended) {
  Served served(withToken);
  WsClient ada(served);
  ada.join("lobby", "ada");
  ck_assert_uint_eq(served.request("DELETE", "/v1/rooms/lobby", kAdmin).status, 204);
  assertText(ada.event("ended")["data"]["reason"], "removed");
  ck_assert(ada.waitClosed());
  ck_assert_uint_eq(ada.closeCode(), 4002);
  ck_assert_uint_eq(served.request("DELETE", "/v1/rooms/lobby", kAdmin).status, 404);
}
END_TEST

START_TEST(statistics_are_given_per_participant) {
  Served served(withToken);
  WsClient ada(served);
  ada.join("lobby", "ada");
  const Json stats = served.get("/v1/rooms/lobby/stats", kAdmin).json();
  assertText(schemaComplaint(stats, "roomStats"), "");
  const Json ofAda = stats["participants"][0];
  assertText(ofAda["iceState"], "connected");
  ck_assert(ofAda["join"] == Json::parse(R"({"answerMs":1.5,"iceMs":10,"dtlsMs":20})"));
  ck_assert_int_eq(ofAda["in"][0]["bytes"], 900000);
  ck_assert_int_eq(ofAda["in"][0]["bitsPerSecond"], 1234567);
  ck_assert_int_eq(ofAda["in"][0]["height"], 720);
  assertText(ofAda["out"][0]["participant"], "p_other");
  assertText(ofAda["out"][0]["rid"], "l");
}
END_TEST

START_TEST(moderation_works_without_being_there) {
  Served served(withToken);
  WsClient ada(served);
  const Json joined = ada.join("lobby", "ada");
  Headers json = kAdmin;
  json["Content-Type"] = "application/json";
  const auto act = [&](const std::string& body) {
    return served.request("POST", "/v1/rooms/lobby/moderate", json, body);
  };
  ck_assert_uint_eq(act(R"({"act":"lock"})").status, 200);
  ck_assert(ada.event("room")["data"]["locked"] == true);
  ck_assert_uint_eq(act(R"({"act":"explode"})").status, 400);
  ck_assert_uint_eq(act("nonsense").status, 400);
  ck_assert_uint_eq(act(R"({"act":"remove","participant":"p_nobody"})").status, 404);
  ck_assert_uint_eq(served.request("POST", "/v1/rooms/lobby/moderate", kAdmin, "{}").status, 415);
  const std::string id = joined["self"]["id"];
  ck_assert_uint_eq(act("{\"act\":\"remove\",\"participant\":\"" + id + "\"}").status, 200);
  ck_assert(ada.waitClosed());
}
END_TEST

START_TEST(the_graph_is_dot_and_on_request_svg) {
  Served served(withToken);
  WsClient ada(served);
  ada.join("lobby", "ada");
  const Response dot = served.get("/v1/rooms/lobby/graph", kAdmin);
  assertText(dot.header("content-type"), "text/vnd.graphviz; charset=utf-8");
  assertHas(dot.body, "digraph pipeline");
  gchar* program = g_find_program_in_path("dot");
  const Response svg = served.get("/v1/rooms/lobby/graph?format=svg", kAdmin);
  if (!program) {
    ck_assert_uint_eq(svg.status, 406);
    return;
  }
  g_free(program);
  ck_assert_uint_eq(svg.status, 200);
  assertText(svg.header("content-type"), "image/svg+xml");
  assertHas(svg.body, "<svg");
  Headers accept = kAdmin;
  accept["Accept"] = "image/svg+xml";
  assertHas(served.get("/v1/rooms/lobby/graph", accept).body, "<svg");
  served.calls.graphText = "this is no graph";
  ck_assert_uint_eq(served.get("/v1/rooms/lobby/graph?format=svg", kAdmin).status, 500);
}
END_TEST

START_TEST(health_is_told_to_everybody) {
  Served served;
  assertText(served.get("/healthz").json()["status"], "ok");
  ck_assert_uint_eq(served.get("/readyz").status, 200);
  served.calls.isReady = false;
  const Response waiting = served.get("/readyz");
  ck_assert_uint_eq(waiting.status, 503);
  ck_assert(waiting.json()["calls"] == false);
  ck_assert_uint_eq(served.get("/healthz").status, 200);
}
END_TEST

START_TEST(metrics_tell_what_was_done) {
  Served served;
  served.metrics.addProcess();
  served.get("/healthz");
  const Response response = served.get("/metrics");
  assertText(response.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  assertHas(response.body,
            "parlour_http_requests_total{route=\"/healthz\",method=\"GET\",code=\"200\"} 1");
  assertHas(response.body, "# TYPE parlour_http_request_duration_seconds histogram");
  assertHas(response.body, "process_open_fds");
}
END_TEST

int main() {
  return runSuite("api", {rooms_are_for_admins, guessing_tokens_is_slow,
                          a_room_is_shown_with_its_participants, a_call_can_be_ended,
                          statistics_are_given_per_participant,
                          moderation_works_without_being_there,
                          the_graph_is_dot_and_on_request_svg, health_is_told_to_everybody,
                          metrics_tell_what_was_done});
}
