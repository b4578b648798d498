#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "rtp/header_writer.hpp"
#include "rtp/rtx.hpp"

// Last: check.h takes the name "fail".
#include "packets.hpp"
#include "suite.hpp"

using namespace parlour;
using namespace parlour::rtp;
using namespace parlour::rtp::test;

namespace {

ExtensionIds idsOf(std::initializer_list<std::pair<Extension, uint8_t>> list) {
  ExtensionIds ids{};
  for (const auto& [meaning, id] : list) ids[static_cast<size_t>(meaning)] = id;
  return ids;
}

ExtensionMap mapOf(const ExtensionIds& ids) {
  ExtensionMap map = emptyExtensionMap();
  for (size_t i = 0; i < ids.size(); ++i)
    if (ids[i] != 0) map[ids[i]] = static_cast<Extension>(i);
  return map;
}

std::string textOf(std::span<const uint8_t> bytes) {
  return {bytes.begin(), bytes.end()};
}

/// A publisher's packet with one of everything, in its own numbering.
const ExtensionIds kInputIds = idsOf({{Extension::kMid, 1},
                                      {Extension::kRid, 2},
                                      {Extension::kAudioLevel, 3},
                                      {Extension::kAbsSendTime, 4},
                                      {Extension::kVideoOrientation, 5},
                                      {Extension::kAbsCaptureTime, 6},
                                      {Extension::kPlayoutDelay, 7},
                                      {Extension::kVideoContentType, 8},
                                      {Extension::kColorSpace, 9}});

Description inputDescription() {
  return {.elements = {{1, bytesOf("0")},
                       {2, bytesOf("hi")},
                       {3, {0x85}},
                       {4, {1, 2, 3}},
                       {5, {2}},
                       {6, Bytes(8, 6)},
                       {7, Bytes(3, 7)},
                       {8, {1}},
                       {9, Bytes(4, 9)}}};
}

/// What a receiver reads of the header that was written.
struct Written {
  Bytes bytes;
  ParsedPacket packet;
};

void writeAndRead(const OutgoingHeader& header, const ExtensionIds& ids, const ParsedPacket& input,
                  Written& out) {
  out.bytes.assign(600, 0xEE);
  const size_t size = writeHeader(out.bytes, header, ids, input);
  ck_assert_uint_gt(size, 0);
  ck_assert_uint_eq(size % 4, 0);
  out.bytes.resize(size);
  ck_assert(parse(out.bytes.data(), size, mapOf(ids), out.packet));
  ck_assert_uint_eq(out.packet.payloadOffset, size);
  // It must not fit into one byte less.
  Bytes less(size - 1);
  ck_assert_uint_eq(writeHeader(less, header, ids, input), 0);
}

}  // namespace

START_TEST(the_fixed_header_is_written_whole) {
  TestPacket input({});
  Written out;
  writeAndRead({.payloadType = 101,
                .marker = true,
                .sequence = 0xFFFF,
                .timestamp = 0x12345678,
                .ssrc = 0xDEADBEEF,
                .csrc = 0xCAFE},
               ExtensionIds{}, input, out);
  ck_assert_uint_eq(out.bytes.size(), 16);
  ck_assert_uint_eq(out.packet.payloadType, 101);
  ck_assert(out.packet.marker);
  ck_assert_uint_eq(out.packet.sequence, 0xFFFF);
  ck_assert_uint_eq(out.packet.timestamp, 0x12345678);
  ck_assert_uint_eq(out.packet.ssrc, 0xDEADBEEF);
  ck_assert_uint_eq(out.packet.csrcCount, 1);
  ck_assert_uint_eq(read32(&out.bytes[12]), 0xCAFE);
  writeAndRead({}, ExtensionIds{}, input, out);
  ck_assert_uint_eq(out.bytes.size(), 12);
}
END_TEST

START_TEST(forwarded_extensions_take_the_subscribers_numbers) {
  TestPacket input(inputDescription(), mapOf(kInputIds));
  const ExtensionIds ids = idsOf({{Extension::kMid, 9},
                                  {Extension::kAudioLevel, 1},
                                  {Extension::kVideoOrientation, 2},
                                  {Extension::kAbsCaptureTime, 3},
                                  {Extension::kPlayoutDelay, 4},
                                  {Extension::kVideoContentType, 5},
                                  {Extension::kColorSpace, 6},
                                  {Extension::kAbsSendTime, 7},
                                  {Extension::kRid, 8}});
  Written out;
  writeAndRead({.mid = "slot-3"}, ids, input, out);
  ck_assert_uint_eq(read16(&out.bytes[12]), 0xBEDE);
  ck_assert(textOf(out.packet.extension(Extension::kMid)) == "slot-3");
  ck_assert_uint_eq(out.packet.audioLevel, 5);
  ck_assert(out.packet.voice);
  ck_assert_uint_eq(out.packet.extension(Extension::kVideoOrientation)[0], 2);
  ck_assert_uint_eq(out.packet.extension(Extension::kAbsCaptureTime).size(), 8);
  ck_assert_uint_eq(out.packet.extension(Extension::kPlayoutDelay).size(), 3);
  ck_assert_uint_eq(out.packet.extension(Extension::kVideoContentType)[0], 1);
  ck_assert_uint_eq(out.packet.extension(Extension::kColorSpace)[0], 9);
  // The publisher's own affair:
  ck_assert(out.packet.extension(Extension::kRid).empty());
  ck_assert(out.packet.extension(Extension::kAbsSendTime).empty());
}
END_TEST

