// Tokens that must be accepted, and those of RFC 8725 and its kin that must not.
#include <fmt/format.h>

#include "auth/token.hpp"
#include "forge.hpp"

#include "support/check_suite.hpp"

using namespace parlour;
using namespace parlour::auth;
using test::base64Url;
using test::IssuerKey;

namespace {

constexpr int64_t kNowS = 1'700'000'000;
const std::string kSecret = "a secret of thirty-two bytes ...";
const std::string kHs256 = R"({"alg":"HS256","typ":"JWT"})";
const std::string kClaims =
    R"({"iss":"https://id.example","aud":"parlour","sub":"ada","room":"lobby","exp":1700000100})";
const std::vector<std::string> kAll = {"HS256", "RS256", "PS256", "ES256"};

struct Keys {
  IssuerKey rsa = IssuerKey::rsa();
  IssuerKey otherRsa = IssuerKey::rsa();
  IssuerKey strange = IssuerKey::rsa();  ///< In no key set.
  IssuerKey ec = IssuerKey::ec();
  KeySet secret, jwks;
};

/// Made once: RSA keys are slow to make, and no test changes them.
const Keys& keys() {
  static const Keys made = [] {
    Keys k;
    k.secret = *KeySet::fromSecret(kSecret);
    k.jwks = *KeySet::fromJwks(fmt::format(R"({{"keys":[{},{},{}]}})", k.rsa.jwk(R"("kid":"r")"),
                                           k.otherRsa.jwk(R"("kid":"o","alg":"PS256")"),
                                           k.ec.jwk(R"("kid":"e","use":"sig")")));
    return k;
  }();
  return made;
}

/// "" with a good token, else "code: reason".
std::string check(const std::string& token, const std::vector<std::string>& allowed = kAll,
                  const Rules& rules = {"https://id.example", "parlour", 30},
                  Identity* identity = nullptr) {
  const auto shown = [](const Refusal& r) { return r.code + ": " + r.reason; };
  const auto parts = readHeader(token, allowed);
  if (const auto* refusal = std::get_if<Refusal>(&parts)) return shown(*refusal);
  const Parts& read = std::get<Parts>(parts);
  const KeySet& set = read.algorithm == "HS256" ? keys().secret : keys().jwks;
  const auto payload = verifySignature(read, set.find(read.algorithm, read.keyId));
  if (const auto* refusal = std::get_if<Refusal>(&payload)) return shown(*refusal);
  const auto claims = readClaims(std::get<std::string>(payload), rules, kNowS * kNsPerSecond);
  if (const auto* refusal = std::get_if<Refusal>(&claims)) return shown(*refusal);
  if (identity) *identity = std::get<Identity>(claims);
  return "";
}

std::string hs(const std::string& header, const std::string& payload) {
  return test::tokenByHmac(kSecret, header, payload);
}

struct Vector {
  const char* name;
  std::string token;
  const char* refusal;
};

void expectRefused(std::initializer_list<Vector> vectors) {
  for (const Vector& v : vectors) {
    const std::string result = check(v.token);
    ck_assert_msg(result.starts_with(v.refusal), "%s: \"%s\", should be \"%s\"", v.name,
                  result.c_str(), v.refusal);
  }
}

}  // namespace

START_TEST(each_supported_algorithm_is_accepted) {
  const auto header = [](const char* alg, const char* kid) {
    return fmt::format(R"({{"alg":"{}","kid":"{}"}})", alg, kid);
  };
  ck_assert_text(check(hs(kHs256, kClaims)), "");
  ck_assert_text(check(hs(R"({"alg":"HS256","kid":"whatever"})", kClaims)), "");
  ck_assert_text(check(test::tokenBy(keys().rsa, "RS256", header("RS256", "r"), kClaims)), "");
  ck_assert_text(check(test::tokenBy(keys().rsa, "PS256", header("PS256", "r"), kClaims)), "");
  ck_assert_text(check(test::tokenBy(keys().otherRsa, "PS256", header("PS256", "o"), kClaims)), "");
  ck_assert_text(check(test::tokenBy(keys().ec, "ES256", header("ES256", "e"), kClaims)), "");
  // Only one key of the set is for ES256, so it needs no name.
  ck_assert_text(check(test::tokenBy(keys().ec, "ES256", R"({"alg":"ES256"})", kClaims)), "");
}
END_TEST

