// A client's connectivity checks, made by libnice.
#pragma once

#include <stun/usages/ice.h>

#include <string>
#include <vector>

struct CheckOptions {
  std::string username = "ours:theirs";
  std::string password = "the-password-of-ours-24b";
  bool controlling = true;
  bool nominate = false;
};

inline std::vector<uint8_t> makeCheck(const CheckOptions& o) {
  StunAgent agent;
  stun_agent_init(&agent, STUN_ALL_KNOWN_ATTRIBUTES, STUN_COMPATIBILITY_RFC5389,
                  static_cast<StunAgentUsageFlags>(STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS |
                                                   STUN_AGENT_USAGE_USE_FINGERPRINT));
  std::vector<uint8_t> buffer(1280);
  StunMessage message;
  const size_t size = stun_usage_ice_conncheck_create(
      &agent, &message, buffer.data(), buffer.size(),
      reinterpret_cast<const uint8_t*>(o.username.data()), o.username.size(),
      reinterpret_cast<const uint8_t*>(o.password.data()), o.password.size(), o.nominate,
      o.controlling, 1, 42, nullptr, STUN_USAGE_ICE_COMPATIBILITY_RFC5245);
  buffer.resize(size);
  return buffer;
}
