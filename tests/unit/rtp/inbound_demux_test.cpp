#include <string>
#include <vector>

#include "rtp/inbound_demux.hpp"

// Last: check.h takes the name "fail".
#include "packets.hpp"
#include "suite.hpp"

using namespace parlour::rtp;
using namespace parlour::rtp::test;

namespace {

constexpr uint8_t kOpusPt = 111, kVp8Pt = 96, kVp8RtxPt = 97, kH264Pt = 102, kH264RtxPt = 103;
constexpr uint8_t kMidId = 1, kRidId = 2, kRepairedId = 3;

std::map<uint8_t, InboundLine::Payload> audioPayloads() {
  return {{kOpusPt, {Codec::kOpus, 48000, 0}}};
}

std::map<uint8_t, InboundLine::Payload> videoPayloads() {
  return {{kVp8Pt, {Codec::kVp8, 90000, 0}},
          {kVp8RtxPt, {Codec::kRtx, 90000, kVp8Pt}},
          {kH264Pt, {Codec::kH264, 90000, 0}},
          {kH264RtxPt, {Codec::kRtx, 90000, kH264Pt}}};
}

/// Audio "a", camera "v" in three layers, screen "s" with signalled SSRCs.
std::vector<InboundLine> usualLines() {
  const std::map<uint8_t, Extension> extensions = {
      {kMidId, Extension::kMid}, {kRidId, Extension::kRid}, {kRepairedId, Extension::kRepairedRid}};
  return {{.mid = "a", .payloads = audioPayloads(), .extensions = extensions},
          {.mid = "v",
           .payloads = videoPayloads(),
           .rids = {"lo", "mid", "hi"},
           .extensions = extensions},
          {.mid = "s",
           .payloads = videoPayloads(),
           .ssrcs = {5000},
           .rtxOf = {{5001, 5000}},
           .extensions = extensions}};
}

struct Header {
  uint32_t ssrc = 0;
  uint8_t payloadType = kVp8Pt;
  std::string mid, rid, repairedRid;
};

class Peer {
 public:
  Peer() : Peer(usualLines()) {}
  explicit Peer(std::vector<InboundLine> lines) : map(mergeExtensions(lines)) {
    demux.configure(std::move(lines));
  }
  const InboundDemux::Match* get(const Header& header) {
    Description d{.ssrc = header.ssrc, .payloadType = header.payloadType};
    if (!header.mid.empty()) d.elements.push_back({kMidId, bytesOf(header.mid)});
    if (!header.rid.empty()) d.elements.push_back({kRidId, bytesOf(header.rid)});
    if (!header.repairedRid.empty())
      d.elements.push_back({kRepairedId, bytesOf(header.repairedRid)});
    return demux.match(TestPacket(d, map));
  }
  InboundDemux demux;
  ExtensionMap map;
};

void isAt(const InboundDemux::Match* match, int line, int rid) {
  ck_assert_ptr_nonnull(match);
  ck_assert_int_eq(match->line, line);
  ck_assert_int_eq(match->rid, rid);
}

}  // namespace

START_TEST(mid_and_rid_are_remembered_after_the_first_packets) {
  Peer peer;
  isAt(peer.get({.ssrc = 1, .mid = "v", .rid = "lo"}), 1, 0);
  isAt(peer.get({.ssrc = 2, .mid = "v", .rid = "hi"}), 1, 2);
  isAt(peer.get({.ssrc = 1}), 1, 0);
  const auto* match = peer.get({.ssrc = 2});
  isAt(match, 1, 2);
  ck_assert(!match->rtx);
  ck_assert_uint_eq(match->primarySsrc, 2);
  ck_assert(match->codec == Codec::kVp8);
  ck_assert_uint_eq(match->clockRate, 90000);
  ck_assert_uint_eq(match->payloadType, kVp8Pt);
}
END_TEST

START_TEST(an_unknown_mid_is_refused_even_with_a_known_payload_type) {
  Peer peer;
  ck_assert_ptr_null(peer.get({.ssrc = 1, .payloadType = kOpusPt, .mid = "x"}));
  isAt(peer.get({.ssrc = 1, .payloadType = kOpusPt}), 0, -1);
}
END_TEST

START_TEST(signalled_ssrcs_need_no_mid) {
  Peer peer;
  isAt(peer.get({.ssrc = 5000}), 2, -1);
  const auto* match = peer.get({.ssrc = 5001, .payloadType = kVp8RtxPt});
  isAt(match, 2, -1);
  ck_assert(match->rtx);
  ck_assert_uint_eq(match->primarySsrc, 5000);
  ck_assert_uint_eq(match->payloadType, kVp8Pt);
  ck_assert(match->codec == Codec::kVp8);
}
END_TEST

