#include "load/client_ice.hpp"

#include <openssl/rand.h>
#include <stun/usages/ice.h>

namespace parlour::bench {
namespace {

constexpr uint16_t kKnownAttributes[] = {STUN_ATTRIBUTE_USERNAME,
                                         STUN_ATTRIBUTE_MESSAGE_INTEGRITY,
                                         STUN_ATTRIBUTE_ERROR_CODE,
                                         STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS,
                                         STUN_ATTRIBUTE_PRIORITY,
                                         STUN_ATTRIBUTE_USE_CANDIDATE,
                                         STUN_ATTRIBUTE_ICE_CONTROLLED,
                                         STUN_ATTRIBUTE_ICE_CONTROLLING,
                                         STUN_ATTRIBUTE_FINGERPRINT,
                                         STUN_ATTRIBUTE_SOFTWARE,
                                         0};
constexpr uint32_t kHostPriority = 2130706431;

/// RFC 8489 section 5: the two bits of the class are 0.
bool isRequest(std::span<const uint8_t> packet) {
  return packet.size() > 1 && (packet[0] & 0x01) == 0 && (packet[1] & 0x10) == 0;
}

}  // namespace

ClientIce::ClientIce(const LocalTransport& local, const Remote& remote)
    : username_(remote.ufrag + ":" + local.ufrag),
      password_(remote.password),
      askedUsername_(local.ufrag + ":" + remote.ufrag),
      askedPassword_(local.password),
      server_(remote.address) {
  RAND_bytes(reinterpret_cast<unsigned char*>(&tieBreaker_), sizeof tieBreaker_);
  stun_agent_init(&agent_, kKnownAttributes, STUN_COMPATIBILITY_RFC5389,
                  static_cast<StunAgentUsageFlags>(STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS |
                                                   STUN_AGENT_USAGE_USE_FINGERPRINT));
}

std::span<const uint8_t> ClientIce::check() {
  StunMessage message;
  const size_t size = stun_usage_ice_conncheck_create(
      &agent_, &message, buffer_.data(), buffer_.size(),
      reinterpret_cast<const uint8_t*>(username_.data()), username_.size(),
      reinterpret_cast<const uint8_t*>(password_.data()), password_.size(), true, true,
      kHostPriority, tieBreaker_, nullptr, STUN_USAGE_ICE_COMPATIBILITY_RFC5245);
  return {buffer_.data(), size};
}

bool ClientIce::accepts(std::span<const uint8_t> packet) {
  StunMessage message;
  if (stun_agent_validate(&agent_, &message, packet.data(), packet.size(), nullptr, nullptr) !=
      STUN_VALIDATION_SUCCESS)
    return false;
  sockaddr_storage mapped{};
  socklen_t size = sizeof mapped;
  return stun_usage_ice_conncheck_process(&message, &mapped, &size,
                                          STUN_USAGE_ICE_COMPATIBILITY_RFC5245) ==
         STUN_USAGE_ICE_RETURN_SUCCESS;
}

std::span<const uint8_t> ClientIce::answer(std::span<const uint8_t> packet) {
  const auto bytes = [](std::string& text) { return reinterpret_cast<uint8_t*>(text.data()); };
  StunDefaultValidaterData known[] = {
      {bytes(askedUsername_), askedUsername_.size(), bytes(askedPassword_), askedPassword_.size()},
      {nullptr, 0, nullptr, 0}};
  StunMessage request, reply;
  // Looked at first: validating a response forgets the request it belongs to.
  if (!isRequest(packet) ||
      stun_agent_validate(&agent_, &request, packet.data(), packet.size(),
                          stun_agent_default_validater, known) != STUN_VALIDATION_SUCCESS)
    return {};
  sockaddr_storage source{};
  const socklen_t length = server_.toSockaddr(server_.isIpv4() ? AF_INET : AF_INET6, source);
  bool controlling = true;
  size_t size = buffer_.size();
  if (stun_usage_ice_conncheck_create_reply(
          &agent_, &request, &reply, buffer_.data(), &size, &source, length, &controlling,
          tieBreaker_, STUN_USAGE_ICE_COMPATIBILITY_RFC5245) != STUN_USAGE_ICE_RETURN_SUCCESS)
    return {};
  return {buffer_.data(), size};
}

}  // namespace parlour::bench
