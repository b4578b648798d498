#include "rtp/av1.hpp"
#include "rtp/h264.hpp"
#include "rtp/vp8.hpp"
#include "rtp/vp9.hpp"

// Last: check.h takes the name "fail".
#include "packets.hpp"
#include "suite.hpp"

using namespace parlour::rtp;
using namespace parlour::rtp::test;

namespace {

/// No prefix of a good payload may be read past its end; exact allocations let a sanitizer see.
template <typename Parse>
void survivesPrefixes(const Bytes& payload, Parse parse) {
  for (size_t size = 0; size <= payload.size(); ++size)
    parse(Bytes(payload.begin(), payload.begin() + static_cast<long>(size)));
}

struct KeyFrameCase {
  const char* what;
  Bytes payload;
  bool keyFrame;
};

}  // namespace

START_TEST(vp8_without_extension_is_one_byte) {
  Vp8Descriptor d;
  ck_assert(parseVp8(Bytes{0x10, 0x00, 0x00}, d));
  ck_assert_uint_eq(d.size, 1);
  ck_assert(d.keyFrame);
  ck_assert_uint_eq(d.pictureIdBits, 0);
  ck_assert(!d.hasTl0PicIdx && !d.hasTemporalId && !d.hasKeyIdx);
}
END_TEST

START_TEST(vp8_fields_are_found_with_their_offsets) {
  Vp8Descriptor d;
  const Bytes payload = Vp8Payload{
      .pictureId = 0x1234, .tl0PicIdx = 0x56, .temporalId = 2, .keyIdx = 0x1F, .keyFrame = true};
  ck_assert(parseVp8(payload, d));
  ck_assert_uint_eq(d.size, 6);
  ck_assert_uint_eq(d.pictureIdBits, 15);
  ck_assert_uint_eq(d.pictureId, 0x1234);
  ck_assert_uint_eq(d.pictureIdOffset, 2);
  ck_assert_uint_eq(d.tl0PicIdx, 0x56);
  ck_assert_uint_eq(d.tl0PicIdxOffset, 4);
  ck_assert_uint_eq(d.temporalId, 2);
  ck_assert_uint_eq(d.keyIdx, 0x1F);
  ck_assert_uint_eq(d.keyIdxOffset, 5);
  ck_assert_uint_eq(d.width, 640);
  ck_assert_uint_eq(d.height, 360);
}
END_TEST

START_TEST(vp8_short_picture_id_is_7_bits) {
  Vp8Descriptor d;
  ck_assert(
      parseVp8(Vp8Payload{.pictureId = 0x7F, .wide = false, .tl0PicIdx = -1, .temporalId = -1}.
               operator Bytes(),
               d));
  ck_assert_uint_eq(d.pictureIdBits, 7);
  ck_assert_uint_eq(d.pictureId, 0x7F);
  ck_assert_uint_eq(d.size, 3);
}
END_TEST

START_TEST(vp8_key_frame_is_only_its_first_packet) {
  const auto isKey = [](const Vp8Payload& payload) {
    Vp8Descriptor d;
    return parseVp8(payload.operator Bytes(), d) && d.keyFrame;
  };
  ck_assert(isKey({.keyFrame = true}));
  ck_assert(!isKey({.start = false, .keyFrame = true}));
  ck_assert(!isKey({.keyFrame = false}));
  Vp8Descriptor d;
  ck_assert(parseVp8(Bytes{0x11, 0x00}, d));  // Start of partition 1.
  ck_assert(!d.keyFrame);
}
END_TEST

START_TEST(vp8_cut_descriptors_are_refused) {
  const Bytes payload = Vp8Payload{.keyIdx = 3};
  Vp8Descriptor d;
  for (size_t size = 0; size <= 6; ++size)
    ck_assert(!parseVp8(Bytes(payload.begin(), payload.begin() + static_cast<long>(size)), d));
  ck_assert(parseVp8(Bytes(payload.begin(), payload.begin() + 7), d));
}
END_TEST

