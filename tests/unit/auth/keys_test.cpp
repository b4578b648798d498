// Which keys are taken, and when those behind a URL are fetched.
#include <fmt/format.h>

#include "auth/jwks_source.hpp"
#include "forge.hpp"

#include "support/check_suite.hpp"

using namespace parlour;
using namespace parlour::auth;
using test::IssuerKey;

namespace {

std::string setOf(std::initializer_list<std::string> jwks) {
  std::string keys;
  for (const std::string& jwk : jwks) keys += (keys.empty() ? "" : ",") + jwk;
  return "{\"keys\":[" + keys + "]}";
}

/// A server that answers when the test says so.
struct Server {
  std::vector<FetchDone> waiting;
  Fetch fetch() {
    return [this](const std::string&, FetchDone done) { waiting.push_back(std::move(done)); };
  }
  void answer(Result<std::string> document) {
    FetchDone done = std::move(waiting.at(0));
    waiting.erase(waiting.begin());
    done(std::move(document));
  }
};

}  // namespace

START_TEST(a_short_secret_is_refused) {
  ck_assert(!KeySet::fromSecret(std::string(31, 's')));
  ck_assert(static_cast<bool>(KeySet::fromSecret(std::string(32, 's'))));
}
END_TEST

START_TEST(keys_that_cannot_check_are_left_out) {
  const IssuerKey ec = IssuerKey::ec();
  const auto set = KeySet::fromJwks(setOf({
      ec.jwk(R"("kid":"good")"),
      ec.jwk(R"("kid":"encrypts","use":"enc")"),
      ec.jwk(R"("kid":"signs only","key_ops":["sign"])"),
      ec.jwk(R"("kid":"verifies","key_ops":["verify"])"),
      ec.jwk(R"("kid":"wrong algorithm","alg":"RS256")"),
      ec.jwk(R"("kid":"other algorithm","alg":"ES384")"),
      IssuerKey::ec("P-384").jwk(R"("kid":"other curve")"),
      IssuerKey::rsa(1024).jwk(R"("kid":"short")"),
      R"({"kty":"OKP","crv":"Ed25519","x":"AAAA"})",
      R"({"kty":"EC","crv":"P-256","x":"AAAA","y":"AAAA"})",
      R"("no object")",
  }));
  ck_assert(static_cast<bool>(set));
  ck_assert_uint_eq(set->size(), 2);
  ck_assert_uint_eq(set->find("ES256", "good").size(), 1);
  ck_assert_uint_eq(set->find("ES256", "verifies").size(), 1);
  ck_assert_uint_eq(set->find("ES256", "").size(), 2);
  ck_assert_uint_eq(set->find("RS256", "").size(), 0);
  ck_assert_uint_eq(set->find("HS256", "").size(), 0);
  ck_assert_uint_eq(set->find("none", "").size(), 0);
}
END_TEST

START_TEST(what_is_no_public_key_set_is_refused) {
  const std::string jwk = IssuerKey::ec().jwk();
  for (const std::string& text :
       {std::string(""), std::string("[]"), std::string("{}"), setOf({}), std::string("<html>"),
        setOf({R"({"kty":"oct","k":"c2VjcmV0"})"}), setOf({IssuerKey::ec().jwk(R"("d":"AAAA")")}),
        setOf({jwk, R"({"kty":"oct","k":"c2VjcmV0"})"})}) {
    const auto set = KeySet::fromJwks(text);
    ck_assert_msg(!set, "%s", text.c_str());
    ck_assert_text(set.error().code, "bad_keys");
  }
  std::string many = jwk;
  for (int i = 0; i < 64; ++i) many += "," + jwk;
  ck_assert(!KeySet::fromJwks(setOf({many})));
}
END_TEST

START_TEST(a_key_set_is_fetched_at_start_and_again_until_it_comes) {
  VirtualClock clock;
  Server server;
  JwksSource source("https://id", server.fetch(), clock);
  source.poll();
  source.poll();
  ck_assert_uint_eq(server.waiting.size(), 1);
  ck_assert(source.wantUnknownKey());
  server.answer(unavailable("fetch_failed", "HTTP status 503"));
  ck_assert(source.keys().empty());
  source.poll();
  ck_assert_uint_eq(server.waiting.size(), 0);
  clock.advanceNs(JwksSource::kRetryNs);
  source.poll();
  server.answer(setOf({IssuerKey::ec().jwk()}));
  ck_assert_uint_eq(source.keys().size(), 1);
}
END_TEST

START_TEST(a_failed_refresh_keeps_the_keys) {
  VirtualClock clock;
  Server server;
  JwksSource source("https://id", server.fetch(), clock);
  source.poll();
  server.answer(setOf({IssuerKey::ec().jwk()}));
  clock.advanceNs(JwksSource::kRefreshNs - 1);
  source.poll();
  ck_assert_uint_eq(server.waiting.size(), 0);
  clock.advanceNs(1);
  source.poll();
  server.answer(std::string("<html>maintenance</html>"));
  ck_assert_uint_eq(source.keys().size(), 1);
  // And is tried again, but not at once.
  source.poll();
  ck_assert_uint_eq(server.waiting.size(), 0);
  clock.advanceNs(JwksSource::kUnknownKeyNs);
  source.poll();
  server.answer(setOf({IssuerKey::ec().jwk(R"("kid":"a")"), IssuerKey::ec().jwk(R"("kid":"b")")}));
  ck_assert_uint_eq(source.keys().size(), 2);
}
END_TEST

START_TEST(an_unknown_key_is_looked_for_once_a_minute) {
  VirtualClock clock;
  Server server;
  JwksSource source("https://id", server.fetch(), clock);
  source.poll();
  server.answer(setOf({IssuerKey::ec().jwk()}));
  ck_assert(!source.wantUnknownKey());
  clock.advanceNs(JwksSource::kUnknownKeyNs);
  for (int i = 0; i < 100; ++i) ck_assert(source.wantUnknownKey());
  ck_assert_uint_eq(server.waiting.size(), 1);
  server.answer(setOf({IssuerKey::ec().jwk()}));
  for (int i = 0; i < 100; ++i) ck_assert(!source.wantUnknownKey());
  ck_assert_uint_eq(server.waiting.size(), 0);
}
END_TEST

START_TEST(an_answer_that_comes_too_late_is_dropped) {
  VirtualClock clock;
  Server server;
  {
    JwksSource source("https://id", server.fetch(), clock);
    source.poll();
  }
  server.answer(setOf({IssuerKey::ec().jwk()}));
}
END_TEST

int main() {
  return test::runSuite(
      "keys",
      {a_short_secret_is_refused, keys_that_cannot_check_are_left_out,
       what_is_no_public_key_set_is_refused, a_key_set_is_fetched_at_start_and_again_until_it_comes,
       a_failed_refresh_keeps_the_keys, an_unknown_key_is_looked_for_once_a_minute,
       an_answer_that_comes_too_late_is_dropped});
}
