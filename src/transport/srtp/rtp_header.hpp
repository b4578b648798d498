// How long an RTP header is; all that SRTP needs to know of one. Source: RFC 3550 §5.1, §5.3.1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace parlour::transport {

constexpr size_t kRtpFixedHeader = 12;
constexpr size_t kRtcpFixedHeader = 8;

inline uint16_t readBe16(const uint8_t* p) {
  return static_cast<uint16_t>(p[0] << 8 | p[1]);
}
inline uint32_t readBe32(const uint8_t* p) {
  return static_cast<uint32_t>(readBe16(p)) << 16 | readBe16(p + 2);
}
inline void writeBe32(uint8_t* p, uint32_t value) {
  for (int i = 3; i >= 0; --i, value >>= 8) p[i] = static_cast<uint8_t>(value);
}

/// Bytes of fixed header, CSRCs and header extension; 0 where they do not fit into `packet` or it
/// is not RTP version 2.
inline size_t rtpHeaderSize(std::span<const uint8_t> packet) {
  if (packet.size() < kRtpFixedHeader || packet[0] >> 6 != 2) return 0;
  size_t size = kRtpFixedHeader + 4u * (packet[0] & 0x0f);
  if (packet[0] & 0x10) {
    if (packet.size() < size + 4) return 0;
    size += 4 + 4u * readBe16(&packet[size + 2]);
  }
  return size <= packet.size() ? size : 0;
}

}  // namespace parlour::transport
