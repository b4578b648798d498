#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "rtp/rtcp.hpp"
#include "rtp/twcc.hpp"

// Last: check.h takes the name "fail".
#include "packets.hpp"
#include "suite.hpp"

using namespace parlour;
using namespace parlour::rtp;
using namespace parlour::rtp::test;

namespace {

/// What one writer wrote.
template <typename Write>
Bytes written(Write write) {
  Bytes out(1500, 0xEE);
  out.resize(write(std::span<uint8_t>(out)));
  ck_assert_uint_eq(out.size() % 4, 0);
  // It must not fit into one byte less.
  Bytes less(out.empty() ? 0 : out.size() - 1);
  ck_assert_uint_eq(write(std::span<uint8_t>(less)), 0);
  return out;
}

/// The only packet of `bytes`.
RtcpPacket only(const Bytes& bytes) {
  RtcpReader reader(bytes);
  RtcpPacket packet, none;
  ck_assert(reader.next(packet));
  ck_assert(!reader.next(none));
  ck_assert(!reader.malformed());
  return packet;
}

std::vector<uint16_t> nacked(const RtcpPacket& packet) {
  std::vector<uint16_t> out;
  NackReader reader(packet);
  for (uint16_t sequence; reader.next(sequence);) out.push_back(sequence);
  return out;
}

using List = std::vector<uint16_t>;

const ReportBlock kBlock = {0xA1A2A3A4, 77, -5, 0x00010002, 300, 0x11223344, 0x55667788};

void sameBlock(const ReportBlock& a, const ReportBlock& b) {
  ck_assert_uint_eq(a.ssrc, b.ssrc);
  ck_assert_uint_eq(a.fractionLost, b.fractionLost);
  ck_assert_int_eq(a.cumulativeLost, b.cumulativeLost);
  ck_assert_uint_eq(a.highestSequence, b.highestSequence);
  ck_assert_uint_eq(a.jitter, b.jitter);
  ck_assert_uint_eq(a.lastSr, b.lastSr);
  ck_assert_uint_eq(a.delaySinceLastSr, b.delaySinceLastSr);
}

}  // namespace

START_TEST(a_sender_report_reads_as_written) {
  const SenderReport report = {0xDEADBEEF, 0x1122334455667788, 0x99AABBCC, 1000, 123456};
  const ReportBlock positive = {1, 0, 0x7FFFFF, 2, 3, 4, 5};
  const std::array blocks = {kBlock, positive};
  const Bytes bytes = written([&](auto out) { return writeSenderReport(out, report, blocks); });
  const RtcpPacket packet = only(bytes);
  ck_assert(packet.kind == RtcpKind::kSenderReport);
  SenderReport read;
  ck_assert(readSenderReport(packet, read));
  ck_assert_uint_eq(read.ssrc, report.ssrc);
  ck_assert_uint_eq(read.ntp, report.ntp);
  ck_assert_uint_eq(read.rtpTimestamp, report.rtpTimestamp);
  ck_assert_uint_eq(read.packets, 1000);
  ck_assert_uint_eq(read.octets, 123456);
  ReportBlock block;
  ck_assert(readReportBlock(packet, 0, block));
  sameBlock(block, kBlock);
  ck_assert(readReportBlock(packet, 1, block));
  sameBlock(block, positive);
  ck_assert(!readReportBlock(packet, 2, block));
}
END_TEST

START_TEST(a_receiver_report_reads_as_written) {
  const std::array blocks = {kBlock};
  const Bytes bytes = written([&](auto out) { return writeReceiverReport(out, 42, blocks); });
  const RtcpPacket packet = only(bytes);
  ck_assert(packet.kind == RtcpKind::kReceiverReport);
  ck_assert_uint_eq(packet.senderSsrc, 42);
  ReportBlock block;
  ck_assert(readReportBlock(packet, 0, block));
  sameBlock(block, kBlock);
  SenderReport sender;
  ck_assert(!readSenderReport(packet, sender));
}
END_TEST

