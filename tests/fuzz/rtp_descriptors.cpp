// A payload as VP8, VP9, H.264 and AV1: descriptors stay inside the payload, and replaced ids are
// read back as they were put in.
#include "rtp/av1.hpp"
#include "rtp/h264.hpp"
#include "rtp/picture_ids.hpp"
#include "rtp/vp8.hpp"
#include "rtp/vp9.hpp"
#include "rtp_bytes.hpp"

using namespace parlour::rtp;
using parlour::fuzz::require;

namespace {

ParsedPacket packetOf(std::vector<uint8_t>& payload, Codec codec) {
  ParsedPacket packet;
  packet.data = payload.data();
  packet.size = packet.payloadSize = static_cast<uint16_t>(payload.size());
  packet.codec = codec;
  return packet;
}

void checkPatch(std::vector<uint8_t> payload, Codec codec, PictureIds ids) {
  const ParsedPacket packet = packetOf(payload, codec);
  PictureFields before, after;
  const bool readable = readPictureFields(packet, before);
  const PayloadPatch patch = patchFor(packet, ids);
  require(readable || patch.count == 0);
  if (!readable) return;
  for (uint8_t i = 0; i < patch.count; ++i) require(patch.bytes[i].offset < payload.size());
  patch.apply(payload.data());
  require(readPictureFields(packet, after));
  require(after.pictureIdBits == before.pictureIdBits);
  const unsigned mask = (1u << before.pictureIdBits) - 1;
  require(after.ids.pictureId == (ids.pictureId & mask));
  if (before.hasTl0PicIdx) require(after.ids.tl0PicIdx == ids.tl0PicIdx);
  if (before.hasKeyIdx) require(after.ids.keyIdx == (ids.keyIdx & 0x1F));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  parlour::fuzz::Input input(data, size);
  const PictureIds ids = {input.word(), input.byte(), input.byte()};
  const std::vector<uint8_t> payload = input.take(UINT16_MAX);
  Vp8Descriptor vp8;
  if (parseVp8(payload, vp8)) require(vp8.size < payload.size());
  Vp9Descriptor vp9;
  if (parseVp9(payload, vp9)) require(vp9.size < payload.size() && vp9.spatialLayers <= 8);
  Av1Aggregation av1;
  require(parseAv1Aggregation(payload, av1) == !payload.empty());
  if (startsAv1KeyFrame(payload)) require(av1.newSequence);
  if (startsH264KeyFrame(payload)) require(!payload.empty());
  checkPatch(payload, Codec::kVp8, ids);
  checkPatch(payload, Codec::kVp9, ids);
  return 0;
}
