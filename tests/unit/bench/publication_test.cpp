#include "load/publication.hpp"

#include <array>

#include "load/offer.hpp"
#include "load/stamp.hpp"
#include "rtp/vp8.hpp"

#include "check_suite.hpp"

using namespace parlour;
using bench::Publication;
using bench::Stamp;

namespace {

const rtp::ExtensionMap kExtensions = bench::extensionMap();

/// A packet as it would be on the wire, without encryption.
struct Wire {
  std::array<uint8_t, 1500> bytes{};
  size_t size = 0;
  rtp::ParsedPacket packet;
};

Wire next(Publication& publication, int64_t nowNs, uint16_t transportSequence) {
  Wire wire;
  std::array<uint8_t, 1500> header;
  const auto packet = publication.packet(header, nowNs, transportSequence);
  std::copy(packet.header.begin(), packet.header.end(), wire.bytes.begin());
  std::copy(packet.payload.begin(), packet.payload.end(),
            wire.bytes.begin() + static_cast<std::ptrdiff_t>(packet.header.size()));
  wire.size = packet.header.size() + packet.payload.size();
  ck_assert(rtp::parse(wire.bytes.data(), wire.size, kExtensions, wire.packet));
  return wire;
}

Publication video() {
  return Publication({.source = 7,
                      .video = true,
                      .ssrc = 42,
                      .mid = "3",
                      .packetBytes = 1100,
                      .burst = 3,
                      .rate = 30});
}

rtp::Vp8Descriptor descriptorOf(const Wire& wire) {
  rtp::Vp8Descriptor descriptor;
  ck_assert(rtp::parseVp8({wire.bytes.data() + wire.packet.payloadOffset, wire.packet.payloadSize},
                          descriptor));
  return descriptor;
}

}  // namespace

START_TEST(packets_have_the_size_asked_for_and_their_stamp) {
  Publication publication = video();
  publication.begin();
  for (uint16_t i = 0; i < 3; ++i) {
    const Wire wire = next(publication, 1000 + i, i);
    ck_assert_uint_eq(wire.size, 1100);
    ck_assert_uint_eq(wire.packet.ssrc, 42);
    ck_assert_uint_eq(wire.packet.payloadType, bench::kVideoPayloadType);
    const auto stamp =
        Stamp::read({wire.bytes.data() + wire.packet.payloadOffset, wire.packet.payloadSize});
    ck_assert(stamp.has_value());
    ck_assert_uint_eq(stamp->source, 7);
    ck_assert_uint_eq(stamp->sequence, i + 1u);
    ck_assert_int_eq(stamp->sentNs, 1000 + i);
  }
}
END_TEST

START_TEST(a_picture_begins_and_ends_where_it_should) {
  Publication publication = video();
  publication.begin();
  std::array<Wire, 3> wires;
  for (uint16_t i = 0; i < 3; ++i) wires[i] = next(publication, 1, i);
  for (uint16_t i = 0; i < 3; ++i) {
    ck_assert_int_eq(wires[i].packet.marker, i == 2);
    ck_assert_int_eq(descriptorOf(wires[i]).frameStart, i == 0);
    ck_assert_uint_eq(descriptorOf(wires[i]).pictureIdBits, 15);
    ck_assert_uint_eq(wires[i].packet.timestamp, wires[0].packet.timestamp);
    ck_assert_uint_eq(wires[i].packet.sequence, wires[0].packet.sequence + i);
  }
  publication.begin();
  const Wire second = next(publication, 1, 3);
  ck_assert_uint_eq(second.packet.timestamp - wires[0].packet.timestamp, 3000);
  ck_assert_uint_eq(descriptorOf(second).pictureId, descriptorOf(wires[0]).pictureId + 1u);
}
END_TEST

START_TEST(key_frames_come_first_and_on_request) {
  Publication publication = video();
  const auto picture = [&publication] {
    publication.begin();
    const Wire wire = next(publication, 1, 0);
    for (int i = 1; i < 3; ++i) next(publication, 1, 0);
    return descriptorOf(wire);
  };
  const rtp::Vp8Descriptor first = picture();
  ck_assert(first.keyFrame);
  ck_assert_uint_eq(first.width, 640);
  ck_assert_uint_eq(first.height, 360);
  ck_assert(!picture().keyFrame);
  publication.requestKeyFrame();
  ck_assert(picture().keyFrame);
  ck_assert(!picture().keyFrame);
}
END_TEST

START_TEST(sounds_carry_level_mid_and_transport_sequence) {
  Publication publication({.source = 1,
                           .video = false,
                           .ssrc = 9,
                           .mid = "4",
                           .packetBytes = 100,
                           .burst = 1,
                           .rate = 50});
  publication.begin();
  const Wire wire = next(publication, 1, 513);
  ck_assert_uint_eq(wire.size, 100);
  ck_assert_uint_eq(wire.packet.payloadType, bench::kAudioPayloadType);
  ck_assert_uint_eq(wire.packet.audioLevel, 30);
  ck_assert(wire.packet.voice);
  const auto mid = wire.packet.extension(rtp::Extension::kMid);
  ck_assert_text(std::string(mid.begin(), mid.end()), "4");
  const auto sequence = wire.packet.extension(rtp::Extension::kTransportCc);
  ck_assert_uint_eq(sequence.size(), 2);
  ck_assert_uint_eq(sequence[0] << 8 | sequence[1], 513);
}
END_TEST

START_TEST(a_stamp_is_only_found_where_there_is_one) {
  std::array<uint8_t, 40> payload{};
  ck_assert(!Stamp::read(payload));
  ck_assert(!Stamp::read(std::span(payload).first(5)));
  Stamp{3, 4, -5}.write(payload);
  ck_assert_int_eq(Stamp::read(payload)->sentNs, -5);
}
END_TEST

int main() {
  return parlour::test::runSuite(
      "publication",
      {packets_have_the_size_asked_for_and_their_stamp, a_picture_begins_and_ends_where_it_should,
       key_frames_come_first_and_on_request, sounds_carry_level_mid_and_transport_sequence,
       a_stamp_is_only_found_where_there_is_one});
}
