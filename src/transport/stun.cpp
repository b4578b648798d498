#include "transport/stun.hpp"

#include <stun/usages/ice.h>

#include <cstring>

namespace parlour::transport {
namespace {

constexpr uint16_t kKnownAttributes[] = {
    STUN_ATTRIBUTE_MAPPED_ADDRESS,     STUN_ATTRIBUTE_USERNAME,
    STUN_ATTRIBUTE_MESSAGE_INTEGRITY,  STUN_ATTRIBUTE_ERROR_CODE,
    STUN_ATTRIBUTE_UNKNOWN_ATTRIBUTES, STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS,
    STUN_ATTRIBUTE_PRIORITY,           STUN_ATTRIBUTE_USE_CANDIDATE,
    STUN_ATTRIBUTE_ICE_CONTROLLED,     STUN_ATTRIBUTE_ICE_CONTROLLING,
    STUN_ATTRIBUTE_FINGERPRINT,        STUN_ATTRIBUTE_SOFTWARE,
    0};

struct Lookup {
  const StunResponder::FindPassword& find;
  StunVerdict& verdict;
};

/// "ours:theirs" in USERNAME names one of our agents; its password validates the check.
bool lookUp(StunAgent*, StunMessage*, uint8_t* username, uint16_t length, uint8_t** password,
            size_t* passwordLength, void* data) noexcept {
  auto& lookup = *static_cast<Lookup*>(data);
  const std::string_view name(reinterpret_cast<const char*>(username), length);
  const size_t colon = name.find(':');
  if (colon == std::string_view::npos) return false;
  const std::string* found = lookup.find(name.substr(0, colon));
  if (!found) return false;
  lookup.verdict.localUfrag = name.substr(0, colon);
  lookup.verdict.remoteUfrag = name.substr(colon + 1);
  *password = reinterpret_cast<uint8_t*>(const_cast<char*>(found->data()));
  *passwordLength = found->size();
  return true;
}

}  // namespace

StunResponder::StunResponder() {
  stun_agent_init(&agent_, kKnownAttributes, STUN_COMPATIBILITY_RFC5389,
                  static_cast<StunAgentUsageFlags>(STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS |
                                                   STUN_AGENT_USAGE_USE_FINGERPRINT));
}

StunVerdict StunResponder::answer(std::span<const uint8_t> packet, const Address& from,
                                  const FindPassword& find) {
  StunVerdict verdict;
  // Requests only: a lite agent never asks, so every response is stray, and indications
  // (keep-alives) carry no authentication and prove nothing.
  if (packet.size() < 20 || packet.size() > buffer_.size() || packet[0] != 0x00 ||
      packet[1] != 0x01)
    return verdict;
  Lookup lookup{find, verdict};
  StunMessage request;
  if (stun_agent_validate(&agent_, &request, packet.data(), packet.size(), lookUp, &lookup) !=
      STUN_VALIDATION_SUCCESS)
    return verdict;
  if (verdict.localUfrag.empty() || !request.key) return verdict;

  sockaddr_storage source{};
  // A mapped IPv4 address must be reported as IPv4.
  const socklen_t length = from.toSockaddr(from.isIpv4() ? AF_INET : AF_INET6, source);
  StunMessage reply;
  size_t size = buffer_.size();
  bool controlling = false;  // A lite agent is always controlled by a full one.
  const auto outcome = stun_usage_ice_conncheck_create_reply(
      &agent_, &request, &reply, buffer_.data(), &size, &source, length, &controlling, 0,
      STUN_USAGE_ICE_COMPATIBILITY_RFC5245);
  if (size == 0) return verdict;
  verdict.reply = {buffer_.data(), size};
  if (outcome == STUN_USAGE_ICE_RETURN_SUCCESS) {
    verdict.kind = StunVerdict::Kind::kCheck;
    verdict.useCandidate = stun_usage_ice_conncheck_use_candidate(&request);
  } else if (outcome == STUN_USAGE_ICE_RETURN_ROLE_CONFLICT) {
    verdict.kind = StunVerdict::Kind::kError;
  }
  return verdict;
}

}  // namespace parlour::transport
