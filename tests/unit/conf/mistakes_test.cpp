// What is wrong is said with file, line and key, and everything at once.
#include <algorithm>
#include <cstring>

#include "loading.hpp"

#include "support/check_suite.hpp"

using namespace parlour;
using namespace parlour::conf;

namespace {

struct Case {
  const char* yaml;
  const char* mistake;  ///< The beginning of the only line, or nothing where it is right.
};

void expect(const Case& c, const LoadOptions& options = {}) {
  const std::string all = mistakesOf(loadYaml(c.yaml, options));
  const bool one = std::count(all.begin(), all.end(), '\n') == 1;
  const bool right = *c.mistake ? one && all.starts_with(c.mistake) : all.empty();
  ck_assert_msg(right, "%s\ngives: %swanted: %s", c.yaml, all.c_str(), c.mistake);
}

}  // namespace

START_TEST(values_of_the_wrong_type_or_range_are_named) {
  const Case cases[] = {
      {"http:\n  port: many\n", "parlour.yaml:2: http.port: must be a whole number, not many"},
      {"http:\n  port: \"80\"\n",
       "parlour.yaml:2: http.port: must be a whole number, not the text"},
      {"http:\n  port: 65536\n", "parlour.yaml:2: http.port: 65536 is out of range: 0 to 65535"},
      {"http:\n  port: -1\n", "parlour.yaml:2: http.port: must be a whole number, not -1"},
      {"http:\n  port: 8e3\n", "parlour.yaml:2: http.port: must be a whole number"},
      {"http:\n  port: 99999999999999999999999\n", "parlour.yaml:2: http.port: 9999"},
      {"http:\n  port:\n", "parlour.yaml:2: http.port: has no value"},
      {"http:\n  port: [1]\n", "parlour.yaml:2: http.port: must be a number, not a list"},
      {"http:\n  port: {a: 1}\n", "parlour.yaml:2: http.port: must be a number, not a section"},
      {"rooms: {simulcast: yes}\n", "parlour.yaml:1: rooms.simulcast: must be true or false"},
      {"http: {listen: 127.0.0.1}\n", "parlour.yaml:1: http.listen: must be a list"},
      {"http: {listen: []}\n", "parlour.yaml:1: http.listen: must not be empty"},
      {"http: {listen: [[127.0.0.1]]}\n", "parlour.yaml:1: http.listen: a list of single values"},
      {"http:\n  listen:\n  - 127.0.0.1\n  - nowhere\n",
       "parlour.yaml:4: http.listen: \"nowhere\" is no IP address"},
      {"http: {listen: [127.0.0.1, 127.0.0.1]}\n",
       "parlour.yaml:1: http.listen: 127.0.0.1 stands in the list twice"},
      {"http: {trustedProxies: [10.0.0.0/33]}\n", "parlour.yaml:1: http.trustedProxies: \"10.0.0"},
      {"http: {origins: [example.org]}\n",
       "parlour.yaml:1: http.origins: example.org is no origin"},
      {"http: {origins: [\"https://a.example/path\"]}\n",
       "parlour.yaml:1: http.origins: https://a"},
      {"rooms: {codecs: {video: [VP8, MPEG2]}}\n",
       "parlour.yaml:1: rooms.codecs.video: MPEG2 is none of VP8, VP9, H264, AV1"},
      {"log: {level: loud}\n",
       "parlour.yaml:1: log.level: must be one of debug, info, warning, error, not loud"},
      {"auth: {issuer: 42}\n", "parlour.yaml:1: auth.issuer: is text: write it in quotes"},
      {"auth: {issuer: \"42\"}\n", ""},
      {"auth: {mode: jwt, jwksUrl: http://id.example.org/keys}\n",
       "parlour.yaml:1: auth.jwksUrl: http://id.example.org/keys: keys may only be fetched by"},
  };
  for (const Case& c : cases) {
    // A key that could not be read leaves jwt without one, which is a second line: not this test.
    if (strstr(c.yaml, "jwksUrl")) {
      ck_assert(mistakesOf(loadYaml(c.yaml)).starts_with(c.mistake));
      continue;
    }
    expect(c);
  }
}
END_TEST