START_TEST(more_blocks_than_a_packet_can_count_are_refused) {
  std::vector<ReportBlock> blocks(32);
  Bytes out(2000);
  ck_assert_uint_eq(writeReceiverReport(out, 1, blocks), 0);
  ck_assert_uint_eq(writeSenderReport(out, {}, blocks), 0);
  blocks.pop_back();
  ck_assert_uint_gt(writeReceiverReport(out, 1, blocks), 0);
}
END_TEST

START_TEST(a_count_larger_than_the_body_gives_no_blocks) {
  Bytes bytes = written([&](auto out) { return writeReceiverReport(out, 42, {}); });
  bytes[0] |= 5;
  ReportBlock block;
  ck_assert(!readReportBlock(only(bytes), 0, block));
}
END_TEST

START_TEST(a_cname_chunk_always_ends_with_a_null) {
  for (size_t length = 0; length < 12; ++length) {
    const std::string cname(length, 'x');
    const Bytes bytes = written([&](auto out) { return writeSdesCname(out, 7, cname); });
    ck_assert(only(bytes).kind == RtcpKind::kSdes);
    ck_assert_uint_eq(bytes[8], 1);
    ck_assert_uint_eq(bytes[9], length);
    ck_assert_uint_eq(bytes.back(), 0);
    ck_assert_uint_eq(bytes.size(), 4 + (4 + 2 + length + 1 + 3) / 4 * 4);
  }
  Bytes out(400);
  ck_assert_uint_eq(writeSdesCname(out, 7, std::string(256, 'x')), 0);
}
END_TEST

START_TEST(a_bye_names_its_sources) {
  const std::array<uint32_t, 2> ssrcs = {5, 0xFFFFFFFF};
  const Bytes bytes = written([&](auto out) { return writeBye(out, ssrcs); });
  const RtcpPacket packet = only(bytes);
  uint32_t ssrc = 0;
  ck_assert(readBye(packet, 0, ssrc));
  ck_assert_uint_eq(ssrc, 5);
  ck_assert(readBye(packet, 1, ssrc));
  ck_assert_uint_eq(ssrc, 0xFFFFFFFF);
  ck_assert(!readBye(packet, 2, ssrc));
}
END_TEST

START_TEST(nacks_pack_by_seventeen_and_unfold_in_order) {
  const std::vector<std::pair<List, size_t>> cases = {
      {{5}, 1},
      {{5, 6, 21}, 1},
      {{5, 22}, 2},
      {{0xFFFF, 0, 15}, 1},
      {{100, 101, 102, 300, 316, 317}, 3},
      {{10, 9}, 2},
      {{10, 10, 11}, 1},
  };
  for (const auto& [sequences, entries] : cases) {
    const Bytes bytes = written([&](auto out) { return writeNack(out, 1, 2, sequences); });
    const RtcpPacket packet = only(bytes);
    ck_assert(packet.kind == RtcpKind::kNack);
    ck_assert_uint_eq(packet.senderSsrc, 1);
    ck_assert_uint_eq(packet.mediaSsrc, 2);
    ck_assert_uint_eq(bytes.size(), 12 + entries * 4);
    List expected = sequences;
    expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
    ck_assert(nacked(packet) == expected);
  }
  Bytes out(100);
  ck_assert_uint_eq(writeNack(out, 1, 2, {}), 0);
}
END_TEST

START_TEST(a_nack_of_all_bits_unfolds_to_seventeen_over_the_wrap) {
  const Bytes bytes = {0x81, 205, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0xFF, 0xF8, 0xFF, 0xFF};
  const List sequences = nacked(only(bytes));
  ck_assert_uint_eq(sequences.size(), 17);
  ck_assert_uint_eq(sequences.front(), 0xFFF8);
  ck_assert_uint_eq(sequences.back(), 8);
}
END_TEST

START_TEST(a_pli_and_a_fir_name_their_stream) {
  const Bytes pli = written([](auto out) { return writePli(out, 3, 4); });
  ck_assert(pli == (Bytes{0x81, 206, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4}));
  ck_assert(only(pli).kind == RtcpKind::kPli);
  ck_assert_uint_eq(only(pli).mediaSsrc, 4);

  const Bytes fir = written([](auto out) { return writeFir(out, 3, 4, 200); });
  const RtcpPacket packet = only(fir);
  ck_assert(packet.kind == RtcpKind::kFir);
  uint32_t ssrc = 0;
  uint8_t sequence = 0;
  ck_assert(readFir(packet, 0, ssrc, sequence));
  ck_assert_uint_eq(ssrc, 4);
  ck_assert_uint_eq(sequence, 200);
  ck_assert(!readFir(packet, 1, ssrc, sequence));
  ck_assert(!readFir(only(pli), 0, ssrc, sequence));
}
END_TEST