START_TEST(vp9_non_flexible_has_tl0picidx) {
  Vp9Descriptor d;
  // I L B E, 15-bit id, TID 1 U SID 0, TL0PICIDX.
  ck_assert(parseVp9(Bytes{0xAC, 0x92, 0x34, 0x30, 0x77, 0xFF}, d));
  ck_assert_uint_eq(d.pictureIdBits, 15);
  ck_assert_uint_eq(d.pictureId, 0x1234);
  ck_assert_uint_eq(d.pictureIdOffset, 1);
  ck_assert_uint_eq(d.temporalId, 1);
  ck_assert(d.switchingUp);
  ck_assert(d.hasTl0PicIdx);
  ck_assert_uint_eq(d.tl0PicIdx, 0x77);
  ck_assert_uint_eq(d.tl0PicIdxOffset, 4);
  ck_assert_uint_eq(d.size, 5);
  ck_assert(d.frameStart && d.frameEnd);
  ck_assert(d.keyFrame);
}
END_TEST

START_TEST(vp9_flexible_skips_its_references) {
  Vp9Descriptor d;
  // I P L F B, 7-bit id, layers, two P_DIFF (the first says more follows), payload.
  ck_assert(parseVp9(Bytes{0xF8, 0x05, 0x00, 0x03, 0x04, 0xFF}, d));
  ck_assert_uint_eq(d.pictureIdBits, 7);
  ck_assert(!d.hasTl0PicIdx);
  ck_assert_uint_eq(d.size, 5);
  ck_assert(!d.keyFrame);
  // A fourth reference is not allowed.
  ck_assert(!parseVp9(Bytes{0xF8, 0x05, 0x00, 0x03, 0x03, 0x03, 0x04, 0xFF}, d));
}
END_TEST

START_TEST(vp9_structure_gives_the_layers_and_the_largest_size) {
  Vp9Descriptor d;
  // I L B V; N_S=1 Y G; 320x180, 640x360; two pictures, the second with one reference.
  const Bytes payload = {0xAA, 0x85, 0x00, 0x00, 0x00, 0x38, 0x01, 0x40, 0x00, 0xB4,
                         0x02, 0x80, 0x01, 0x68, 0x02, 0x00, 0x24, 0x01, 0xFF};
  ck_assert(parseVp9(payload, d));
  ck_assert(d.hasStructure);
  ck_assert_uint_eq(d.spatialLayers, 2);
  ck_assert_uint_eq(d.width, 640);
  ck_assert_uint_eq(d.height, 360);
  ck_assert_uint_eq(d.size, payload.size() - 1);
  survivesPrefixes(payload, [](const Bytes& bytes) {
    Vp9Descriptor cut;
    ck_assert(bytes.size() == 19 || !parseVp9(bytes, cut));
  });
}
END_TEST

START_TEST(vp9_key_frame_is_the_base_spatial_layer_of_a_picture_without_prediction) {
  const std::vector<KeyFrameCase> cases = {
      {"base layer start", {0x88, 0x01, 0xFF}, true},
      {"not the first packet", {0x80, 0x01, 0xFF}, false},
      {"predicted", {0xC8, 0x01, 0xFF}, false},
      {"upper spatial layer of a key picture", {0xA8, 0x01, 0x03, 0x00, 0xFF}, false},
      {"base spatial layer, layered", {0xA8, 0x01, 0x00, 0x00, 0xFF}, true},
  };
  for (const auto& [what, payload, keyFrame] : cases) {
    Vp9Descriptor d;
    ck_assert_msg(parseVp9(payload, d), "%s", what);
    ck_assert_msg(d.keyFrame == keyFrame, "%s", what);
  }
}
END_TEST

