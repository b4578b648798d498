#include <random>
#include <string>

// Last: check.h takes the name "fail".
#include "packets.hpp"
#include "suite.hpp"

using namespace parlour::rtp;
using namespace parlour::rtp::test;

namespace {

ExtensionMap mapOf(std::initializer_list<std::pair<uint8_t, Extension>> ids) {
  ExtensionMap map = emptyExtensionMap();
  for (const auto& [id, meaning] : ids) map[id] = meaning;
  return map;
}

std::string textOf(std::span<const uint8_t> bytes) {
  return {bytes.begin(), bytes.end()};
}

bool parses(Bytes bytes) {
  ParsedPacket out;
  return parse(bytes.data(), bytes.size(), emptyExtensionMap(), out);
}

}  // namespace

START_TEST(every_fixed_field_is_read) {
  TestPacket packet({.sequence = 0xFFFE,
                     .timestamp = 0x89ABCDEF,
                     .ssrc = 0xDEADBEEF,
                     .payloadType = 111,
                     .marker = true,
                     .csrcs = {7, 8},
                     .payload = {1, 2, 3}});
  ck_assert_uint_eq(packet->sequence, 0xFFFE);
  ck_assert_uint_eq(packet->timestamp, 0x89ABCDEF);
  ck_assert_uint_eq(packet->ssrc, 0xDEADBEEF);
  ck_assert_uint_eq(packet->payloadType, 111);
  ck_assert(packet->marker);
  ck_assert_uint_eq(packet->csrcCount, 2);
  ck_assert_uint_eq(packet->payloadOffset, 20);
  ck_assert_uint_eq(packet->payloadSize, 3);
  ck_assert_uint_eq(packet->payload()[2], 3);
}
END_TEST

START_TEST(padding_is_no_payload) {
  TestPacket packet({.payload = {1, 2, 3}, .padding = 5});
  ck_assert_uint_eq(packet->size, 20);
  ck_assert_uint_eq(packet->payloadSize, 3);
  TestPacket probe({.payload = {}, .padding = 255});
  ck_assert_uint_eq(probe->payloadSize, 0);
}
END_TEST

START_TEST(both_extension_forms_give_the_same_elements) {
  const auto map = mapOf({{1, Extension::kMid}, {2, Extension::kAudioLevel}});
  for (const bool twoByte : {false, true}) {
    TestPacket packet({.elements = {{1, bytesOf("audio")}, {2, {0x85}}}, .twoByte = twoByte}, map);
    ck_assert(textOf(packet->extension(Extension::kMid)) == "audio");
    ck_assert(packet->voice);
    ck_assert_uint_eq(packet->audioLevel, 5);
    ck_assert_uint_eq(packet->payloadSize, 3);
    ck_assert(packet->extension(Extension::kRid).empty());
  }
}
END_TEST

START_TEST(two_byte_form_has_ids_above_14_and_empty_and_long_contents) {
  const auto map = mapOf({{200, Extension::kDependencyDescriptor}, {16, Extension::kMid}});
  TestPacket packet({.elements = {{16, {}}, {200, Bytes(255, 7)}}, .twoByte = true}, map);
  ck_assert_uint_eq(packet->elementCount, 2);
  ck_assert_uint_eq(packet->elements[0].size, 0);
  ck_assert_uint_eq(packet->extension(Extension::kDependencyDescriptor).size(), 255);
}
END_TEST

START_TEST(without_an_audio_level_it_is_silent) {
  TestPacket packet({});
  ck_assert_uint_eq(packet->audioLevel, kSilence);
  ck_assert(!packet->voice);
}
END_TEST

START_TEST(padding_between_elements_is_passed_over) {
  Bytes bytes = write({.elements = {{1, {5}}}, .payload = {}});
  // id 1 | one byte of content, then pad, then id 2: the block is rewritten by hand.
  const Bytes block = {0x00, 0x10, 0x05, 0x00, 0x00, 0x20, 0x06, 0x00};
  bytes.resize(12);
  append(bytes, {0xBE, 0xDE, 0x00, 0x02});
  append(bytes, block);
  ParsedPacket packet;
  ck_assert(parse(bytes.data(), bytes.size(), mapOf({{2, Extension::kVideoOrientation}}), packet));
  ck_assert_uint_eq(packet.elementCount, 2);
  ck_assert_uint_eq(packet.extension(Extension::kVideoOrientation)[0], 6);
}
END_TEST

START_TEST(id_15_and_id_0_with_a_length_end_the_elements) {
  // RFC 8285 section 4.2.
  for (const uint8_t head : {uint8_t{0xF0}, uint8_t{0x01}}) {
    Bytes bytes = write({.payload = {}});
    bytes[0] |= 0x10;
    append(bytes, {0xBE, 0xDE, 0x00, 0x01, 0x10, 0x05, head, 0x10});
    ParsedPacket packet;
    ck_assert(parse(bytes.data(), bytes.size(), emptyExtensionMap(), packet));
    ck_assert_uint_eq(packet.elementCount, 1);
  }
}
END_TEST

START_TEST(elements_past_the_sixteenth_are_skipped) {
  Description d{.twoByte = true};
  for (uint8_t id = 1; id <= 20; ++id) d.elements.push_back({id, {id}});
  TestPacket packet(d);
  ck_assert_uint_eq(packet->elementCount, 16);
  ck_assert_uint_eq(packet->payloadSize, 3);
}
END_TEST

