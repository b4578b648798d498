#include "load/client_ice.hpp"

#include <stun/usages/ice.h>

#include <array>
#include <string>

#include "check_suite.hpp"

using namespace parlour;
using bench::ClientIce;

namespace {

constexpr auto kCompatibility = STUN_USAGE_ICE_COMPATIBILITY_RFC5245;

uint8_t* bytesOf(std::string& text) {
  return reinterpret_cast<uint8_t*>(text.data());
}

/// A server with libnice's own STUN, the controlled side.
class Server {
 public:
  explicit Server(std::string password = "password-of-the-client") : password_(password) {
    static constexpr uint16_t kKnown[] = {STUN_ATTRIBUTE_USERNAME,
                                          STUN_ATTRIBUTE_MESSAGE_INTEGRITY,
                                          STUN_ATTRIBUTE_PRIORITY,
                                          STUN_ATTRIBUTE_USE_CANDIDATE,
                                          STUN_ATTRIBUTE_ICE_CONTROLLING,
                                          STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS,
                                          0};
    stun_agent_init(&agent_, kKnown, STUN_COMPATIBILITY_RFC5389,
                    static_cast<StunAgentUsageFlags>(STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS |
                                                     STUN_AGENT_USAGE_USE_FINGERPRINT));
  }

  std::span<const uint8_t> check() {
    StunMessage message;
    const size_t size = stun_usage_ice_conncheck_create(
        &agent_, &message, buffer_.data(), buffer_.size(), bytesOf(username_), username_.size(),
        bytesOf(password_), password_.size(), false, false, 1, 1, nullptr, kCompatibility);
    return {buffer_.data(), size};
  }

  bool accepts(std::span<const uint8_t> reply) {
    StunMessage message;
    return stun_agent_validate(&agent_, &message, reply.data(), reply.size(), nullptr, nullptr) ==
               STUN_VALIDATION_SUCCESS &&
           stun_message_get_class(&message) == STUN_RESPONSE;
  }

  std::span<const uint8_t> answer(std::span<const uint8_t> check) {
    std::string name = "server:client", password = "password-of-the-server";
    StunDefaultValidaterData known[] = {
        {bytesOf(name), name.size(), bytesOf(password), password.size()}, {nullptr, 0, nullptr, 0}};
    StunMessage request, reply;
    ck_assert_int_eq(stun_agent_validate(&agent_, &request, check.data(), check.size(),
                                         stun_agent_default_validater, known),
                     STUN_VALIDATION_SUCCESS);
    sockaddr_storage from{};
    const socklen_t length = transport::Address::parse("127.0.0.1", 9)->toSockaddr(AF_INET, from);
    bool controlling = false;
    size_t size = buffer_.size();
    ck_assert_int_eq(
        stun_usage_ice_conncheck_create_reply(&agent_, &request, &reply, buffer_.data(), &size,
                                              &from, length, &controlling, 1, kCompatibility),
        STUN_USAGE_ICE_RETURN_SUCCESS);
    return {buffer_.data(), size};
  }

 private:
  StunAgent agent_;
  std::string username_ = "client:server", password_;
  std::array<uint8_t, 512> buffer_;
};

ClientIce client() {
  bench::LocalTransport local;
  local.ufrag = "client";
  local.password = "password-of-the-client";
  bench::Remote remote;
  remote.ufrag = "server";
  remote.password = "password-of-the-server";
  remote.address = *transport::Address::parse("127.0.0.1", 9);
  return ClientIce(local, remote);
}

}  // namespace

START_TEST(the_answer_to_a_check_is_accepted_once) {
  ClientIce ice = client();
  Server server;
  const auto reply = server.answer(ice.check());
  ck_assert_msg(ice.answer(reply).empty(), "a reply is not answered");
  ck_assert_msg(ice.accepts(reply), "asking whether it is a request has used it up");
  ck_assert(!ice.accepts(reply));
}
END_TEST

START_TEST(the_check_of_a_server_is_answered) {
  ClientIce ice = client();
  Server server;
  const auto reply = ice.answer(server.check());
  ck_assert(!reply.empty());
  ck_assert(server.accepts(reply));
}
END_TEST

START_TEST(strangers_are_not_answered) {
  ClientIce ice = client();
  Server stranger("not-the-password-of-the-client");
  ck_assert(ice.answer(stranger.check()).empty());
}
END_TEST

int main() {
  return parlour::test::runSuite(
      "client_ice", {the_answer_to_a_check_is_accepted_once, the_check_of_a_server_is_answered,
                     strangers_are_not_answered});
}
