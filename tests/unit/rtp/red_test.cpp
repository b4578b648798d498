#include "rtp/red.hpp"

// Last: check.h takes the name "fail".
#include "packets.hpp"
#include "suite.hpp"

using namespace parlour::rtp;
using namespace parlour::rtp::test;

START_TEST(the_newest_block_is_what_stays) {
  // Two older blocks of 3 and 1 bytes, 960 and 480 samples ago, and the primary.
  const Bytes payload = {0x80 | 111, 0x0F, 0x00, 0x03, 0x80 | 111, 0x07, 0x80, 0x01, 111,
                         'o',        'l',  'd',  'x',  'n',        'e',  'w'};
  TestPacket packet({.sequence = 7, .payloadType = 63, .marker = true,
                     .elements = {{1, bytesOf("mid")}}, .payload = payload, .padding = 4});
  ck_assert(unwrapRed(packet));
  ck_assert_uint_eq(packet->payloadType, 111);
  ck_assert(Bytes(packet->payload().begin(), packet->payload().end()) == bytesOf("new"));
  // The bytes say the same as the fields.
  ParsedPacket again;
  ck_assert(parse(packet->data, packet->size, emptyExtensionMap(), again));
  ck_assert_uint_eq(again.payloadType, 111);
  ck_assert_uint_eq(again.sequence, 7);
  ck_assert(again.marker);
  ck_assert_uint_eq(again.payloadSize, 3);
}
END_TEST

START_TEST(a_packet_without_older_blocks_loses_one_byte) {
  TestPacket packet({.payloadType = 63, .payload = {111, 1, 2}});
  ck_assert(unwrapRed(packet));
  ck_assert_uint_eq(packet->payloadSize, 2);
  TestPacket silent({.payloadType = 63, .payload = {111}});  // Discontinuous: nothing to say.
  ck_assert(unwrapRed(silent));
  ck_assert_uint_eq(silent->payloadSize, 0);
}
END_TEST

START_TEST(lengths_that_do_not_add_up_are_refused_and_change_nothing) {
  for (const Bytes& payload :
       {Bytes{}, Bytes{0x80 | 111}, Bytes{0x80 | 111, 0, 0}, Bytes{0x80 | 111, 0, 0, 1},
        Bytes{0x80 | 111, 0, 0, 2, 111, 9}, Bytes{0x80 | 111, 0xFF, 0xFF, 0xFF, 111, 9, 9}}) {
    TestPacket packet({.payloadType = 63, .payload = payload});
    const Bytes before = packet.bytes();
    ck_assert(!unwrapRed(packet));
    ck_assert(packet.bytes() == before);
    ck_assert_uint_eq(packet->payloadType, 63);
  }
}
END_TEST

int main() {
  return runSuite("red", {the_newest_block_is_what_stays,
                          a_packet_without_older_blocks_loses_one_byte,
                          lengths_that_do_not_add_up_are_refused_and_change_nothing});
}
