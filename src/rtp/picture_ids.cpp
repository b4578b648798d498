#include "rtp/picture_ids.hpp"

#include "rtp/vp8.hpp"
#include "rtp/vp9.hpp"

namespace parlour::rtp {

namespace {

constexpr uint8_t kKeyIdxMask = 0x1F;

/// Collects the bytes that really change.
class PatchWriter {
 public:
  explicit PatchWriter(std::span<const uint8_t> payload) : payload_(payload) {}
  void put(size_t offset, int value) {
    const auto byte = static_cast<uint8_t>(value);
    if (payload_[offset] != byte)
      patch_.bytes[patch_.count++] = {static_cast<uint8_t>(offset), byte};
  }
  const PayloadPatch& patch() const { return patch_; }

 private:
  std::span<const uint8_t> payload_;
  PayloadPatch patch_;
};

PictureFields fieldsOf(const Vp8Descriptor& d) {
  return {.ids = {d.pictureId, d.tl0PicIdx, d.keyIdx},
          .pictureIdBits = d.pictureIdBits,
          .hasTl0PicIdx = d.hasTl0PicIdx,
          .hasKeyIdx = d.hasKeyIdx,
          .pictureIdOffset = d.pictureIdOffset,
          .tl0PicIdxOffset = d.tl0PicIdxOffset,
          .keyIdxOffset = d.keyIdxOffset};
}

PictureFields fieldsOf(const Vp9Descriptor& d) {
  return {.ids = {d.pictureId, d.tl0PicIdx, 0},
          .pictureIdBits = d.pictureIdBits,
          .hasTl0PicIdx = d.hasTl0PicIdx,
          .pictureIdOffset = d.pictureIdOffset,
          .tl0PicIdxOffset = d.tl0PicIdxOffset};
}

}  // namespace

bool readPictureFields(const ParsedPacket& packet, PictureFields& out) {
  if (packet.codec == Codec::kVp8) {
    Vp8Descriptor descriptor;
    if (!parseVp8(packet.payload(), descriptor)) return false;
    out = fieldsOf(descriptor);
    return true;
  }
  if (packet.codec == Codec::kVp9) {
    Vp9Descriptor descriptor;
    if (!parseVp9(packet.payload(), descriptor)) return false;
    out = fieldsOf(descriptor);
    return true;
  }
  return false;
}

PayloadPatch patchOf(const ParsedPacket& packet, const PictureFields& fields, PictureIds ids) {
  const auto payload = packet.payload();
  PatchWriter writer(payload);
  if (fields.pictureIdBits == 7) {
    writer.put(fields.pictureIdOffset, ids.pictureId & 0x7F);
  } else if (fields.pictureIdBits == 15) {
    writer.put(fields.pictureIdOffset, 0x80 | (ids.pictureId >> 8));
    writer.put(fields.pictureIdOffset + 1u, ids.pictureId & 0xFF);
  }
  if (fields.hasTl0PicIdx) writer.put(fields.tl0PicIdxOffset, ids.tl0PicIdx);
  if (fields.hasKeyIdx) {
    const int others = payload[fields.keyIdxOffset] & ~kKeyIdxMask;
    writer.put(fields.keyIdxOffset, others | (ids.keyIdx & kKeyIdxMask));
  }
  return writer.patch();
}

PayloadPatch patchFor(const ParsedPacket& packet, PictureIds ids) {
  PictureFields fields;
  return readPictureFields(packet, fields) ? patchOf(packet, fields, ids) : PayloadPatch();
}

}  // namespace parlour::rtp
