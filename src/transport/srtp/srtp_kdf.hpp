// Session keys out of master keys, and the IV of every packet. Source: RFC 3711 §4.1.1, §4.3;
// RFC 7714 §8.1, §9.1, §11. Thread: any (pure functions).
#pragma once

#include <array>
#include <cstdint>

#include "transport/srtp/srtp.hpp"

namespace parlour::transport {

/// The keys of one kind of packet (RTP or RTCP) in one direction. Wiped when it goes.
struct SrtpSessionKeys {
  std::array<uint8_t, 16> cipher = {};
  std::array<uint8_t, 20> auth = {};  ///< Unused with GCM.
  std::array<uint8_t, 14> salt = {};  ///< 12 bytes with GCM.

  SrtpSessionKeys() = default;
  SrtpSessionKeys(const SrtpSessionKeys&) = default;
  SrtpSessionKeys& operator=(const SrtpSessionKeys&) = default;
  ~SrtpSessionKeys();
};

SrtpSessionKeys deriveRtpKeys(const SrtpKeys& master);
SrtpSessionKeys deriveRtcpKeys(const SrtpKeys& master);

/// 16 bytes for AES-CM (the last two are the block counter's start, zero), 12 for GCM.
using SrtpIv = std::array<uint8_t, 16>;

/// `index` is ROC * 2^16 + sequence, 48 bits.
SrtpIv rtpIv(SrtpProfile profile, const SrtpSessionKeys& keys, uint32_t ssrc, uint64_t index);
/// `index` is the SRTCP index, 31 bits.
SrtpIv rtcpIv(SrtpProfile profile, const SrtpSessionKeys& keys, uint32_t ssrc, uint32_t index);

}  // namespace parlour::transport
