#include "rtp/picture_size.hpp"

// Last: check.h takes the name "fail".
#include "packets.hpp"
#include "suite.hpp"

using namespace parlour::rtp;
using namespace parlour::rtp::test;

namespace {

// Parameter sets as x264 writes them.
const Bytes kBaseline360 = {0x67, 0x42, 0xC0, 0x1E, 0xDA, 0x02, 0x80, 0xBF, 0xE5,
                            0xC0, 0x5A, 0x83, 0x03, 0x03, 0x52, 0x80, 0x00, 0x00,
                            0x03, 0x00, 0x80, 0x00, 0x00, 0x1E, 0x47, 0x8B, 0x17, 0x50};
const Bytes kHigh1080 = {0x67, 0x64, 0x00, 0x28, 0xAC, 0xD9, 0x40, 0x78, 0x02, 0x27, 0xE5,
                         0xC0, 0x5A, 0x80, 0x80, 0x80, 0xA0, 0x00, 0x00, 0x03, 0x00, 0x20,
                         0x00, 0x00, 0x07, 0x91, 0xE3, 0x06, 0x32, 0xC0};
const Bytes kInterlaced576 = {0x67, 0x64, 0x00, 0x1F, 0xAC, 0xD9, 0x40, 0xB4, 0x12, 0x6C, 0x05,
                              0xA8, 0x30, 0x30, 0x35, 0x28, 0x00, 0x00, 0x03, 0x00, 0x08, 0x00,
                              0x00, 0x03, 0x01, 0xE4, 0x78, 0xC1, 0x8C, 0xB0};
// A sequence header of 640x360 as libaom writes it, after an aggregation header (W=1, N).
const Bytes kAv1 = {0x18, 0x0A, 0x0C, 0x00, 0x00, 0x00, 0x0C, 0xC4,
                    0xFF, 0x67, 0xE0, 0x6D, 0x7C, 0x80, 0x20};

void expectSize(uint32_t width, uint32_t height, PictureSize size) {
  ck_assert_uint_eq(size.width, width);
  ck_assert_uint_eq(size.height, height);
}

}  // namespace

START_TEST(vp8_key_frames_say_it_and_others_do_not) {
  TestPacket key({.payload = Vp8Payload{.keyFrame = true}, .codec = Codec::kVp8});
  expectSize(640, 360, pictureSizeOf(key));
  TestPacket delta({.payload = Vp8Payload{}, .codec = Codec::kVp8});
  expectSize(0, 0, pictureSizeOf(delta));
}
END_TEST

START_TEST(vp9_structure_says_the_largest) {
  // Key picture with a structure of two sizes, no picture groups.
  const Bytes payload = {0x8A, 0x01, 0x30, 0x01, 0x40, 0x00, 0xB4, 0x02, 0x80, 0x01, 0x68, 0x00};
  TestPacket packet({.payload = payload, .codec = Codec::kVp9});
  expectSize(640, 360, pictureSizeOf(packet));
}
END_TEST

START_TEST(h264_parameters_are_read_with_cropping_and_fields) {
  expectSize(640, 360, h264PictureSize(kBaseline360));
  expectSize(1920, 1080, h264PictureSize(kHigh1080));
  expectSize(720, 576, h264PictureSize(kInterlaced576));
}
END_TEST

START_TEST(h264_parameters_are_found_in_an_aggregate) {
  Bytes stap = {0x78, 0x00, 0x02, 0x09, 0xF0, 0x00, static_cast<uint8_t>(kHigh1080.size())};
  append(stap, kHigh1080);
  append(stap, {0x00, 0x02, 0x68, 0xCE});
  TestPacket packet({.payload = stap, .codec = Codec::kH264});
  expectSize(1920, 1080, pictureSizeOf(packet));
  TestPacket slice({.payload = {0x65, 0x88, 0x80}, .codec = Codec::kH264});
  expectSize(0, 0, pictureSizeOf(slice));
}
END_TEST

START_TEST(av1_sequence_headers_are_read) {
  TestPacket packet({.payload = kAv1, .codec = Codec::kAv1});
  expectSize(640, 360, pictureSizeOf(packet));
  Bytes without = kAv1;  // The same OBU without its size.
  without[1] = 0x08;
  without.erase(without.begin() + 2);
  expectSize(640, 360, av1PictureSize(without));
}
END_TEST

START_TEST(what_is_cut_or_noise_has_no_size_and_is_not_read_past_its_end) {
  for (const Bytes& good : {kBaseline360, kHigh1080, kInterlaced576})
    for (size_t size = 0; size <= good.size(); ++size)
      h264PictureSize(Bytes(good.begin(), good.begin() + static_cast<long>(size)));
  expectSize(0, 0, h264PictureSize(Bytes(kHigh1080.begin(), kHigh1080.begin() + 8)));
  for (size_t size = 0; size <= kAv1.size(); ++size)
    av1PictureSize(Bytes(kAv1.begin(), kAv1.begin() + static_cast<long>(size)));
  expectSize(0, 0, av1PictureSize(Bytes(kAv1.begin(), kAv1.begin() + 7)));
  for (const uint8_t byte : {0x00, 0x01, 0x55, 0xFF}) {
    Bytes noise(200, byte);
    noise[0] = 0x67;
    noise[1] = 100;  // A profile with scaling lists.
    h264PictureSize(noise);
    noise[0] = 0x18;
    noise[1] = 0x08;
    av1PictureSize(noise);
  }
}
END_TEST

int main() {
  return runSuite(
      "picture size",
      {vp8_key_frames_say_it_and_others_do_not, vp9_structure_says_the_largest,
       h264_parameters_are_read_with_cropping_and_fields,
       h264_parameters_are_found_in_an_aggregate, av1_sequence_headers_are_read,
       what_is_cut_or_noise_has_no_size_and_is_not_read_past_its_end});
}
