// Who is asking: trusted proxies, networks, origins.
#include "signalling/forwarded.hpp"
#include "signalling/origin.hpp"
#include "suite.hpp"

using namespace parlour::signalling;
using namespace parlour::test;

namespace {

TrustedProxies proxies() {
  auto parsed = TrustedProxies::parse({"10.0.0.0/8", "2001:db8::/32"});
  ck_assert(static_cast<bool>(parsed));
  return *parsed;
}

}  // namespace

START_TEST(a_network_holds_its_addresses_alone) {
  const auto v4 = Network::parse("192.0.2.128/25");
  ck_assert(v4->contains("192.0.2.129"));
  ck_assert(v4->contains("::ffff:192.0.2.255"));
  ck_assert(!v4->contains("192.0.2.127"));
  ck_assert(!v4->contains("nonsense"));
  const auto v6 = Network::parse("2001:db8::/33");
  ck_assert(v6->contains("2001:db8:7fff::1"));
  ck_assert(!v6->contains("2001:db8:8000::1"));
  ck_assert(Network::parse("0.0.0.0/0")->contains("203.0.113.9"));
  for (const char* wrong : {"192.0.2.1/33", "192.0.2.1/", "192.0.2/24", "::/129", "", "/8", "1/x"})
    ck_assert_msg(!Network::parse(wrong), "%s", wrong);
}
END_TEST

START_TEST(headers_of_a_stranger_are_not_believed) {
  const auto view = proxies().clientOf("203.0.113.5", {.forwardedFor = "192.0.2.1",
                                                       .forwardedProto = "https"});
  assertText(view.address, "203.0.113.5");
  ck_assert(!view.https);
  ck_assert(!view.proxied);
}
END_TEST

START_TEST(the_nearest_untrusted_hop_is_the_client) {
  const auto view = proxies().clientOf(
      "10.0.0.1", {.forwardedFor = "1.2.3.4, 203.0.113.5, 10.9.9.9",
                   .forwardedHost = "call.example",
                   .forwardedProto = "https"});
  assertText(view.address, "203.0.113.5");
  assertText(view.host, "call.example");
  ck_assert(view.https);
}
END_TEST

START_TEST(rubbish_in_a_trusted_header_leaves_the_proxy_as_client) {
  for (const char* header : {"", "unknown", ",,,", "<script>", "999.1.1.1"})
    assertText(proxies().clientOf("10.0.0.1", {.forwardedFor = header}).address, "10.0.0.1");
}
END_TEST

START_TEST(forwarded_is_read_by_its_rfc) {
  const auto view = proxies().clientOf(
      "2001:db8::1",
      {.forwarded = "for=198.51.100.1;proto=http, For=\"[2001:dead::7]:4711\";proto=https;"
                    "host=call.example",
       .forwardedFor = "1.1.1.1"});
  assertText(view.address, "2001:dead::7");
  assertText(view.host, "call.example");
  ck_assert(view.https);
}
END_TEST

START_TEST(ports_are_cut_off) {
  assertText(proxies().clientOf("10.0.0.1", {.forwardedFor = "192.0.2.7:5555"}).address,
             "192.0.2.7");
}
END_TEST

START_TEST(a_wrong_network_is_an_error) {
  ck_assert(!TrustedProxies::parse({"10.0.0.0/8", "proxy.example"}));
}
END_TEST

START_TEST(pages_of_our_own_host_may_connect) {
  const OriginPolicy policy({}, false);
  ck_assert(policy.allows("", "call.example"));
  ck_assert(policy.allows("https://call.example", "call.example"));
  ck_assert(policy.allows("https://call.example", "call.example:443"));
  ck_assert(policy.allows("https://CALL.example:8443", "call.example:8443"));
  ck_assert(policy.allows("http://[::1]:8080", "[::1]:8080"));
  ck_assert(!policy.allows("https://call.example:8443", "call.example"));
  ck_assert(!policy.allows("https://evil.example", "call.example"));
  ck_assert(!policy.allows("https://call.example.evil", "call.example"));
  ck_assert(!policy.allows("null", "null"));
  ck_assert(!policy.allows("file://", ""));
  ck_assert(!policy.allows("http://", ""));
}
END_TEST

START_TEST(listed_origins_and_the_star_may_connect) {
  ck_assert(OriginPolicy({"https://a.example/"}, false).allows("https://a.example", "b.example"));
  ck_assert(!OriginPolicy({"https://a.example"}, false).allows("http://a.example", "b.example"));
  ck_assert(OriginPolicy({"*"}, true).allows("https://any.example", "b.example"));
}
END_TEST

START_TEST(an_open_server_on_loopback_wants_a_loopback_name) {
  const OriginPolicy policy({}, true);
  ck_assert(policy.allows("http://localhost:8080", "localhost:8080"));
  ck_assert(policy.allows("http://127.0.0.1:8080", "127.0.0.1:8080"));
  ck_assert(policy.allows("http://[::1]:8080", "[::1]:8080"));
  ck_assert(policy.allows("http://call.localhost:8080", "call.localhost:8080"));
  ck_assert(!policy.allows("http://evil.example:8080", "evil.example:8080"));
}
END_TEST

int main() {
  return runSuite(
      "client address",
      {a_network_holds_its_addresses_alone, headers_of_a_stranger_are_not_believed,
       the_nearest_untrusted_hop_is_the_client,
       rubbish_in_a_trusted_header_leaves_the_proxy_as_client, forwarded_is_read_by_its_rfc,
       ports_are_cut_off, a_wrong_network_is_an_error, pages_of_our_own_host_may_connect,
       listed_origins_and_the_star_may_connect, an_open_server_on_loopback_wants_a_loopback_name});
}
