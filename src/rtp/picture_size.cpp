#include "rtp/picture_size.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "rtp/av1.hpp"
#include "rtp/bit_reader.hpp"
#include "rtp/h264.hpp"
#include "rtp/vp8.hpp"
#include "rtp/vp9.hpp"

namespace parlour::rtp {

namespace {

PictureSize sizeOf(uint64_t width, uint64_t height) {
  if (width == 0 || height == 0 || width > UINT16_MAX || height > UINT16_MAX) return {};
  return {static_cast<uint16_t>(width), static_cast<uint16_t>(height)};
}

/// A NAL unit's content without its emulation prevention bytes (H.264 section 7.4.1).
std::vector<uint8_t> rawBytes(std::span<const uint8_t> content) {
  std::vector<uint8_t> out;
  out.reserve(content.size());
  unsigned zeros = 0;
  for (const uint8_t byte : content) {
    const bool prevention = zeros >= 2 && byte == 3;
    if (!prevention) out.push_back(byte);
    zeros = byte == 0 ? zeros + 1 : 0;
  }
  return out;
}

/// H.264 section 7.3.2.1.1.1.
void skipScalingList(BitReader& in, unsigned size) {
  int64_t last = 8, next = 8;
  for (unsigned i = 0; i < size && in.good(); ++i) {
    if (next != 0) next = (last + in.signedExpGolomb() + 256) % 256;
    if (next != 0) last = next;
  }
}

/// What only the higher profiles have; answers chroma_format_idc.
uint32_t readHighProfile(BitReader& in) {
  const uint32_t chroma = in.expGolomb();
  if (chroma == 3) in.flag();  // separate_colour_plane_flag
  in.expGolomb();              // bit_depth_luma_minus8
  in.expGolomb();              // bit_depth_chroma_minus8
  in.flag();                   // qpprime_y_zero_transform_bypass_flag
  if (!in.flag()) return chroma;
  for (unsigned list = 0; list < (chroma == 3 ? 12u : 8u) && in.good(); ++list)
    if (in.flag()) skipScalingList(in, list < 6 ? 16 : 64);
  return chroma;
}

void skipPictureOrder(BitReader& in) {
  const uint32_t type = in.expGolomb();
  if (type == 0) in.expGolomb();  // log2_max_pic_order_cnt_lsb_minus4
  if (type != 1) return;
  in.flag();
  in.expGolomb();
  in.expGolomb();
  const uint32_t cycle = in.expGolomb();
  for (uint32_t i = 0; i < cycle && in.good(); ++i) in.expGolomb();
}

/// `content`: of a sequence parameter set, after the NAL unit's header.
PictureSize readSps(std::span<const uint8_t> content) {
  static constexpr std::array<uint32_t, 13> kHighProfiles = {100, 110, 122, 244, 44,  83, 86,
                                                             118, 128, 138, 139, 134, 135};
  const auto raw = rawBytes(content);
  BitReader in(raw);
  const uint32_t profile = in.number(8);
  in.skip(16);     // constraints, level_idc
  in.expGolomb();  // seq_parameter_set_id
  const bool high =
      std::find(kHighProfiles.begin(), kHighProfiles.end(), profile) != kHighProfiles.end();
  const uint32_t chroma = high ? readHighProfile(in) : 1;
  in.expGolomb();  // log2_max_frame_num_minus4
  skipPictureOrder(in);
  in.expGolomb();  // max_num_ref_frames
  in.flag();       // gaps_in_frame_num_value_allowed_flag
  const uint64_t width = (uint64_t{in.expGolomb()} + 1) * 16;
  const uint64_t mapUnits = uint64_t{in.expGolomb()} + 1;
  const bool frames = in.flag();
  if (!frames) in.flag();  // mb_adaptive_frame_field_flag
  in.flag();               // direct_8x8_inference_flag
  const uint64_t height = mapUnits * 16 * (frames ? 1 : 2);
  uint64_t cropX = 0, cropY = 0;
  if (in.flag()) {
    cropX = uint64_t{in.expGolomb()} + in.expGolomb();
    cropY = uint64_t{in.expGolomb()} + in.expGolomb();
  }
  cropX *= chroma == 1 || chroma == 2 ? 2 : 1;
  cropY *= (chroma == 1 ? 2 : 1) * (frames ? 1 : 2);
  if (!in.good() || cropX >= width || cropY >= height) return {};
  return sizeOf(width - cropX, height - cropY);
}

/// Skips timing_info and decoder_model_info; answers the bits of a buffer delay, 0 without.
unsigned readAv1Timing(BitReader& in) {
  if (!in.flag()) return 0;               // timing_info_present_flag
  in.skip(64);                            // num_units_in_display_tick, time_scale
  if (in.flag()) in.expGolomb();          // equal_picture_interval
  if (!in.flag()) return 0;               // decoder_model_info_present_flag
  const unsigned bits = in.number(5) + 1;  // buffer_delay_length_minus_1
  in.skip(32 + 5 + 5);
  return bits;
}

void skipAv1OperatingPoints(BitReader& in, unsigned delayBits) {
  constexpr uint32_t kLastLevelWithoutTier = 7;
  const bool displayDelays = in.flag();
  const uint32_t points = in.number(5) + 1;
  for (uint32_t i = 0; i < points && in.good(); ++i) {
    in.skip(12);                                              // operating_point_idc
    if (in.number(5) > kLastLevelWithoutTier) in.flag();      // seq_level_idx, seq_tier
    if (delayBits != 0 && in.flag()) in.skip(2 * delayBits + 1);
    if (displayDelays && in.flag()) in.skip(4);
  }
}

/// `obu`: of a sequence header, its payload alone.
PictureSize readAv1Sequence(std::span<const uint8_t> obu) {
  BitReader in(obu);
  in.skip(3 + 1);  // seq_profile, still_picture
  if (in.flag())   // reduced_still_picture_header
    in.skip(5);
  else
    skipAv1OperatingPoints(in, readAv1Timing(in));
  const unsigned widthBits = in.number(4) + 1, heightBits = in.number(4) + 1;
  const uint64_t width = uint64_t{in.number(widthBits)} + 1;
  const uint64_t height = uint64_t{in.number(heightBits)} + 1;
  return in.good() ? sizeOf(width, height) : PictureSize{};
}

}  // namespace

PictureSize h264PictureSize(std::span<const uint8_t> payload) {
  const auto unit = h264SequenceParameters(payload);
  return unit.empty() ? PictureSize{} : readSps(unit);
}

PictureSize av1PictureSize(std::span<const uint8_t> payload) {
  const auto obu = av1SequenceHeader(payload);
  return obu.empty() ? PictureSize{} : readAv1Sequence(obu);
}

PictureSize pictureSizeOf(const ParsedPacket& packet) {
  if (!packet.keyFrame) return {};
  Vp8Descriptor vp8;
  Vp9Descriptor vp9;
  switch (packet.codec) {
    case Codec::kVp8:
      return parseVp8(packet.payload(), vp8) ? sizeOf(vp8.width, vp8.height) : PictureSize{};
    case Codec::kVp9:
      return parseVp9(packet.payload(), vp9) ? sizeOf(vp9.width, vp9.height) : PictureSize{};
    case Codec::kH264:
      return h264PictureSize(packet.payload());
    case Codec::kAv1:
      return av1PictureSize(packet.payload());
    default:
      return {};
  }
}

}  // namespace parlour::rtp
