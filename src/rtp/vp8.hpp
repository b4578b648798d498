// The VP8 payload descriptor: what a forwarder reads and rewrites.
// Source: RFC 7741 sections 4.2 and 4.3. Thread: any.
#pragma once

#include <cstdint>
#include <span>

namespace parlour::rtp {

struct Vp8Descriptor {
  uint8_t size = 0;             ///< Bytes of the descriptor.
  bool nonReference = false;    ///< N: nothing refers to this frame, it may be dropped.
  bool partitionStart = false;  ///< S.
  uint8_t partition = 0;        ///< PID.
  uint8_t pictureIdBits = 0;    ///< 7, 15, or 0 where absent.
  uint16_t pictureId = 0;
  bool hasTl0PicIdx = false;
  uint8_t tl0PicIdx = 0;
  bool hasTemporalId = false;  ///< T: temporalId and layerSync are meant.
  uint8_t temporalId = 0;
  bool layerSync = false;  ///< Y: depends on the base layer alone.
  bool hasKeyIdx = false;  ///< K.
  uint8_t keyIdx = 0;      ///< 5 bits.
  // Offsets from the start of the payload; meaningless where the field is absent.
  uint8_t pictureIdOffset = 0;
  uint8_t tl0PicIdxOffset = 0;
  uint8_t keyIdxOffset = 0;  ///< The byte shared by TID, Y and KEYIDX.
  // From the VP8 payload header, first packet of a frame only:
  bool frameStart = false;         ///< S and PID 0.
  bool keyFrame = false;           ///< frameStart of a key frame.
  uint16_t width = 0, height = 0;  ///< Of a key frame, 0 where the header is cut.
};

/// False where the payload ends inside the descriptor or holds nothing after it.
bool parseVp8(std::span<const uint8_t> payload, Vp8Descriptor& out);

}  // namespace parlour::rtp