START_TEST(what_is_not_negotiated_is_left_out) {
  TestPacket input(inputDescription(), mapOf(kInputIds));
  Written out;
  writeAndRead({.mid = "3", .transportSequence = 7}, idsOf({{Extension::kAudioLevel, 1}}), input,
               out);
  ck_assert_uint_eq(out.packet.elementCount, 1);
  ck_assert_uint_eq(out.bytes.size(), 20);
}
END_TEST

START_TEST(the_transport_sequence_is_written_when_given) {
  TestPacket input({});
  const ExtensionIds ids = idsOf({{Extension::kTransportCc, 3}});
  Written out;
  writeAndRead({.transportSequence = 0xABCD}, ids, input, out);
  ck_assert_uint_eq(read16(out.packet.extension(Extension::kTransportCc).data()), 0xABCD);
  writeAndRead({}, ids, input, out);
  ck_assert_uint_eq(out.packet.elementCount, 0);
}
END_TEST

START_TEST(the_two_byte_form_is_taken_only_where_it_must_be) {
  const auto profileOf = [](uint8_t midId, size_t midSize) {
    TestPacket input({});
    const std::string mid(midSize, 'm');
    Written out;
    writeAndRead({.mid = mid}, idsOf({{Extension::kMid, midId}}), input, out);
    ck_assert_uint_eq(out.packet.extension(Extension::kMid).size(), midSize);
    return read16(&out.bytes[12]);
  };
  ck_assert_uint_eq(profileOf(14, 16), 0xBEDE);
  ck_assert_uint_eq(profileOf(15, 1), 0x1000);
  ck_assert_uint_eq(profileOf(255, 1), 0x1000);
  ck_assert_uint_eq(profileOf(1, 17), 0x1000);
  ck_assert_uint_eq(profileOf(1, 255), 0x1000);

  TestPacket empty({.elements = {{3, {}}}, .twoByte = true}, mapOf(kInputIds));
  Written out;
  writeAndRead({}, idsOf({{Extension::kAudioLevel, 1}}), empty, out);
  ck_assert_uint_eq(read16(&out.bytes[12]), 0x1000);
  ck_assert_uint_eq(out.packet.elementCount, 1);
  ck_assert_uint_eq(out.packet.elements[0].size, 0);
}
END_TEST

START_TEST(a_retransmission_becomes_the_packet_it_repeats) {
  const ExtensionIds ids = idsOf({{Extension::kMid, 1}});
  TestPacket packet({.sequence = 900,
                     .timestamp = 12345,
                     .ssrc = 2,
                     .payloadType = 97,
                     .marker = true,
                     .elements = {{1, bytesOf("v")}},
                     .payload = {0xFF, 0xFE, 0x10, 0x00, 0x01},
                     .padding = 7},
                    mapOf(ids));
  ck_assert(unwrapRtx(packet, 1, 96));
  ck_assert_uint_eq(packet->sequence, 0xFFFE);

  // The bytes say the same as the fields.
  ParsedPacket again;
  ck_assert(parse(packet->data, packet->size, mapOf(ids), again));
  ck_assert_uint_eq(again.sequence, 0xFFFE);
  ck_assert_uint_eq(again.ssrc, 1);
  ck_assert_uint_eq(again.payloadType, 96);
  ck_assert_uint_eq(again.timestamp, 12345);
  ck_assert(again.marker);
  ck_assert(textOf(again.extension(Extension::kMid)) == "v");
  ck_assert_uint_eq(again.payloadSize, packet->payloadSize);
  ck_assert(textOf(again.payload()) == std::string("\x10\x00\x01", 3));
}
END_TEST

START_TEST(a_probe_without_content_is_no_retransmission) {
  for (const Bytes& payload : {Bytes{}, Bytes{1}, Bytes{1, 2}}) {
    TestPacket packet({.sequence = 9, .ssrc = 2, .payload = payload, .padding = 200});
    const Bytes before = packet.bytes();
    ck_assert(!unwrapRtx(packet, 1, 96));
    ck_assert(packet.bytes() == before);
    ck_assert_uint_eq(packet->ssrc, 2);
  }
}
END_TEST

START_TEST(wrapping_and_unwrapping_give_the_same_packet) {
  TestPacket original({.sequence = 0x8001, .payload = {5, 6, 7}});
  Bytes payload(kOsnSize);
  writeOsn(payload.data(), original->sequence);
  append(payload, {5, 6, 7});
  TestPacket rtx({.sequence = 1, .ssrc = 99, .payloadType = 97, .payload = payload});
  ck_assert(unwrapRtx(rtx, original->ssrc, original->payloadType));
  ck_assert_uint_eq(rtx->size, original->size);
  ck_assert(Bytes(rtx->data, rtx->data + rtx->size) == original.bytes());
}
END_TEST

int main() {
  return runSuite(
      "outgoing",
      {the_fixed_header_is_written_whole, forwarded_extensions_take_the_subscribers_numbers,
       what_is_not_negotiated_is_left_out, the_transport_sequence_is_written_when_given,
       the_two_byte_form_is_taken_only_where_it_must_be,
       a_retransmission_becomes_the_packet_it_repeats, a_probe_without_content_is_no_retransmission,
       wrapping_and_unwrapping_give_the_same_packet});
}
