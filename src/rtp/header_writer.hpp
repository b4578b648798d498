// The RTP header of an outgoing packet: a subscriber's numbering around a publisher's extensions.
// Source: RFC 3550 section 5.1, RFC 8285. Thread: any. Allocates nothing.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "rtp/packet.hpp"

namespace parlour::rtp {

/// Header extensions a subscriber accepts: meaning → its id (1-255), 0 where not negotiated.
using ExtensionIds = std::array<uint8_t, kExtensionCount>;

struct OutgoingHeader {
  uint8_t payloadType = 0;
  bool marker = false;
  uint16_t sequence = 0;
  uint32_t timestamp = 0;
  uint32_t ssrc = 0;
  uint32_t csrc = 0;               ///< 0: none.
  std::string_view mid;            ///< Empty: no MID in this packet.
  int32_t transportSequence = -1;  ///< Transport-wide sequence, -1: none.
};

/// Writes the header with MID, transport-wide sequence and those of the input's extensions that
/// are forwarded (audio level, video orientation, absolute capture time, color space, playout
/// delay, content type), as far as `ids` has them. One-byte form unless an id or a size needs the
/// two-byte form. Returns the header's size in bytes, a multiple of 4; 0 where `out` is too small.
size_t writeHeader(std::span<uint8_t> out, const OutgoingHeader& header, const ExtensionIds& ids,
                   const ParsedPacket& input);

}  // namespace parlour::rtp
