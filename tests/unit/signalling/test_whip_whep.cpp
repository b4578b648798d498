// WHIP (RFC 9725) and WHEP (draft-03): the status table, headers, sessions.
#include "served.hpp"
#include "suite.hpp"

using namespace parlour;
using namespace parlour::test;

namespace {

const Headers kSdp = {{"Content-Type", "application/sdp"}};
const Headers kFragment = {{"Content-Type", "application/trickle-ice-sdpfrag"}};
constexpr const char* kCandidates =
    "a=ice-ufrag:theirs\r\na=ice-pwd:theirpasswordtheirpassword\r\nm=video 9 X 0\r\na=mid:0\r\n"
    "a=candidate:1 1 udp 2122260223 192.0.2.1 61764 typ host\r\n";
constexpr const char* kRestart =
    "a=ice-ufrag:fresh\r\na=ice-pwd:freshpasswordfreshpassword\r\n";

Response publish(Served& served, const std::string& path = "/whip/lobby") {
  return served.request("POST", path, kSdp, kOffer);
}

Headers with(Headers headers, const std::string& name, const std::string& value) {
  headers[name] = value;
  return headers;
}

/// Publishes a camera in `room` by WHIP.
void goLive(Served& served, const std::string& room = "lobby", const std::string& name = "cam") {
  ck_assert_uint_eq(publish(served, "/whip/" + room + "?name=" + name).status, 201);
  served.calls.publishCamera("p_" + std::to_string(served.calls.joins.size()));
}

const std::string kSecret(32, 's');

void wantTokens(conf::Settings& settings) {
  settings.auth.mode = conf::AuthMode::kJwt;
  settings.auth.secret = kSecret;
}

std::string token(Served& served, const std::string& who, const room::Grants& grants = {}) {
  auth::MintRequest request;
  request.identity.identity = who;
  request.identity.room = "lobby";
  request.identity.grants = grants;
  request.issuedNs = served.clock.wallNs();
  return "Bearer " + *auth::mint(request, kSecret);
}

}  // namespace

START_TEST(publishing_is_answered_with_201_and_a_session) {
  Served served;
  const Response created = publish(served, "/whip/lobby?name=OBS");
  ck_assert_uint_eq(created.status, 201);
  assertText(created.header("content-type"), "application/sdp");
  assertHas(created.body, "a=ice-ufrag:ours1");
  ck_assert(created.header("location").starts_with("/whip/lobby/"));
  ck_assert_uint_ge(created.header("location").size(), std::string("/whip/lobby/").size() + 32);
  assertText(created.header("etag"), "\"ours1\"");
  assertText(created.header("accept-patch"), "application/trickle-ice-sdpfrag");
  ck_assert(served.calls.joins[0].via == room::Via::kWhip);
  assertText(served.calls.joins[0].name, "OBS");
  ck_assert_uint_eq(served.get(created.header("location")).status, 204);
}
END_TEST

START_TEST(session_urls_are_not_alike) {
  Served served;
  ck_assert(publish(served).header("location") != publish(served).header("location"));
}
END_TEST

START_TEST(names_in_paths_are_decoded_and_escaped_again) {
  Served served;
  const Response created = publish(served, "/whip/caf%C3%A9%2F1");
  ck_assert_uint_eq(created.status, 201);
  assertText(served.calls.joins[0].room, "café/1");
  ck_assert(created.header("location").starts_with("/whip/caf%C3%A9%2F1/"));
  ck_assert_uint_eq(served.request("DELETE", created.header("location")).status, 200);
}
END_TEST

START_TEST(wrong_bodies_are_refused_by_the_table) {
  Served served;
  const auto status = [&served](const Headers& headers, const std::string& body) {
    return served.request("POST", "/whip/lobby", headers, body).status;
  };
  ck_assert_uint_eq(status({{"Content-Type", "application/json"}}, "{}"), 415);
  ck_assert_uint_eq(status({{"Content-Type", "text/plain"}}, kOffer), 415);
  ck_assert_uint_eq(status({{"Content-Type", "Application/SDP; charset=utf-8"}}, kOffer), 201);
  ck_assert_uint_eq(status(kSdp, "bad"), 400);
  ck_assert_uint_eq(status(kSdp, "\xff\xfe"), 400);
  ck_assert_uint_eq(status(kSdp, ""), 400);
  ck_assert_uint_eq(status(kSdp, "unsupported"), 422);
  ck_assert_uint_eq(status(kSdp, std::string(530 * 1024, 'v')), 413);
  const Response problem = served.request("POST", "/whip/lobby", kSdp, "unsupported");
  assertText(problem.header("content-type"), "application/problem+json");
  assertText(problem.code(), "unsupported_offer");
  assertText(problem.json()["detail"], "It is not supported.");
  ck_assert_uint_eq(served.request("POST", "/whip/a%00b", kSdp, kOffer).status, 404);
  ck_assert_uint_eq(served.request("POST", "/whip/a%07b", kSdp, kOffer).status, 400);
  ck_assert_uint_eq(served.request("POST", "/whip/" + std::string(200, 'r'), kSdp, kOffer).status,
                    400);
}
END_TEST

