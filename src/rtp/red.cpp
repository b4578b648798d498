#include "rtp/red.hpp"

#include <cstring>

#include "rtp/bytes.hpp"

namespace parlour::rtp {

bool unwrapRed(ParsedPacket& packet) {
  constexpr uint8_t kPaddingBit = 0x20, kMoreBlocks = 0x80;
  constexpr size_t kOlderHeader = 4;  // F, payload type, 14 bits of timestamp, 10 of length.
  const auto payload = packet.payload();
  size_t headers = 0, older = 0;
  while (headers < payload.size() && (payload[headers] & kMoreBlocks) != 0) {
    if (payload.size() - headers < kOlderHeader) return false;
    older += read16(&payload[headers + 2]) & 0x3FF;
    headers += kOlderHeader;
  }
  if (headers >= payload.size()) return false;
  const auto primary = static_cast<uint8_t>(payload[headers] & 0x7F);
  const size_t skipped = headers + 1 + older;
  if (skipped > payload.size()) return false;

  uint8_t* begin = packet.data + packet.payloadOffset;
  packet.payloadSize = static_cast<uint16_t>(payload.size() - skipped);
  std::memmove(begin, begin + skipped, packet.payloadSize);
  packet.size = static_cast<uint16_t>(packet.payloadOffset + packet.payloadSize);
  packet.payloadType = primary;
  packet.data[0] = static_cast<uint8_t>(packet.data[0] & ~kPaddingBit);
  packet.data[1] = static_cast<uint8_t>((packet.data[1] & 0x80) | primary);
  return true;
}

}  // namespace parlour::rtp
