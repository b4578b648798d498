// A stream of packets and new offers: a match always names a line and a payload type that exist.
#include "rtp/inbound_demux.hpp"
#include "rtp_bytes.hpp"

using namespace parlour::rtp;
using parlour::fuzz::require;

namespace {

const char* const kMids[] = {"0", "1", "2", "video"};
const char* const kRids[] = {"l", "m", "h"};

InboundLine lineOf(parlour::fuzz::Input& input) {
  InboundLine line;
  const uint8_t shape = input.byte();
  line.mid = kMids[shape % 4];
  for (unsigned i = 0; i < (shape >> 2) % 4u; ++i) line.rids.push_back(kRids[i]);
  for (unsigned i = 0; i < 1 + (shape >> 4) % 4u; ++i) {
    const uint8_t payloadType = input.byte() % 16;
    const auto codec = static_cast<Codec>(input.byte() % (static_cast<int>(Codec::kRtx) + 1));
    line.payloads[payloadType] = {codec, 90000, static_cast<uint8_t>(input.byte() % 16)};
  }
  if (shape & 0x40) line.ssrcs.push_back(input.byte());
  if (shape & 0x80) line.rtxOf[input.byte()] = input.byte();
  return line;
}

std::vector<InboundLine> linesOf(parlour::fuzz::Input& input) {
  std::vector<InboundLine> lines;
  for (int count = input.byte() % 5; count > 0; --count) lines.push_back(lineOf(input));
  return lines;
}

void check(const InboundDemux& demux, const ParsedPacket& packet,
           const InboundDemux::Match& match) {
  require(match.line >= 0 && static_cast<size_t>(match.line) < demux.lines().size());
  const InboundLine& line = demux.lines()[static_cast<size_t>(match.line)];
  require(match.rid >= -1 && match.rid < static_cast<int>(line.rids.size()));
  require(match.ssrc == packet.ssrc);
  require(match.codec != Codec::kRtx && line.payloads.contains(match.payloadType));
  require(match.rtx || match.primarySsrc == match.ssrc);
  require(match.rtx || match.payloadType == packet.payloadType);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  parlour::fuzz::Input input(data, size);
  const ExtensionMap map = parlour::fuzz::everyExtension();
  InboundDemux demux;
  demux.configure(linesOf(input));
  while (!input.empty()) {
    const uint8_t what = input.byte();
    if (what == 0xFF) {
      demux.configure(linesOf(input));
      continue;
    }
    if (what == 0xFE) {
      demux.forget(input.byte());
      continue;
    }
    // A packet by hand: one-byte elements for MID, RID and repaired RID as `what` says.
    std::vector<uint8_t> bytes = {0x90, static_cast<uint8_t>(input.byte() % 16),
                                  0,    1,
                                  0,    0,
                                  0,    0,
                                  0,    0,
                                  0,    input.byte(),
                                  0xBE, 0xDE,
                                  0,    2};
    if (what & 1) bytes.insert(bytes.end(), {0x10, static_cast<uint8_t>(*kMids[what >> 3 & 3])});
    if (what & 2) bytes.insert(bytes.end(), {0x20, static_cast<uint8_t>(*kRids[(what >> 5) % 3])});
    if (what & 4) bytes.insert(bytes.end(), {0x30, static_cast<uint8_t>(*kRids[(what >> 5) % 3])});
    bytes.resize(24);
    ParsedPacket packet;
    require(parse(bytes.data(), bytes.size(), map, packet));
    if (const auto* match = demux.match(packet)) check(demux, packet, *match);
  }
  return 0;
}