START_TEST(forged_headers_and_signatures_are_refused) {
  const Keys& k = keys();
  const std::string good = hs(kHs256, kClaims);
  const std::string text = test::unsignedToken(kHs256, kClaims);
  const std::string ec = test::tokenBy(k.ec, "ES256", R"({"alg":"ES256","kid":"e"})", kClaims);
  const std::string ecText = ec.substr(0, ec.rfind('.') + 1);
  const std::string embedded = fmt::format(R"({{"alg":"RS256","jwk":{}}})", k.strange.jwk());
  std::string tampered = good;
  tampered[good.find('.') + 5] = tampered[good.find('.') + 5] == 'A' ? 'B' : 'A';
  expectRefused({
      {"none", test::unsignedToken(R"({"alg":"none"})", kClaims) + ".", "token_invalid: it is not"},
      {"none, signed", hs(R"({"alg":"none"})", kClaims), "token_invalid: algorithm none is not"},
      {"None", hs(R"({"alg":"None"})", kClaims), "token_invalid: algorithm None is not allowed"},
      {"nOnE", hs(R"({"alg":"nOnE"})", kClaims), "token_invalid: algorithm nOnE is not allowed"},
      {"hs256", hs(R"({"alg":"hs256"})", kClaims), "token_invalid: algorithm hs256 is not"},
      {"no alg", hs(R"({"typ":"JWT"})", kClaims), "token_invalid: its header names no algorithm"},
      {"alg is a list", hs(R"({"alg":["HS256"]})", kClaims), "token_invalid: its header names no"},
      {"alg twice", hs(R"({"alg":"none","alg":"HS256"})", kClaims), "token_invalid: its header is"},
      {"HS384", hs(R"({"alg":"HS384"})", kClaims), "token_invalid: algorithm HS384 is not allowed"},
      {"a very odd alg", hs(R"({"alg":"\n\u001b[2J"})", kClaims),
       "token_invalid: algorithm ??[2J is not"},
      {"HS256 with the RSA key's PEM", test::tokenByHmac(k.rsa.publicPem(), kHs256, kClaims),
       "token_invalid: its signature is wrong"},
      {"HS256 with the RSA key's JWK", test::tokenByHmac(k.rsa.jwk(), kHs256, kClaims),
       "token_invalid: its signature is wrong"},
      {"RS256 with HMAC", test::tokenByHmac(kSecret, R"({"alg":"RS256","kid":"r"})", kClaims),
       "token_invalid: its signature is wrong"},
      {"RS256 by another key",
       test::tokenBy(k.otherRsa, "RS256", R"({"alg":"RS256","kid":"r"})", kClaims),
       "token_invalid: its signature is wrong"},
      {"RS256 with a key for PS256",
       test::tokenBy(k.otherRsa, "RS256", R"({"alg":"RS256","kid":"o"})", kClaims),
       "token_invalid: no key for algorithm RS256 and kid o"},
      {"PS256 said, RS256 done",
       test::tokenBy(k.rsa, "RS256", R"({"alg":"PS256","kid":"r"})", kClaims),
       "token_invalid: its signature is wrong"},
      {"ES256 with the RSA key",
       test::tokenBy(k.rsa, "RS256", R"({"alg":"ES256","kid":"r"})", kClaims),
       "token_invalid: no key for algorithm ES256 and kid r"},
      {"unknown kid", test::tokenBy(k.rsa, "RS256", R"({"alg":"RS256","kid":"../r"})", kClaims),
       "token_invalid: no key for algorithm RS256 and kid ../r"},
      {"ambiguous kid", test::tokenBy(k.rsa, "PS256", R"({"alg":"PS256"})", kClaims),
       "token_invalid: 2 keys could have signed it"},
      {"kid is a number", hs(R"({"alg":"HS256","kid":1})", kClaims), "token_invalid: its kid is"},
      {"key in the header", test::tokenBy(k.strange, "RS256", embedded, kClaims),
       "token_invalid: "},
      {"key by URL in the header",
       test::tokenBy(k.strange, "RS256",
                     R"({"alg":"RS256","kid":"r","jku":"https://evil.example"})", kClaims),
       "token_invalid: its signature is wrong"},
      {"crit", hs(R"({"alg":"HS256","crit":["exp"],"exp":1})", kClaims),
       "token_invalid: it has cri"},
      {"empty crit", hs(R"({"alg":"HS256","crit":[]})", kClaims), "token_invalid: it has critical"},
      {"b64", hs(R"({"alg":"HS256","b64":false})", kClaims),
       "token_invalid: it is not base64url-c"},
      {"zip", hs(R"({"alg":"HS256","zip":"DEF"})", kClaims), "token_invalid: it is compressed"},
      {"nested", hs(R"({"alg":"HS256","cty":"JWT"})", kClaims), "token_invalid: it holds another"},
      {"another type", hs(R"({"alg":"HS256","typ":"dpop+jwt"})", kClaims),
       "token_invalid: its type is not JWT"},
      {"encrypted", "e30.e30.e30.e30.e30", "token_invalid: it is not three"},
      {"no signature", text + ".", "token_invalid: it is not three"},
      {"two parts", text, "token_invalid: it is not three"},
      {"padding", good + "=", "token_invalid: it is not three"},
      {"blank at the end", good + " ", "token_invalid: it is not three"},
      {"line end", good + "\n", "token_invalid: it is not three"},
      {"standard base64", text + ".a+/b", "token_invalid: it is not three"},
      {"signature cut", good.substr(0, good.size() - 4), "token_invalid: its signature is wrong"},
      {"claims changed", tampered, "token_invalid: its signature is wrong"},
      {"another secret", test::tokenByHmac(kSecret + "!", kHs256, kClaims),
       "token_invalid: its sig"},
      {"ES256 of zeros", ecText + base64Url(std::string(64, '\0')), "token_invalid: its signature"},
      {"ES256 of three bytes", ecText + base64Url("abc"), "token_invalid: its signature has the"},
      {"ES256 too long", ec + "AAAA", "token_invalid: its signature has the wrong length"},
      {"8 KiB and more", good + std::string(kMaxTokenBytes, 'A'), "token_invalid: it is longer"},
      {"header no JSON", base64Url("alg") + "." + base64Url(kClaims) + ".AAAA",
       "token_invalid: its header is no JSON"},
      {"header a list", base64Url("[]") + "." + base64Url(kClaims) + ".AAAA",
       "token_invalid: its header is no JSON"},
  });
}
END_TEST

START_TEST(the_allow_list_rules_before_the_signature) {
  const std::string good = hs(kHs256, kClaims);
  ck_assert_text(check(good, {"RS256", "ES256"}),
                 "token_invalid: algorithm HS256 is not allowed (auth.algorithms)");
  ck_assert_text(check(good, {}),
                 "token_invalid: algorithm HS256 is not allowed (auth.algorithms)");
}
END_TEST

START_TEST(claims_that_do_not_suffice_are_refused) {
  const auto with = [](const std::string& claims) { return hs(kHs256, "{" + claims + "}"); };
  const std::string id = R"("iss":"https://id.example","aud":"parlour",)";
  const std::string who = R"("sub":"ada","room":"lobby",)";
  const std::string all = id + who + R"("exp":1700000100)";
  const std::string longText(257, 'a');
  expectRefused({
      {"no exp", with(id + who + R"("x":1)"), "token_invalid: it has no exp"},
      {"exp past", with(id + who + R"("exp":1699999970)"), "token_expired: it expired 30 s ago"},
      {"exp is text", with(id + who + R"("exp":"1700000100")"),
       "token_invalid: its exp is no time"},
      {"exp is true", with(id + who + R"("exp":true)"), "token_invalid: its exp is no time"},
      {"exp is null", with(id + who + R"("exp":null)"), "token_invalid: its exp is no time"},
      {"exp is negative", with(id + who + R"("exp":-1)"), "token_invalid: its exp is no time"},
      {"exp is endless", with(id + who + R"("exp":1e300)"), "token_invalid: its exp is no time"},
      {"exp is no number", with(id + who + R"("exp":1e999)"), "token_invalid: its claims are no"},
      {"nbf ahead", with(all + R"(,"nbf":1700000031)"), "token_invalid: it is not valid yet (nbf)"},
      {"nbf is text", with(all + R"(,"nbf":"now")"), "token_invalid: its nbf is no time"},
      {"iat ahead", with(all + R"(,"iat":1700000031)"), "token_invalid: it was issued in the fut"},
      {"no iss", with(R"("aud":"parlour",)" + who + R"("exp":1700000100)"),
       "token_invalid: its iss"},
      {"other iss",
       with(R"("iss":"https://id.example/","aud":"parlour",)" + who + R"("exp":1700000100)"),
       "token_invalid: its iss is not auth.issuer"},
      {"no aud", with(R"("iss":"https://id.example",)" + who + R"("exp":1700000100)"),
       "token_invalid: its aud is not"},
      {"other aud",
       with(R"("iss":"https://id.example","aud":["mail","chat"],)" + who + R"("exp":1700000100)"),
       "token_invalid: its aud is not auth.audience"},
      {"no sub", with(id + R"("room":"lobby","exp":1700000100)"), "token_invalid: its sub is"},
      {"empty sub", with(id + R"("sub":"","room":"lobby","exp":1700000100)"),
       "token_invalid: its s"},
      {"sub is a number", with(id + R"("sub":1,"room":"l","exp":1700000100)"),
       "token_invalid: its s"},
      {"sub with a line end", with(id + R"("sub":"a\nb","room":"l","exp":1700000100)"),
       "token_invalid: its sub"},
      {"sub with NUL", with(id + R"("sub":"a\u0000b","room":"l","exp":1700000100)"),
       "token_invalid: its claims are no JSON"},
      {"sub too long", with(id + R"("sub":")" + longText + R"(","room":"l","exp":1700000100)"),
       "token_invalid: its sub"},
      {"no room", with(id + R"("sub":"ada","exp":1700000100)"), "token_invalid: its room is"},
      {"room is a list", with(id + R"("sub":"ada","room":["*"],"exp":1700000100)"),
       "token_invalid: its room is"},
      {"name is a number", with(all + R"(,"name":7)"), "token_invalid: its name is no text"},
      {"unknown grant", with(all + R"(,"grants":{"canPublsh":false})"),
       "token_invalid: it has a grant that is not known"},
      {"grant is text", with(all + R"(,"grants":{"admin":"false"})"),
       "token_invalid: its grant admin is not true or false"},
      {"grants are a list", with(all + R"(,"grants":["admin"])"),
       "token_invalid: its grants are no"},
      {"sub twice", with(all + R"(,"sub":"root")"), "token_invalid: its claims are no JSON"},
      {"claims no object", hs(kHs256, "[]"), "token_invalid: its claims are no JSON"},
      {"claims no UTF-8", hs(kHs256, "{\"sub\":\"\xff\"}"),
       "token_invalid: its claims are no JSON"},
      {"claims with more behind", hs(kHs256, kClaims + "{}"),
       "token_invalid: its claims are no JS"},
  });
}
END_TEST

START_TEST(clocks_may_differ_by_the_leeway_and_no_more) {
  const auto at = [](int64_t exp, uint32_t leewayS) {
    return check(hs(kHs256, fmt::format(R"({{"sub":"a","room":"l","exp":{}}})", exp)), kAll,
                 {"", "", leewayS});
  };
  ck_assert_text(at(kNowS + 1, 0), "");
  ck_assert_text(at(kNowS, 0), "token_expired: it expired 0 s ago");
  ck_assert_text(at(kNowS - 29, 30), "");
  ck_assert_text(at(kNowS - 30, 30), "token_expired: it expired 30 s ago");
}
END_TEST

START_TEST(an_audience_that_nobody_set_is_refused) {
  const std::string claims = R"({"sub":"a","room":"l","exp":1700000100,"aud":"other"})";
  ck_assert_text(check(hs(kHs256, claims), kAll, {}),
                 "token_invalid: it has an aud, and auth.audience is not set");
  const std::string list = R"({"sub":"a","room":"l","exp":1700000100,"aud":["other","parlour"]})";
  ck_assert_text(check(hs(kHs256, list), kAll, {"", "parlour", 0}), "");
}
END_TEST

START_TEST(claims_become_an_identity) {
  Identity identity;
  const std::string claims =
      R"({"sub":"ada","name":"Ada Ümlaut","room":"*","exp":1700000100.9,"nbf":1699999999,
          "iat":1699999999,"other":[1,{"x":null}],
          "grants":{"canChat":false,"moderator":true,"admin":true}})";
  ck_assert_text(check(hs(kHs256, claims), kAll, {}, &identity), "");
  ck_assert_text(identity.identity, "ada");
  ck_assert_text(identity.name, "Ada Ümlaut");
  ck_assert_text(identity.room, "*");
  ck_assert(identity.grants.canPublish && identity.grants.canSubscribe);
  ck_assert(!identity.grants.canChat && identity.grants.moderator && identity.admin);
  ck_assert(!identity.grants.hidden && !identity.grants.recorder);
  ck_assert_int_eq(identity.expiresNs, 1700000100 * kNsPerSecond);
}
END_TEST

START_TEST(a_hidden_participant_publishes_nothing) {
  Identity identity;
  const std::string claims =
      R"({"sub":"a","room":"l","exp":1700000100,"grants":{"hidden":true,"canPublish":true}})";
  ck_assert_text(check(hs(kHs256, claims), kAll, {}, &identity), "");
  ck_assert(identity.grants.hidden && !identity.grants.canPublish);
}
END_TEST

START_TEST(an_administrator_needs_no_room) {
  Identity identity;
  const std::string claims = R"({"sub":"ops","exp":1700000100,"grants":{"admin":true}})";
  ck_assert_text(check(hs(kHs256, claims), kAll, {}, &identity), "");
  ck_assert_text(identity.room, "");
}
END_TEST

int main() {
  keys();  // Before Check forks: each test would make them again.
  return test::runSuite(
      "tokens", {each_supported_algorithm_is_accepted, forged_headers_and_signatures_are_refused,
                 the_allow_list_rules_before_the_signature, claims_that_do_not_suffice_are_refused,
                 clocks_may_differ_by_the_leeway_and_no_more,
                 an_audience_that_nobody_set_is_refused, claims_become_an_identity,
                 a_hidden_participant_publishes_nothing, an_administrator_needs_no_room});
}
