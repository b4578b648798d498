#include "rtp/vp9.hpp"

#include <algorithm>

#include "rtp/bytes.hpp"

namespace parlour::rtp {

namespace {

constexpr size_t kMaxReferences = 3;  // P_DIFF per picture, RFC 9628 section 4.2.

/// A cursor over the descriptor; every read answers false past the end.
class Cursor {
 public:
  explicit Cursor(std::span<const uint8_t> bytes) : bytes_(bytes) {}
  bool byte(uint8_t& out) {
    if (at_ == bytes_.size()) return false;
    out = bytes_[at_++];
    return true;
  }
  bool word(uint16_t& out) {
    if (bytes_.size() - at_ < 2) return false;
    out = read16(bytes_.data() + at_);
    at_ += 2;
    return true;
  }
  bool skip(size_t count) {
    if (bytes_.size() - at_ < count) return false;
    at_ += count;
    return true;
  }
  size_t at() const { return at_; }

 private:
  std::span<const uint8_t> bytes_;
  size_t at_ = 0;
};

bool parsePictureId(Cursor& in, Vp9Descriptor& out) {
  out.pictureIdOffset = static_cast<uint8_t>(in.at());
  uint8_t head = 0, low = 0;
  if (!in.byte(head)) return false;
  out.pictureIdBits = (head & 0x80) != 0 ? 15 : 7;
  out.pictureId = head & 0x7F;
  if (out.pictureIdBits == 7) return true;
  if (!in.byte(low)) return false;
  out.pictureId = static_cast<uint16_t>(out.pictureId << 8 | low);
  return true;
}

bool parseLayers(Cursor& in, Vp9Descriptor& out) {
  uint8_t layer = 0;
  if (!in.byte(layer)) return false;
  out.hasLayers = true;
  out.temporalId = layer >> 5;
  out.switchingUp = (layer & 0x10) != 0;
  out.spatialId = (layer >> 1) & 0x07;
  out.interLayerDependent = (layer & 0x01) != 0;
  if (out.flexible) return true;
  out.hasTl0PicIdx = true;
  out.tl0PicIdxOffset = static_cast<uint8_t>(in.at());
  return in.byte(out.tl0PicIdx);
}

bool skipReferences(Cursor& in) {
  uint8_t difference = 0;
  for (size_t i = 0; i < kMaxReferences; ++i) {
    if (!in.byte(difference)) return false;
    if ((difference & 0x01) == 0) return true;  // N: no more follows.
  }
  return (difference & 0x01) == 0;
}

bool parseStructure(Cursor& in, Vp9Descriptor& out) {
  uint8_t head = 0;
  if (!in.byte(head)) return false;  // N_S Y G
  out.hasStructure = true;
  out.spatialLayers = static_cast<uint8_t>((head >> 5) + 1);
  if ((head & 0x10) != 0)
    for (uint8_t i = 0; i < out.spatialLayers; ++i)
      if (!in.word(out.width) || !in.word(out.height)) return false;
  if ((head & 0x08) == 0) return true;
  uint8_t pictures = 0;
  if (!in.byte(pictures)) return false;
  for (uint8_t i = 0; i < pictures; ++i) {
    uint8_t picture = 0;
    if (!in.byte(picture) || !in.skip((picture >> 2) & 0x03)) return false;
  }
  return true;
}

}  // namespace

bool parseVp9(std::span<const uint8_t> payload, Vp9Descriptor& out) {
  if (payload.empty()) return false;
  out = Vp9Descriptor();
  Cursor in(payload);
  uint8_t head = 0;
  in.byte(head);  // I P L F B E V Z
  out.interPredicted = (head & 0x40) != 0;
  out.flexible = (head & 0x10) != 0;
  out.frameStart = (head & 0x08) != 0;
  out.frameEnd = (head & 0x04) != 0;
  out.notReferenceForUpper = (head & 0x01) != 0;
  if ((head & 0x80) != 0 && !parsePictureId(in, out)) return false;
  if ((head & 0x20) != 0 && !parseLayers(in, out)) return false;
  if (out.flexible && out.interPredicted && !skipReferences(in)) return false;
  if ((head & 0x02) != 0 && !parseStructure(in, out)) return false;
  if (in.at() >= payload.size()) return false;
  out.size = static_cast<uint16_t>(in.at());
  out.keyFrame = out.frameStart && !out.interPredicted && out.spatialId == 0;
  return true;
}

}  // namespace parlour::rtp