START_TEST(full_draining_and_locked_rooms_say_so) {
  room::Policy policy;
  policy.maxParticipants = 1;
  Served served({}, policy);
  ck_assert_uint_eq(publish(served).status, 201);
  const Response full = publish(served);
  ck_assert_uint_eq(full.status, 503);
  assertText(full.code(), "room_full");
  ck_assert_int_gt(std::stoi(full.header("retry-after")), 0);
  ck_assert(served.calls.findRoom("lobby")->moderateAsAdmin(room::Moderation::kLock, "", nullptr));
  ck_assert_uint_eq(publish(served).status, 403);
  served.calls.draining = true;
  const Response draining = publish(served, "/whip/other");
  ck_assert_uint_eq(draining.status, 503);
  ck_assert_int_gt(std::stoi(draining.header("retry-after")), 0);
}
END_TEST

START_TEST(too_many_posts_are_429_with_retry_after) {
  Served served([](conf::Settings& s) { s.limits.joinBurst = 1; });
  ck_assert_uint_eq(publish(served).status, 201);
  const Response refused = publish(served);
  ck_assert_uint_eq(refused.status, 429);
  assertText(refused.header("retry-after"), "1");
  served.clock.advanceMs(1000);
  ck_assert_uint_eq(publish(served).status, 201);
}
END_TEST

START_TEST(tokens_are_asked_for_and_looked_at) {
  Served served(wantTokens);
  const Response missing = publish(served);
  ck_assert_uint_eq(missing.status, 401);
  assertHas(missing.header("www-authenticate"), "Bearer");
  const auto post = [&served](const std::string& room, const std::string& authorization) {
    return served.request("POST", "/whip/" + room, with(kSdp, "Authorization", authorization),
                          kOffer);
  };
  const Response wrong = post("lobby", "Bearer rubbish");
  ck_assert_uint_eq(wrong.status, 401);
  assertHas(wrong.header("www-authenticate"), "invalid_token");
  ck_assert_uint_eq(post("attic", token(served, "ada")).status, 403);
  room::Grants watchOnly;
  watchOnly.canPublish = false;
  ck_assert_uint_eq(post("lobby", token(served, "bob", watchOnly)).status, 403);
  ck_assert_uint_eq(post("lobby", token(served, "ada")).status, 201);
}
END_TEST

START_TEST(a_session_is_its_identity_s_alone) {
  Served served(wantTokens);
  const Headers ada = {{"Authorization", token(served, "ada")}};
  const Headers eve = {{"Authorization", token(served, "eve")}};
  Headers post = ada;
  post["Content-Type"] = "application/sdp";
  const std::string location = served.request("POST", "/whip/lobby", post, kOffer).header("location");
  ck_assert_uint_eq(served.request("DELETE", location).status, 401);
  ck_assert_uint_eq(served.request("DELETE", location, eve).status, 404);
  ck_assert_uint_eq(served.request("DELETE", location, ada).status, 200);
}
END_TEST

START_TEST(deleting_ends_the_stay_once) {
  Served served;
  const std::string location = publish(served).header("location");
  ck_assert_uint_eq(served.request("DELETE", location, {{"If-Match", "\"other\""}}).status, 200);
  ck_assert_uint_eq(served.calls.left.size(), 1);
  ck_assert_uint_eq(served.request("DELETE", location).status, 404);
  ck_assert_uint_eq(served.get(location).status, 404);
}
END_TEST

