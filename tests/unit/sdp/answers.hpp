// An answer as the server would write it, for tests: fixed credentials, an SSRC for every slot.
#pragma once

#include <map>
#include <string>

#include <fmt/format.h>

#include "sdp/sdp.hpp"

namespace parlour::sdp::test {

inline Local localOf(const Offer& offer) {
  Local local;
  local.iceUfrag = "serv";
  local.icePwd = "0123456789abcdefghijklmn";
  local.fingerprint.algorithm = "sha-256";
  for (int i = 0; i < 32; ++i)
    local.fingerprint.value += fmt::format("{}{:02X}", i == 0 ? "" : ":", i);
  const bool clientWaits = offer.transport.setup == Setup::kPassive;
  local.setup = clientWaits ? Setup::kActive : Setup::kPassive;
  local.candidates = {"candidate:1 1 UDP 2130706431 127.0.0.1 8443 typ host"};
  return local;
}

/// Every slot has an identity that depends on its place alone.
inline std::map<std::string, SlotSsrc> slotsOf(const Offer& offer) {
  std::map<std::string, SlotSsrc> slots;
  for (size_t i = 0; i < offer.media.size(); ++i) {
    const auto ssrc = static_cast<uint32_t>(1000 + 2 * i);
    slots[offer.media[i].mid] = {ssrc, ssrc + 1, "parlour", fmt::format("slot{}", i), "track"};
  }
  return slots;
}

inline std::string answerTo(const Offer& offer) {
  return writeAnswer(offer, localOf(offer), slotsOf(offer));
}

}  // namespace parlour::sdp::test