START_TEST(unknown_names_are_refused_and_the_near_one_is_offered) {
  const Case cases[] = {
      {"http:\n  prot: 1\n", "parlour.yaml:2: http.prot: no such setting; is http.port meant?"},
      {"htpp: {}\n", "parlour.yaml:1: htpp: no such setting; is http meant?"},
      {"rooms: {goneMs: 1}\n",
       "parlour.yaml:1: rooms.goneMs: no such setting; is timeouts.goneMs meant?"},
      {"media: {PORT: 1}\n", "parlour.yaml:1: media.PORT: no such setting; is media.port meant?"},
      {"entirely: {different: 1}\n", "parlour.yaml:1: entirely: no such setting\n"},
      {"http: {port: 1}\nhttp: {port: 2}\n", "parlour.yaml:2: http: stands here twice"},
      {"http:\n  port: 1\n  port: 2\n", "parlour.yaml:3: http.port: stands here twice"},
      {"http: 8080\n", "parlour.yaml:1: http: is a section"},
      {"- http\n", "parlour.yaml:1: is a section"},
      {"? [a]\n: 1\n", "parlour.yaml:1: a setting's name must be a plain word"},
  };
  for (const Case& c : cases) expect(c);

  LoadOptions environment;
  environment.environment["PARLOUR_HTTP_PROT"] = "1";
  expect({"", "environment: PARLOUR_HTTP_PROT: no such setting; is PARLOUR_HTTP_PORT meant?"},
         environment);
  for (const Case& c : {Case{"http.prot=1", "--set: http.prot: no such setting; is http.port"},
                        Case{"http=1", "--set: http: is a section; name one of its settings"},
                        Case{"http.port", "--set: http.port: must be key=value"}}) {
    LoadOptions options;
    options.overrides = {c.yaml};
    expect({"", c.mistake}, options);
  }
}
END_TEST

START_TEST(what_is_no_yaml_is_a_mistake_and_no_crash) {
  const Case cases[] = {
      {"http: {port: 1\n", "parlour.yaml:2: is not YAML"},
      {"http:\n\tport: 1\n", "parlour.yaml:2: is not YAML"},
      {"a: *nothing\n", "parlour.yaml:1: is not YAML"},
      {"a: 1\n---\nb: 2\n", "parlour.yaml:3: holds a second YAML document"},
  };
  for (const Case& c : cases) expect(c);
  const std::string deep(100000, '[');
  ck_assert(!mistakesOf(loadYaml(deep)).empty());
  ck_assert_ptr_nonnull(
      strstr(mistakesOf(loadYaml(std::string(2 << 20, '#'))).c_str(), "is longer than"));
  ck_assert_ptr_nonnull(
      strstr(mistakesOf(loadFrom("/nonexistent/parlour.yaml")).c_str(), "cannot be read"));
}
END_TEST