START_TEST(an_evicted_session_is_404_afterwards) {
  Served served;
  const std::string location = publish(served).header("location");
  served.calls.closeRoom("lobby", "Over.");
  ck_assert_uint_eq(served.request("PATCH", location, kFragment, kCandidates).status, 404);
  served.pass(500);
  assertHas(served.metrics.text(), "parlour_media_sessions 0\n");
}
END_TEST

START_TEST(a_session_nobody_is_behind_is_forgotten) {
  Served served;
  publish(served);
  served.calls.leave("p_1");
  served.pass(500);
  assertHas(served.metrics.text(), "parlour_media_sessions 1\n");
  served.pass(61000);
  assertHas(served.metrics.text(), "parlour_media_sessions 0\n");
}
END_TEST

START_TEST(trickled_candidates_are_taken) {
  Served served;
  const Response created = publish(served);
  const std::string location = created.header("location");
  const auto patch = [&](const Headers& headers, const std::string& body) {
    return served.request("PATCH", location, headers, body);
  };
  const Response taken = patch(kFragment, kCandidates);
  ck_assert_uint_eq(taken.status, 204);
  assertText(taken.header("etag"), "");
  ck_assert_uint_eq(
      patch(with(kFragment, "If-Match", created.header("etag")), kCandidates).status, 204);
  ck_assert_uint_eq(patch(with(kFragment, "If-Match", "\"old\""), kCandidates).status, 412);
  ck_assert_uint_eq(patch(kSdp, kCandidates).status, 415);
  ck_assert_uint_eq(patch(kFragment, "a=candidate:nonsense\r\n").status, 400);
  ck_assert_uint_eq(patch(kFragment, "\xff").status, 400);
}
END_TEST

START_TEST(an_ice_restart_is_an_offer_with_new_credentials) {
  Served served;
  const std::string location = publish(served).header("location");
  ck_assert_uint_eq(served.request("PATCH", location, kFragment, kRestart).status, 428);
  const Response restarted =
      served.request("PATCH", location, with(kFragment, "If-Match", "*"), kRestart);
  ck_assert_uint_eq(restarted.status, 200);
  assertText(restarted.header("content-type"), "application/trickle-ice-sdpfrag");
  assertText(restarted.header("etag"), "\"ours2\"");
  assertHas(restarted.body, "a=ice-ufrag:ours2");
  assertHas(served.calls.offers.back().sdp, "a=ice-ufrag:fresh");
  ck_assert(served.calls.offers.back().sdp.find("a=candidate") == std::string::npos);
  ck_assert_uint_eq(
      served.request("PATCH", location, with(kFragment, "If-Match", "\"ours1\""), kRestart).status,
      412);
}
END_TEST

START_TEST(a_restart_that_fails_keeps_the_session) {
  Served served;
  const std::string location =
      served.request("POST", "/whip/lobby", kSdp, std::string(kOffer)).header("location");
  const Response failed = served.request(
      "PATCH", location, with(kFragment, "If-Match", "*"),
      "a=ice-ufrag:badbad\r\na=ice-pwd:freshpasswordfreshpassword\r\n");
  ck_assert_uint_eq(failed.status, 422);
  assertText(failed.code(), "unsupported_restart");
  ck_assert_uint_eq(served.get(location).status, 204);
  ck_assert_uint_eq(served.request("PATCH", location, kFragment, kCandidates).status, 204);
}
END_TEST

START_TEST(pages_are_answered_with_cors) {
  Served served(wantTokens);
  const Headers page = {{"Origin", "https://studio.example"}};
  const Response preflight =
      served.request("OPTIONS", "/whip/lobby",
                     with(with(page, "Access-Control-Request-Method", "POST"),
                          "Access-Control-Request-Headers", "authorization,content-type"));
  ck_assert_uint_eq(preflight.status, 200);
  assertText(preflight.header("access-control-allow-origin"), "*");
  assertText(preflight.header("accept-post"), "application/sdp");
  assertHas(preflight.header("access-control-allow-methods"), "POST");
  assertHas(preflight.header("access-control-allow-headers"), "Authorization");
  Headers post = page;
  post["Content-Type"] = "application/sdp";
  post["Authorization"] = token(served, "ada");
  const Response created = served.request("POST", "/whip/lobby", post, kOffer);
  assertHas(created.header("access-control-expose-headers"), "Location, ETag, Link");
  const Response session = served.request("OPTIONS", created.header("location"), page);
  assertHas(session.header("access-control-allow-methods"), "PATCH, DELETE");
  const Response refused = served.request("POST", "/whip/lobby", with(page, "Content-Type", "x/y"));
  assertText(refused.header("access-control-allow-origin"), "*");
}
END_TEST

