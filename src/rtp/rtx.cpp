#include "rtp/rtx.hpp"

#include <cstring>

namespace parlour::rtp {

bool unwrapRtx(ParsedPacket& packet, uint32_t primarySsrc, uint8_t primaryPayloadType) {
  constexpr uint8_t kPaddingBit = 0x20;
  if (packet.payloadSize <= kOsnSize) return false;
  uint8_t* payload = packet.data + packet.payloadOffset;
  packet.sequence = read16(payload);
  packet.payloadSize = static_cast<uint16_t>(packet.payloadSize - kOsnSize);
  std::memmove(payload, payload + kOsnSize, packet.payloadSize);
  packet.size = static_cast<uint16_t>(packet.payloadOffset + packet.payloadSize);
  packet.ssrc = primarySsrc;
  packet.payloadType = primaryPayloadType;

  packet.data[0] = static_cast<uint8_t>(packet.data[0] & ~kPaddingBit);
  packet.data[1] = static_cast<uint8_t>((packet.data[1] & 0x80) | primaryPayloadType);
  write16(packet.data + 2, packet.sequence);
  write32(packet.data + 8, primarySsrc);
  return true;
}

}  // namespace parlour::rtp