START_TEST(h264_key_frame_starts_at_parameters_or_the_first_idr_slice) {
  const std::vector<KeyFrameCase> cases = {
      {"SPS", {0x67, 0x42}, true},
      {"PPS", {0x68, 0xCE}, false},
      {"IDR, first slice", {0x65, 0x88}, true},
      {"IDR, later slice", {0x65, 0x42}, false},
      {"non-IDR slice", {0x41, 0x9A}, false},
      {"SEI", {0x06, 0x05}, false},
      {"STAP-A of SPS and PPS", {0x78, 0x00, 0x02, 0x67, 0x42, 0x00, 0x02, 0x68, 0xCE}, true},
      {"STAP-A of AUD and IDR", {0x78, 0x00, 0x02, 0x09, 0xF0, 0x00, 0x02, 0x65, 0x88}, true},
      {"STAP-A of SEI and slice", {0x78, 0x00, 0x01, 0x06, 0x00, 0x02, 0x41, 0x9A}, false},
      {"STAP-A cut in a size", {0x78, 0x00, 0x05, 0x67}, false},
      {"STAP-A with an empty unit", {0x78, 0x00, 0x00, 0x67, 0x42}, false},
      {"FU-A, first of an IDR", {0x7C, 0x85, 0x88}, true},
      {"FU-A, middle of an IDR", {0x7C, 0x05, 0x88}, false},
      {"FU-A, end of an IDR", {0x7C, 0x45, 0x88}, false},
      {"FU-A, first of a later slice", {0x7C, 0x85, 0x42}, false},
      {"FU-A, first of an SPS", {0x7C, 0x87, 0x42}, true},
      {"FU-A, first of a non-IDR slice", {0x7C, 0x81, 0x9A}, false},
      {"FU-A cut", {0x7C}, false},
      {"IDR cut", {0x65}, false},
      {"nothing", {}, false},
  };
  for (const auto& [what, payload, keyFrame] : cases) {
    ck_assert_msg(startsH264KeyFrame(payload) == keyFrame, "%s", what);
    survivesPrefixes(payload, [](const Bytes& bytes) { startsH264KeyFrame(bytes); });
  }
}
END_TEST

START_TEST(av1_key_frame_wants_a_new_sequence_and_its_header) {
  // OBU header bytes: sequence header 0x08, temporal delimiter 0x10, frame 0x30.
  const std::vector<KeyFrameCase> cases = {
      {"W=1, sequence header", {0x18, 0x08, 0x00}, true},
      {"W=0, length and sequence header", {0x08, 0x02, 0x08, 0x00}, true},
      {"W=2, delimiter first", {0x28, 0x01, 0x10, 0x08, 0x00}, true},
      {"W=2, sequence header and frame", {0x28, 0x02, 0x08, 0x00, 0x30, 0x00}, true},
      {"N without sequence header", {0x18, 0x30, 0x00}, false},
      {"sequence header without N", {0x10, 0x08, 0x00}, false},
      {"Z: goes on from the packet before", {0x98, 0x08, 0x00}, false},
      {"length past the end", {0x08, 0x05, 0x08, 0x00}, false},
      {"length that never ends", {0x08, 0x80, 0x80, 0x80}, false},
      {"empty element", {0x08, 0x00, 0x02, 0x08, 0x00}, false},
      {"aggregation header alone", {0x18}, false},
      {"nothing", {}, false},
  };
  for (const auto& [what, payload, keyFrame] : cases) {
    ck_assert_msg(startsAv1KeyFrame(payload) == keyFrame, "%s", what);
    survivesPrefixes(payload, [](const Bytes& bytes) { startsAv1KeyFrame(bytes); });
  }
}
END_TEST

int main() {
  return runSuite(
      "descriptor",
      {vp8_without_extension_is_one_byte, vp8_fields_are_found_with_their_offsets,
       vp8_short_picture_id_is_7_bits, vp8_key_frame_is_only_its_first_packet,
       vp8_cut_descriptors_are_refused, vp9_non_flexible_has_tl0picidx,
       vp9_flexible_skips_its_references, vp9_structure_gives_the_layers_and_the_largest_size,
       vp9_key_frame_is_the_base_spatial_layer_of_a_picture_without_prediction,
       h264_key_frame_starts_at_parameters_or_the_first_idr_slice,
       av1_key_frame_wants_a_new_sequence_and_its_header});
}