START_TEST(settings_that_contradict_each_other_are_refused) {
  const std::string long32(32, 'x');
  const std::string jwt = "auth: {mode: jwt, secret: " + long32 + "}\n";
  const std::string both = jwt + "http: {listen: [0.0.0.0]}\n";
  const std::string unreachable = "auth: {mode: open}\nhttp: {listen: [127.0.0.1, \"::1\"]}\n";
  const std::string asymmetric = "auth: {mode: jwt, algorithms: [RS256], secret: " + long32 + "}\n";
  const std::string unsaid = "auth: {secret: " + long32 + "}\n";
  const Case cases[] = {
      {"http: {listen: [0.0.0.0]}\n", "parlour.yaml:1: http.listen: 0.0.0.0 can be reached"},
      {"http: {listen: [\"::\"]}\nauth: {mode: open}\n", "parlour.yaml:1: http.listen: :: can be"},
      {"http: {listen: [0.0.0.0]}\nauth: {iKnowThisIsOpen: true}\n", ""},
      {"http: {trustedProxies: [127.0.0.1]}\n", "parlour.yaml:1: http.trustedProxies: a proxy"},
      {both.c_str(), ""},
      {unreachable.c_str(), ""},
      {unsaid.c_str(), "parlour.yaml:1: auth.secret: keys are given but auth.mode is open"},
      {"auth: {mode: jwt}\n", "parlour.yaml:1: auth.mode: jwt needs auth.secretFile"},
      {"auth: {mode: jwt, secret: short}\n", "parlour.yaml:1: auth.secret: is 5 bytes long; 32"},
      {asymmetric.c_str(), "parlour.yaml:1: auth.algorithms: RS256 needs auth.jwksFile"},
      {"admin: {token: hunter2}\n", "parlour.yaml:1: admin.token: is 7 bytes long; 16"},
      {"http: {tls: {certificate: /dev/null}}\n", "parlour.yaml:1: http.tls.certificate: /dev/nul"},
      {"http: {webRoot: /nonexistent}\n", "parlour.yaml:1: http.webRoot: /nonexistent is no dir"},
      {"admin: {tokenFile: /nonexistent}\n", "parlour.yaml:1: admin.tokenFile: /nonexistent can"},
      {"metrics: {port: 8080}\n", "parlour.yaml:1: metrics.port: is http.port too"},
      {"metrics: {listen: [127.0.0.2]}\n", "parlour.yaml:1: metrics.listen: needs metrics.port"},
      {"media: {advertise: [auto, 203.0.113.7]}\n", "parlour.yaml:1: media.advertise: is either"},
      {"timeouts: {reconnectingMs: 10000}\n", "parlour.yaml:1: timeouts.reconnectingMs: timeouts."},
      {"limits: {maxOfferBytes: 5000}\n", "parlour.yaml:1: limits.maxOfferBytes: limits.maxOffer"},
      {"limits: {maxSlotsVideo: 61}\n", "parlour.yaml:1: limits.maxSlotsVideo: limits.maxMediaL"},
      {"rooms: {chatMaxBytes: 65536}\n", "parlour.yaml:1: rooms.chatMaxBytes: rooms.chatMaxBytes"},
  };
  for (const Case& c : cases) {
    const std::string all = mistakesOf(loadYaml(c.yaml));
    if (*c.mistake)
      ck_assert_msg(all.starts_with(c.mistake), "%s\ngives: %s", c.yaml, all.c_str());
    else
      ck_assert_msg(all.empty(), "%s\ngives: %s", c.yaml, all.c_str());
  }
}
END_TEST

START_TEST(a_certificate_needs_its_key) {
  const test::TempDir directory;
  directory.file("cert.pem", "-");
  const auto outcome =
      loadFrom(directory.file("parlour.yaml", "http:\n  tls:\n    certificate: cert.pem\n"));
  ck_assert_text(mistakesOf(outcome),
                 "parlour.yaml:3: http.tls.certificate: needs http.tls.key too\n");
}
END_TEST

START_TEST(all_mistakes_of_all_sources_come_at_once) {
  const test::TempDir directory;
  directory.file("conf.d/a.yaml", "log:\n  level: loud\n");
  LoadOptions options;
  options.environment["PARLOUR_MEDIA_PORT"] = "x";
  options.overrides = {"rooms.simulcast=perhaps"};
  const auto outcome = loadFrom(
      directory.file("parlour.yaml", "http:\n  port: 70000\n  prot: 1\nauth:\n  mode: jwt\n"),
      options);
  ck_assert_text(mistakesOf(outcome),
                 "parlour.yaml:3: http.prot: no such setting; is http.port meant?\n"
                 "parlour.yaml:2: http.port: 70000 is out of range: 0 to 65535\n"
                 "a.yaml:2: log.level: must be one of debug, info, warning, error, not loud\n"
                 "environment: media.port: must be a whole number, not x\n"
                 "--set: rooms.simulcast: must be true or false, not perhaps\n"
                 "parlour.yaml:5: auth.mode: jwt needs auth.secretFile, auth.jwksFile or "
                 "auth.jwksUrl\n");
}
END_TEST

int main() {
  return test::runSuite(
      "configuration mistakes",
      {values_of_the_wrong_type_or_range_are_named,
       unknown_names_are_refused_and_the_near_one_is_offered,
       what_is_no_yaml_is_a_mistake_and_no_crash, settings_that_contradict_each_other_are_refused,
       a_certificate_needs_its_key, all_mistakes_of_all_sources_come_at_once});
}