START_TEST(an_open_server_is_not_for_every_page) {
  Served served;
  ck_assert_uint_eq(
      served.request("POST", "/whip/lobby", with(kSdp, "Origin", "https://evil.example"), kOffer)
          .status,
      403);
  const std::string own = "http://127.0.0.1:" + std::to_string(served.port());
  const Response created =
      served.request("POST", "/whip/lobby", with(kSdp, "Origin", own), kOffer);
  ck_assert_uint_eq(created.status, 201);
  assertText(created.header("access-control-allow-origin"), own);
  assertText(created.header("vary"), "Origin");
}
END_TEST

START_TEST(get_of_the_endpoints_has_no_content) {
  Served served;
  ck_assert_uint_eq(served.get("/whip/lobby").status, 204);
  const Response whep = served.request("HEAD", "/whep/lobby");
  ck_assert_uint_eq(whep.status, 200);
  assertText(whep.header("content-type"), "application/sdp");
  ck_assert_uint_eq(served.request("PUT", "/whip/lobby").status, 405);
}
END_TEST

START_TEST(watching_where_nobody_publishes_is_a_conflict) {
  Served served;
  const Response nobody = served.request("POST", "/whep/lobby", kSdp, kOffer);
  ck_assert_uint_eq(nobody.status, 409);
  assertText(nobody.code(), "nothing_published");
  assertText(nobody.header("retry-after"), "2");
  ck_assert(served.calls.findRoom("lobby") == nullptr);
  publish(served);  // Joined, and publishes nothing yet.
  ck_assert_uint_eq(served.request("POST", "/whep/lobby", kSdp, kOffer).status, 409);
  served.calls.publishCamera("p_1");
  const Response created = served.request("POST", "/whep/lobby", kSdp, kOffer);
  ck_assert_uint_eq(created.status, 201);
  ck_assert(created.header("location").starts_with("/whep/lobby/"));
  ck_assert(served.calls.joins.back().via == room::Via::kWhep);
}
END_TEST

START_TEST(watching_chooses_participant_and_source) {
  Served served;
  goLive(served);
  const std::string identity = served.calls.joins[0].identity;
  const auto status = [&served](const std::string& query) {
    return served.request("POST", "/whep/lobby?" + query, kSdp, kOffer).status;
  };
  ck_assert_uint_eq(status("participant=nobody"), 409);
  ck_assert_uint_eq(status("source=screen"), 409);
  ck_assert_uint_eq(status("source=telepathy"), 400);
  ck_assert_uint_eq(status("participant=" + identity + "&source=camera"), 201);
  assertText(served.calls.joins.back().watchParticipant, "p_1");
  assertText(served.calls.joins.back().watchSource, "camera");
  ck_assert_uint_eq(status(""), 201);
  assertText(served.calls.joins.back().watchParticipant, "");
}
END_TEST

START_TEST(a_whip_session_is_not_a_whep_session) {
  Served served;
  const std::string location = publish(served).header("location");
  const std::string elsewhere = "/whip/attic" + location.substr(location.rfind('/'));
  ck_assert_uint_eq(served.get(elsewhere).status, 404);
  ck_assert_uint_eq(served.get("/whip/lobby/short").status, 404);
}
END_TEST

int main() {
  return runSuite(
      "whip and whep",
      {publishing_is_answered_with_201_and_a_session, session_urls_are_not_alike,
       names_in_paths_are_decoded_and_escaped_again, wrong_bodies_are_refused_by_the_table,
       full_draining_and_locked_rooms_say_so, too_many_posts_are_429_with_retry_after,
       tokens_are_asked_for_and_looked_at, a_session_is_its_identity_s_alone,
       deleting_ends_the_stay_once, an_evicted_session_is_404_afterwards,
       a_session_nobody_is_behind_is_forgotten, trickled_candidates_are_taken,
       an_ice_restart_is_an_offer_with_new_credentials,
       a_restart_that_fails_keeps_the_session, pages_are_answered_with_cors,
       an_open_server_is_not_for_every_page, get_of_the_endpoints_has_no_content,
       watching_where_nobody_publishes_is_a_conflict, watching_chooses_participant_and_source,
       a_whip_session_is_not_a_whep_session});
}
