// The ids a VP8 or VP9 payload descriptor carries, and how to replace them in place.
// Sources: RFC 7741 section 4.2, RFC 9628 section 4.2. Thread: any.
#pragma once

#include <array>
#include <cstdint>

#include "rtp/packet.hpp"

namespace parlour::rtp {

/// Bytes to replace in a copy of the payload; offsets from the start of the payload.
struct PayloadPatch {
  struct Byte {
    uint8_t offset;
    uint8_t value;
  };
  uint8_t count = 0;
  std::array<Byte, 6> bytes;

  void apply(uint8_t* payload) const {
    for (uint8_t i = 0; i < count; ++i) payload[bytes[i].offset] = bytes[i].value;
  }
};

/// Ids of one packet; a field its payload does not carry is 0.
struct PictureIds {
  uint16_t pictureId = 0;  ///< 7 or 15 bits.
  uint8_t tl0PicIdx = 0;
  uint8_t keyIdx = 0;  ///< 5 bits, VP8 alone.
  bool operator==(const PictureIds&) const = default;
};

/// The ids of a payload and where they stand, offsets from the start of the payload.
struct PictureFields {
  PictureIds ids;
  uint8_t pictureIdBits = 0;  ///< 7, 15, or 0 where absent.
  bool hasTl0PicIdx = false;
  bool hasKeyIdx = false;
  uint8_t pictureIdOffset = 0;
  uint8_t tl0PicIdxOffset = 0;
  uint8_t keyIdxOffset = 0;
};

/// False where the codec has no such ids or the descriptor is malformed.
bool readPictureFields(const ParsedPacket& packet, PictureFields& out);

/// The bytes of `packet`'s payload that differ once its fields hold `ids`; widths stay.
PayloadPatch patchOf(const ParsedPacket& packet, const PictureFields& fields, PictureIds ids);

/// Both at once; empty where the payload carries no ids.
PayloadPatch patchFor(const ParsedPacket& packet, PictureIds ids);

}  // namespace parlour::rtp
