// The VP9 payload descriptor: what a forwarder reads and rewrites.
// Source: RFC 9628 section 4.2. Thread: any.
#pragma once

#include <cstdint>
#include <span>

namespace parlour::rtp {

struct Vp9Descriptor {
  uint16_t size = 0;          ///< Bytes of the descriptor, scalability structure included.
  uint8_t pictureIdBits = 0;  ///< 7, 15, or 0 where absent.
  uint16_t pictureId = 0;
  bool interPredicted = false;  ///< P: the picture refers to earlier pictures.
  bool flexible = false;        ///< F.
  bool frameStart = false;      ///< B.
  bool frameEnd = false;        ///< E.
  bool hasLayers = false;       ///< L: the four fields below are meant.
  uint8_t temporalId = 0;
  bool switchingUp = false;  ///< U.
  uint8_t spatialId = 0;
  bool interLayerDependent = false;  ///< D.
  bool hasTl0PicIdx = false;         ///< L and not F.
  uint8_t tl0PicIdx = 0;
  bool hasStructure = false;          ///< V.
  uint8_t spatialLayers = 1;          ///< N_S + 1 of the structure.
  uint16_t width = 0, height = 0;     ///< Of the highest spatial layer in the structure, 0 without.
  bool notReferenceForUpper = false;  ///< Z.
  // Offsets from the start of the payload; meaningless where the field is absent.
  uint8_t pictureIdOffset = 0;
  uint8_t tl0PicIdxOffset = 0;
  bool keyFrame = false;  ///< First packet of a key picture: B, not P, spatial layer 0.
};

/// False where the payload ends inside the descriptor or holds nothing after it.
bool parseVp9(std::span<const uint8_t> payload, Vp9Descriptor& out);

}  // namespace parlour::rtp