START_TEST(an_extension_of_another_profile_is_passed_over) {
  Bytes bytes = write({.payload = {}});
  bytes[0] |= 0x10;
  append(bytes, {0x12, 0x34, 0x00, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 9});
  ParsedPacket packet;
  ck_assert(parse(bytes.data(), bytes.size(), emptyExtensionMap(), packet));
  ck_assert_uint_eq(packet.elementCount, 0);
  ck_assert_uint_eq(packet.payloadSize, 1);
}
END_TEST

START_TEST(lengths_that_do_not_add_up_are_refused) {
  const Bytes good = write({.payload = {1, 2, 3, 4}});
  ck_assert(parses(good));
  ck_assert(!parses({}));
  ck_assert(!parses(Bytes(good.begin(), good.begin() + 11)));

  Bytes otherVersion = good;
  otherVersion[0] = 0x40;
  ck_assert(!parses(otherVersion));

  Bytes moreCsrcs = good;
  moreCsrcs[0] |= 2;
  ck_assert(!parses(moreCsrcs));

  Bytes emptyPadding = good;
  emptyPadding[0] |= 0x20;
  emptyPadding.back() = 0;
  ck_assert(!parses(emptyPadding));
  emptyPadding.back() = 5;
  ck_assert(!parses(emptyPadding));
  emptyPadding.back() = 4;
  ck_assert(parses(emptyPadding));

  Bytes cutExtension = good;
  cutExtension[0] |= 0x10;  // Profile 0x0102, 0x0304 words.
  ck_assert(!parses(cutExtension));

  Bytes longElement = write({.payload = {}});
  longElement[0] |= 0x10;
  append(longElement, {0xBE, 0xDE, 0x00, 0x01, 0x1F, 0, 0, 0});
  ck_assert(!parses(longElement));
  longElement[12] = 0x10, longElement[13] = 0x00, longElement[17] = 9;
  ck_assert(!parses(longElement));
  ck_assert(!parses(Bytes(70000, 0x80)));
}
END_TEST

START_TEST(every_prefix_and_random_change_is_survived) {
  // The sanitizer builds watch for reads outside; here the views must stay inside.
  std::mt19937 random(42);
  int outside = 0;
  const Bytes good = write({.csrcs = {1},
                            .elements = {{1, bytesOf("mid")}, {2, Bytes(16, 1)}},
                            .payload = Bytes(20, 3),
                            .padding = 4});
  for (int i = 0; i < 20000; ++i) {
    Bytes bytes(good.begin(), good.begin() + static_cast<long>(random() % (good.size() + 1)));
    for (unsigned n = random() % 4; n > 0 && !bytes.empty(); --n)
      bytes[random() % bytes.size()] = static_cast<uint8_t>(random());
    ParsedPacket packet;
    if (!parse(bytes.data(), bytes.size(), emptyExtensionMap(), packet)) continue;
    if (packet.payloadOffset + packet.payloadSize > bytes.size()) ++outside;
    for (uint8_t e = 0; e < packet.elementCount; ++e)
      if (packet.elements[e].offset + packet.elements[e].size > packet.payloadOffset) ++outside;
    for (int codec = 0; codec <= static_cast<int>(Codec::kRtx); ++codec)
      classify(static_cast<Codec>(codec), packet);
  }
  ck_assert_int_eq(outside, 0);
}
END_TEST

START_TEST(uris_and_meanings_match_both_ways) {
  for (size_t i = 0; i < kExtensionCount; ++i) {
    const auto meaning = static_cast<Extension>(i);
    ck_assert(!uriOf(meaning).empty());
    ck_assert(extensionOf(uriOf(meaning)) == meaning);
  }
  ck_assert(uriOf(Extension::kUnknown).empty());
  ck_assert(extensionOf("urn:ietf:params:rtp-hdrext:toffset") == Extension::kUnknown);
  ck_assert(extensionOf("") == Extension::kUnknown);
}
END_TEST

START_TEST(codec_names_match_in_any_case) {
  ck_assert(codecOf("VP8") == Codec::kVp8);
  ck_assert(codecOf("Opus") == Codec::kOpus);
  ck_assert(codecOf("h264") == Codec::kH264);
  ck_assert(codecOf("AV1") == Codec::kAv1);
  ck_assert(codecOf("PCMU") == Codec::kPcmu);
  ck_assert(codecOf("rtx") == Codec::kRtx);
  ck_assert(codecOf("VP88") == Codec::kUnknown);
  ck_assert(codecOf("") == Codec::kUnknown);
}
END_TEST

START_TEST(classify_sets_codec_and_clears_an_old_key_frame) {
  TestPacket packet({.payload = Vp8Payload{.keyFrame = true}, .codec = Codec::kVp8});
  ck_assert(packet->keyFrame);
  classify(Codec::kOpus, packet);
  ck_assert(packet->codec == Codec::kOpus);
  ck_assert(!packet->keyFrame);
}
END_TEST

int main() {
  return runSuite(
      "packet",
      {every_fixed_field_is_read, padding_is_no_payload,
       both_extension_forms_give_the_same_elements,
       two_byte_form_has_ids_above_14_and_empty_and_long_contents,
       without_an_audio_level_it_is_silent, padding_between_elements_is_passed_over,
       id_15_and_id_0_with_a_length_end_the_elements, elements_past_the_sixteenth_are_skipped,
       an_extension_of_another_profile_is_passed_over, lengths_that_do_not_add_up_are_refused,
       every_prefix_and_random_change_is_survived, uris_and_meanings_match_both_ways,
       codec_names_match_in_any_case, classify_sets_codec_and_clears_an_old_key_frame});
}