START_TEST(a_payload_type_of_one_line_alone_decides) {
  Peer peer;
  isAt(peer.get({.ssrc = 77, .payloadType = kOpusPt}), 0, -1);
  ck_assert_ptr_null(peer.get({.ssrc = 78, .payloadType = kVp8Pt}));  // Two lines have it.
  ck_assert_ptr_null(peer.get({.ssrc = 79, .payloadType = 50}));      // None has.
}
END_TEST

START_TEST(a_payload_type_its_line_does_not_have_is_refused) {
  Peer peer;
  isAt(peer.get({.ssrc = 1, .payloadType = kOpusPt, .mid = "a"}), 0, -1);
  ck_assert_ptr_null(peer.get({.ssrc = 1, .payloadType = kVp8Pt}));
  isAt(peer.get({.ssrc = 1, .payloadType = kOpusPt}), 0, -1);
}
END_TEST

START_TEST(a_stream_may_change_its_codec) {
  Peer peer;
  ck_assert(peer.get({.ssrc = 1, .mid = "v", .rid = "hi"})->codec == Codec::kVp8);
  const auto* match = peer.get({.ssrc = 1, .payloadType = kH264Pt});
  isAt(match, 1, 2);
  ck_assert(match->codec == Codec::kH264);
  ck_assert(peer.get({.ssrc = 1})->codec == Codec::kVp8);
}
END_TEST

START_TEST(an_ssrc_moves_to_the_line_its_mid_names) {
  Peer peer;
  isAt(peer.get({.ssrc = 1, .mid = "v", .rid = "hi"}), 1, 2);
  isAt(peer.get({.ssrc = 1, .mid = "s"}), 2, -1);
  isAt(peer.get({.ssrc = 1}), 2, -1);
}
END_TEST

START_TEST(retransmissions_find_their_layer_by_repaired_rid) {
  Peer peer;
  peer.get({.ssrc = 1, .mid = "v", .rid = "lo"});
  peer.get({.ssrc = 2, .mid = "v", .rid = "hi"});
  const auto* match =
      peer.get({.ssrc = 12, .payloadType = kVp8RtxPt, .mid = "v", .repairedRid = "hi"});
  isAt(match, 1, 2);
  ck_assert(match->rtx);
  ck_assert_uint_eq(match->primarySsrc, 2);
  ck_assert_uint_eq(peer.get({.ssrc = 12, .payloadType = kVp8RtxPt})->primarySsrc, 2);
}
END_TEST

START_TEST(a_retransmission_before_its_original_waits_for_it) {
  Peer peer;
  const Header rtx{.ssrc = 12, .payloadType = kVp8RtxPt, .mid = "v", .repairedRid = "hi"};
  ck_assert_uint_eq(peer.get(rtx)->primarySsrc, 0);
  peer.get({.ssrc = 1, .mid = "v", .rid = "lo"});
  ck_assert_uint_eq(peer.get({.ssrc = 12, .payloadType = kVp8RtxPt})->primarySsrc, 0);
  peer.get({.ssrc = 2, .mid = "v", .rid = "hi"});
  ck_assert_uint_eq(peer.get({.ssrc = 12, .payloadType = kVp8RtxPt})->primarySsrc, 2);
}
END_TEST

START_TEST(a_retransmission_whose_layer_is_unknown_is_not_guessed) {
  Peer peer;
  peer.get({.ssrc = 1, .mid = "v", .rid = "lo"});
  ck_assert_uint_eq(peer.get({.ssrc = 12, .payloadType = kVp8RtxPt, .mid = "v"})->primarySsrc, 0);
}
END_TEST

START_TEST(without_layers_a_retransmission_belongs_to_the_newest_original) {
  Peer peer;
  peer.get({.ssrc = 1, .mid = "s"});
  const Header rtx{.ssrc = 12, .payloadType = kVp8RtxPt, .mid = "s"};
  ck_assert_uint_eq(peer.get(rtx)->primarySsrc, 1);
  peer.get({.ssrc = 3, .mid = "s"});  // The publisher restarted its stream.
  ck_assert_uint_eq(peer.get(rtx)->primarySsrc, 3);
  peer.demux.forget(3);
  ck_assert_uint_eq(peer.get(rtx)->primarySsrc, 1);
}
END_TEST

START_TEST(a_retransmission_type_without_original_is_refused) {
  auto lines = usualLines();
  lines[1].payloads[kVp8RtxPt].apt = 55;
  lines[1].payloads[kH264RtxPt].apt = kVp8RtxPt;
  Peer peer(std::move(lines));
  ck_assert_ptr_null(peer.get({.ssrc = 1, .payloadType = kVp8RtxPt, .mid = "v"}));
  ck_assert_ptr_null(peer.get({.ssrc = 1, .payloadType = kH264RtxPt, .mid = "v"}));
}
END_TEST

