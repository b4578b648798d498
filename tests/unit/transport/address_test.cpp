#include "transport/address.hpp"

#include "transport/candidates.hpp"
#include "transport/endpoint.hpp"
#include "transport/hub.hpp"
#include "check_suite.hpp"

using namespace parlour;
using namespace parlour::transport;

namespace {

constexpr int64_t kSecond = 1'000'000'000;

Flow flowFrom(uint16_t port) { return {*Address::parse("192.0.2.1", port), {}, 0}; }

struct Paths {
  std::unique_ptr<Hub> hub;
  std::shared_ptr<Endpoint> endpoint;
  Paths() {
    HubOptions options;
    options.listen = {"127.0.0.1"};
    options.port = 0;
    options.threads = 1;
    auto started = Hub::start(options);
    ck_assert(started);
    hub = std::move(*started);
    endpoint = std::make_shared<Endpoint>(*hub, Endpoint::Names{"p", "r", "u", "p"},
                                          Endpoint::Callbacks{});
  }
  uint16_t port() const { return endpoint->flow().remote.port; }
};

}  // namespace

START_TEST(addresses_are_read_and_written) {
  ck_assert_text(Address::parse("192.0.2.1", 5000)->text(), "192.0.2.1:5000");
  ck_assert_text(Address::parse("2001:db8::1", 5000)->text(), "[2001:db8::1]:5000");
  ck_assert(Address::parse("192.0.2.1", 1)->isIpv4());
  ck_assert(!Address::parse("2001:db8::1", 1)->isIpv4());
  ck_assert(Address::parse("::ffff:192.0.2.1", 1) == Address::parse("192.0.2.1", 1));
  for (const char* bad : {"", "localhost", "192.0.2", "192.0.2.256", "::g"})
    ck_assert_msg(!Address::parse(bad, 1), "%s", bad);
}
END_TEST

START_TEST(an_ipv6_address_has_no_form_on_an_ipv4_socket) {
  sockaddr_storage storage;
  ck_assert_uint_eq(Address::parse("2001:db8::1", 1)->toSockaddr(AF_INET, storage), 0);
  const auto v4 = *Address::parse("192.0.2.1", 7);
  for (const int family : {AF_INET, AF_INET6}) {
    ck_assert_uint_gt(v4.toSockaddr(family, storage), 0);
    ck_assert(Address::from(reinterpret_cast<sockaddr*>(&storage)) == v4);
  }
}
END_TEST

START_TEST(advertised_addresses_replace_the_interfaces) {
  const auto lines = candidates({.advertise = {"203.0.113.7", "2001:db8::7"}, .listen = {"::"}, .port = 8443});
  ck_assert_uint_eq(lines.size(), 2);
  ck_assert(lines[0].ends_with(" 203.0.113.7 8443 typ host"));
  ck_assert(lines[1].ends_with(" 2001:db8::7 8443 typ host"));
}
END_TEST

START_TEST(a_bound_address_is_the_only_candidate) {
  const auto lines = candidates({.listen = {"127.0.0.1"}, .port = 9});
  ck_assert_uint_eq(lines.size(), 1);
  ck_assert(lines[0].starts_with("candidate:1 1 udp "));
  ck_assert(lines[0].ends_with(" 127.0.0.1 9 typ host"));
}
END_TEST

START_TEST(an_ipv4_socket_offers_no_ipv6) {
  ck_assert_uint_eq(candidates({.advertise = {"2001:db8::7"}, .port = 9, .ipv4Only = true}).size(), 0);
}
END_TEST

START_TEST(loopback_is_offered_where_everybody_is_on_this_host) {
  bool found = false;
  for (const auto& line : candidates({.listen = {"0.0.0.0"}, .port = 9, .loopbackToo = true}))
    found = found || line.find(" 127.0.0.1 ") != std::string::npos;
  ck_assert(found);
}
END_TEST

START_TEST(the_first_valid_path_serves_until_one_is_nominated) {
  Paths p;
  ck_assert(p.endpoint->checked(flowFrom(1), false, kSecond));
  ck_assert(!p.endpoint->checked(flowFrom(2), false, kSecond));
  ck_assert_uint_eq(p.port(), 1);
  ck_assert(p.endpoint->checked(flowFrom(2), true, kSecond));
  ck_assert_uint_eq(p.port(), 2);
  ck_assert(!p.endpoint->checked(flowFrom(2), true, kSecond));
}
END_TEST

START_TEST(a_silent_path_is_given_up_for_one_that_is_checked) {
  Paths p;
  p.endpoint->checked(flowFrom(1), true, 1 * kSecond);
  p.endpoint->checked(flowFrom(1), false, 5 * kSecond);
  ck_assert(!p.endpoint->checked(flowFrom(2), false, 11 * kSecond));
  ck_assert(p.endpoint->checked(flowFrom(2), false, 12 * kSecond));
  ck_assert_uint_eq(p.port(), 2);
}
END_TEST

START_TEST(a_port_in_use_is_named_in_the_error) {
  Paths p;
  HubOptions options;
  options.listen = {"127.0.0.1"};
  options.port = p.hub->port();
  const auto second = Hub::start(options);
  ck_assert(!second);
  ck_assert_text(second.error().code, "port_in_use");
  ck_assert(second.error().message.find(std::to_string(options.port)) != std::string::npos);
}
END_TEST

int main() {
  gst_init(nullptr, nullptr);
  return test::runSuite(
      "address", {addresses_are_read_and_written, an_ipv6_address_has_no_form_on_an_ipv4_socket,
                  advertised_addresses_replace_the_interfaces, a_bound_address_is_the_only_candidate,
                  an_ipv4_socket_offers_no_ipv6, loopback_is_offered_where_everybody_is_on_this_host,
                  the_first_valid_path_serves_until_one_is_nominated,
                  a_silent_path_is_given_up_for_one_that_is_checked,
                  a_port_in_use_is_named_in_the_error});
}