START_TEST(a_remb_keeps_18_bits_of_the_rate) {
  const std::array<uint32_t, 2> ssrcs = {8, 9};
  for (const uint64_t rate : {uint64_t{0}, uint64_t{1}, uint64_t{262143}, uint64_t{262144},
                              uint64_t{2'500'000}, uint64_t{10'000'000'000}, UINT64_MAX}) {
    const Bytes bytes = written([&](auto out) { return writeRemb(out, 1, rate, ssrcs); });
    Remb remb;
    ck_assert(readRemb(only(bytes), remb));
    ck_assert(remb.bitsPerSecond <= rate);
    ck_assert(rate - remb.bitsPerSecond <= rate >> 17);
    ck_assert_uint_eq(remb.ssrcCount, 2);
    ck_assert_uint_eq(remb.ssrcs[1], 9);
  }
}
END_TEST

START_TEST(impossible_rembs_are_refused) {
  Bytes bytes(1500);
  const std::array<uint32_t, 1> ssrcs = {8};
  bytes.resize(writeRemb(bytes, 1, 1'000'000, ssrcs));
  Remb remb;
  Bytes tooMany = bytes;
  tooMany[16] = 2;
  ck_assert(!readRemb(only(tooMany), remb));
  Bytes overflow = bytes;
  overflow[17] = 0xFF;
  ck_assert(!readRemb(only(overflow), remb));
  Bytes otherName = bytes;
  otherName[12] = 'X';
  ck_assert(only(otherName).kind == RtcpKind::kOther);
}
END_TEST

START_TEST(a_compound_is_walked_to_its_end) {
  Bytes compound = written([](auto out) { return writeReceiverReport(out, 42, {}); });
  append(compound, written([](auto out) { return writeSdesCname(out, 42, "name"); }));
  append(compound, {0x80, 207, 0, 1, 0, 0, 0, 42});  // XR, of no interest.
  append(compound, {0x80, 204, 0, 0});               // APP without a body.
  append(compound, written([](auto out) { return writePli(out, 42, 43); }));
  std::vector<RtcpKind> kinds;
  RtcpReader reader(compound);
  for (RtcpPacket packet; reader.next(packet);) kinds.push_back(packet.kind);
  ck_assert(!reader.malformed());
  ck_assert(kinds == (std::vector{RtcpKind::kReceiverReport, RtcpKind::kSdes, RtcpKind::kOther,
                                  RtcpKind::kOther, RtcpKind::kPli}));
}
END_TEST

START_TEST(padding_is_no_part_of_the_body) {
  Bytes bytes = {0xA1, 205, 0, 4, 0, 0, 0, 1, 0, 0, 0, 2, 0, 7, 0, 0, 0, 0, 0, 4};
  ck_assert(nacked(only(bytes)) == (List{7}));
  RtcpPacket packet;
  for (const uint8_t padding : {0, 17}) {
    bytes.back() = padding;
    RtcpReader reader(bytes);
    ck_assert(!reader.next(packet));
    ck_assert(reader.malformed());
  }
}
END_TEST

START_TEST(malformed_packets_end_the_walk) {
  const Bytes pli = written([](auto out) { return writePli(out, 3, 4); });
  const std::vector<Bytes> broken = {
      {0x81, 206, 0},                 // Shorter than a header.
      {0x81, 206, 0, 3, 0, 0, 0, 3},  // Longer than the bytes.
      {0x41, 206, 0, 1, 0, 0, 0, 3},  // Version 1.
  };
  for (const Bytes& end : broken) {
    Bytes compound = pli;
    append(compound, end);
    RtcpReader reader(compound);
    RtcpPacket packet;
    ck_assert(reader.next(packet));
    ck_assert(!reader.next(packet));
    ck_assert(reader.malformed());
    ck_assert(!reader.next(packet));
  }
}
END_TEST

START_TEST(feedback_too_short_for_its_head_is_nothing) {
  const Bytes bytes = {0x81, 205, 0, 1, 0, 0, 0, 1};
  ck_assert(only(bytes).kind == RtcpKind::kOther);
  ck_assert(nacked(only(bytes)).empty());
}
END_TEST

START_TEST(ntp_counts_from_1900) {
  ck_assert_uint_eq(ntpOfWallNs(0), uint64_t{2'208'988'800} << 32);
  const uint64_t later = ntpOfWallNs(kNsPerSecond * 3 / 2);
  ck_assert_uint_eq(later >> 32, 2'208'988'801);
  ck_assert_uint_eq(later & 0xFFFFFFFF, 0x80000000);
}
END_TEST

START_TEST(the_round_trip_follows_the_rfcs_example) {
  // RFC 3550 section 6.4.1, figure 2: 6.125 s.
  const ReportBlock block = {.lastSr = 0xB7052000, .delaySinceLastSr = 0x00054000};
  const uint64_t now = uint64_t{0xB7108000} << 16;
  ck_assert_int_eq(roundTripNs(block, now), 6'125'000'000);
}
END_TEST

START_TEST(impossible_round_trips_are_unknown) {
  const uint64_t now = uint64_t{0x00010000} << 16;
  ck_assert_int_eq(roundTripNs({.lastSr = 0, .delaySinceLastSr = 0}, now), 0);
  ck_assert_int_eq(roundTripNs({.lastSr = 0x0000FFFF, .delaySinceLastSr = 0x100}, now), 0);
  ck_assert_int_gt(roundTripNs({.lastSr = 0x00010000, .delaySinceLastSr = 0}, now), 0);
}
END_TEST

START_TEST(random_bytes_are_survived) {
  std::mt19937 random(99);
  int tooMany = 0;
  for (int i = 0; i < 50000; ++i) {
    Bytes bytes(random() % 80);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
    if (bytes.size() > 4) {
      bytes[0] = static_cast<uint8_t>(0x80 | (bytes[0] & 0x3F));
      bytes[1] = static_cast<uint8_t>(200 + bytes[1] % 8);
      bytes[2] = 0;
      bytes[3] %= 20;
    }
    RtcpReader reader(bytes);
    for (RtcpPacket packet; reader.next(packet);) {
      if (nacked(packet).size() > bytes.size() / 4 * 17) ++tooMany;
      SenderReport sender;
      ReportBlock block;
      Remb remb;
      uint32_t ssrc;
      uint8_t sequence;
      readSenderReport(packet, sender);
      for (size_t k = 0; k < 33; ++k) {
        readReportBlock(packet, k, block);
        readBye(packet, k, ssrc);
        readFir(packet, k, ssrc, sequence);
      }
      readRemb(packet, remb);
      TwccReader twcc;
      TwccReader::Arrival arrival;
      if (twcc.open(packet))
        while (twcc.next(arrival)) continue;
    }
  }
  ck_assert_int_eq(tooMany, 0);
}
END_TEST

int main() {
  return runSuite(
      "rtcp",
      {a_sender_report_reads_as_written, a_receiver_report_reads_as_written,
       more_blocks_than_a_packet_can_count_are_refused,
       a_count_larger_than_the_body_gives_no_blocks, a_cname_chunk_always_ends_with_a_null,
       a_bye_names_its_sources, nacks_pack_by_seventeen_and_unfold_in_order,
       a_nack_of_all_bits_unfolds_to_seventeen_over_the_wrap, a_pli_and_a_fir_name_their_stream,
       a_remb_keeps_18_bits_of_the_rate, impossible_rembs_are_refused,
       a_compound_is_walked_to_its_end, padding_is_no_part_of_the_body,
       malformed_packets_end_the_walk, feedback_too_short_for_its_head_is_nothing,
       ntp_counts_from_1900, the_round_trip_follows_the_rfcs_example,
       impossible_round_trips_are_unknown, random_bytes_are_survived});
}