START_TEST(an_unknown_rid_changes_nothing) {
  Peer peer;
  isAt(peer.get({.ssrc = 1, .mid = "v", .rid = "hi"}), 1, 2);
  isAt(peer.get({.ssrc = 1, .mid = "v", .rid = "??"}), 1, 2);
  isAt(peer.get({.ssrc = 2, .mid = "v", .rid = "??"}), 1, -1);
}
END_TEST

START_TEST(what_was_learned_outlives_a_new_offer) {
  Peer peer;
  peer.get({.ssrc = 1, .mid = "v", .rid = "hi"});
  peer.get({.ssrc = 2, .payloadType = kOpusPt, .mid = "a"});
  auto lines = usualLines();
  lines.push_back({.mid = "s2", .payloads = videoPayloads()});
  lines[1].rids = {"hi", "lo"};
  lines[0].mid = "gone";
  lines[0].payloads.clear();
  peer.demux.configure(lines);
  isAt(peer.get({.ssrc = 1}), 1, 0);
  ck_assert_ptr_null(peer.get({.ssrc = 2, .payloadType = kOpusPt}));
}
END_TEST

START_TEST(a_new_offer_may_change_payload_types_and_signal_ssrcs) {
  Peer peer;
  peer.get({.ssrc = 1, .mid = "v", .rid = "hi"});
  auto lines = usualLines();
  lines[1].payloads = {{100, {Codec::kAv1, 90000, 0}}};
  lines[2].ssrcs = {1};
  lines[2].payloads[100] = {Codec::kVp9, 90000, 0};
  peer.demux.configure(lines);
  const auto* match = peer.get({.ssrc = 1, .payloadType = 100});
  isAt(match, 2, -1);
  ck_assert(match->codec == Codec::kVp9);
}
END_TEST

START_TEST(the_table_is_bounded_and_keeps_what_is_in_use) {
  Peer peer;
  peer.get({.ssrc = 1, .mid = "v", .rid = "hi"});
  for (uint32_t ssrc = 100; ssrc < 100 + 10 * InboundDemux::kMaxLearned; ++ssrc) {
    isAt(peer.get({.ssrc = ssrc, .mid = "v", .rid = "lo"}), 1, 0);
    isAt(peer.get({.ssrc = 1}), 1, 2);
  }
  ck_assert_ptr_null(peer.get({.ssrc = 100}));  // Evicted, and not to be guessed.
}
END_TEST

START_TEST(a_forgotten_ssrc_has_to_say_again_who_it_is) {
  Peer peer;
  peer.get({.ssrc = 1, .mid = "v", .rid = "hi"});
  peer.demux.forget(1);
  peer.demux.forget(2);
  ck_assert_ptr_null(peer.get({.ssrc = 1}));
}
END_TEST

START_TEST(without_lines_everything_is_refused) {
  Peer peer((std::vector<InboundLine>()));
  ck_assert_ptr_null(peer.get({.ssrc = 1, .mid = "v"}));
  ck_assert_ptr_null(peer.get({.ssrc = 1}));
}
END_TEST

START_TEST(one_map_has_every_lines_extensions_and_the_first_meaning_wins) {
  const std::vector<InboundLine> lines = {
      {.mid = "a", .extensions = {{1, Extension::kMid}, {2, Extension::kAudioLevel}}},
      {.mid = "v", .extensions = {{2, Extension::kRid}, {250, Extension::kTransportCc}}}};
  const ExtensionMap map = mergeExtensions(lines);
  ck_assert(map[1] == Extension::kMid);
  ck_assert(map[2] == Extension::kAudioLevel);
  ck_assert(map[250] == Extension::kTransportCc);
  ck_assert(map[3] == Extension::kUnknown);
}
END_TEST

int main() {
  return runSuite(
      "inbound_demux",
      {mid_and_rid_are_remembered_after_the_first_packets,
       an_unknown_mid_is_refused_even_with_a_known_payload_type, signalled_ssrcs_need_no_mid,
       a_payload_type_of_one_line_alone_decides, a_payload_type_its_line_does_not_have_is_refused,
       a_stream_may_change_its_codec, an_ssrc_moves_to_the_line_its_mid_names,
       retransmissions_find_their_layer_by_repaired_rid,
       a_retransmission_before_its_original_waits_for_it,
       a_retransmission_whose_layer_is_unknown_is_not_guessed,
       without_layers_a_retransmission_belongs_to_the_newest_original,
       a_retransmission_type_without_original_is_refused, an_unknown_rid_changes_nothing,
       what_was_learned_outlives_a_new_offer, a_new_offer_may_change_payload_types_and_signal_ssrcs,
       the_table_is_bounded_and_keeps_what_is_in_use, a_forgotten_ssrc_has_to_say_again_who_it_is,
       without_lines_everything_is_refused,
       one_map_has_every_lines_extensions_and_the_first_meaning_wins});
}
