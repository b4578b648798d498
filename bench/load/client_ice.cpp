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

}  // namespace

ClientIce::ClientIce(const std::string& localUfrag, const std::string& remoteUfrag,
                     std::string remotePassword)
    : username_(remoteUfrag + ":" + localUfrag), password_(std::move(remotePassword)) {
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

}  // namespace parlour::bench
