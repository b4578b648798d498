#include "rtp/vp8.hpp"

namespace parlour::rtp {

namespace {

constexpr size_t kKeyFrameHeader = 10;  // RFC 6386 section 9.1: tag 3, start code 3, sizes 4.

/// The optional fields behind the first byte; false where the payload ends inside them.
bool parseOptional(std::span<const uint8_t> payload, Vp8Descriptor& out) {
  size_t at = 1;
  const auto left = [&] { return payload.size() - at; };
  if (left() < 1) return false;
  const uint8_t present = payload[at++];  // I L T K
  if ((present & 0x80) != 0) {
    if (left() < 1) return false;
    out.pictureIdOffset = static_cast<uint8_t>(at);
    out.pictureIdBits = (payload[at] & 0x80) != 0 ? 15 : 7;
    out.pictureId = payload[at++] & 0x7F;
    if (out.pictureIdBits == 15) {
      if (left() < 1) return false;
      out.pictureId = static_cast<uint16_t>(out.pictureId << 8 | payload[at++]);
    }
  }
  if ((present & 0x40) != 0) {
    if (left() < 1) return false;
    out.hasTl0PicIdx = true;
    out.tl0PicIdxOffset = static_cast<uint8_t>(at);
    out.tl0PicIdx = payload[at++];
  }
  if ((present & 0x30) != 0) {
    if (left() < 1) return false;
    const uint8_t layer = payload[at];
    out.hasTemporalId = (present & 0x20) != 0;
    out.hasKeyIdx = (present & 0x10) != 0;
    if (out.hasTemporalId) {
      out.temporalId = layer >> 6;
      out.layerSync = (layer & 0x20) != 0;
    }
    if (out.hasKeyIdx) out.keyIdx = layer & 0x1F;
    out.keyIdxOffset = static_cast<uint8_t>(at++);
  }
  out.size = static_cast<uint8_t>(at);
  return true;
}

void parseFrameHeader(std::span<const uint8_t> frame, Vp8Descriptor& out) {
  out.frameStart = out.partitionStart && out.partition == 0;
  out.keyFrame = out.frameStart && (frame[0] & 0x01) == 0;
  if (!out.keyFrame || frame.size() < kKeyFrameHeader) return;
  out.width = static_cast<uint16_t>((frame[7] << 8 | frame[6]) & 0x3FFF);
  out.height = static_cast<uint16_t>((frame[9] << 8 | frame[8]) & 0x3FFF);
}

}  // namespace

bool parseVp8(std::span<const uint8_t> payload, Vp8Descriptor& out) {
  if (payload.empty()) return false;
  out = Vp8Descriptor();
  const uint8_t head = payload[0];  // X R N S R PID
  out.nonReference = (head & 0x20) != 0;
  out.partitionStart = (head & 0x10) != 0;
  out.partition = head & 0x07;
  out.size = 1;
  if ((head & 0x80) != 0 && !parseOptional(payload, out)) return false;
  if (out.size >= payload.size()) return false;
  parseFrameHeader(payload.subspan(out.size), out);
  return true;
}

}  // namespace parlour::rtp
