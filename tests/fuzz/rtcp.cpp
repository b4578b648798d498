// Bytes from the network as compound RTCP, read by every typed reader.
#include "rtp/rtcp.hpp"
#include "rtp/twcc.hpp"
#include "rtp_bytes.hpp"

using namespace parlour::rtp;
using parlour::fuzz::require;

namespace {

void readReports(const RtcpPacket& packet) {
  SenderReport sender;
  if (readSenderReport(packet, sender)) require(sender.ssrc == packet.senderSsrc);
  size_t blocks = 0;
  for (ReportBlock block; readReportBlock(packet, blocks, block); ++blocks) {
    require(block.cumulativeLost >= -0x800000 && block.cumulativeLost <= 0x7FFFFF);
    require(roundTripNs(block, ntpOfWallNs(0)) >= 0);
  }
  require(blocks <= packet.count && blocks * 24 <= packet.body.size());
}

void readLists(const RtcpPacket& packet) {
  uint32_t ssrc = 0;
  uint8_t sequence = 0;
  size_t byes = 0, firs = 0;
  while (readBye(packet, byes, ssrc)) ++byes;
  while (readFir(packet, firs, ssrc, sequence)) ++firs;
  require(byes * 4 <= packet.body.size() && firs * 8 <= packet.body.size());
  Remb remb;
  if (readRemb(packet, remb)) require(remb.ssrcCount <= remb.ssrcs.size());
}

/// What a NACK asks for is asked for by the NACK written of it.
void rewriteNack(const RtcpPacket& packet) {
  std::vector<uint16_t> sequences, again;
  NackReader reader(packet);
  for (uint16_t s; reader.next(s);) sequences.push_back(s);
  require(sequences.size() <= packet.body.size() / 4 * 17);
  std::vector<uint8_t> out(12 + sequences.size() * 4);
  out.resize(writeNack(out, 1, 2, sequences));
  RtcpReader compound(out);
  RtcpPacket written;
  if (!compound.next(written)) {
    require(sequences.empty());
    return;
  }
  NackReader second(written);
  for (uint16_t s; second.next(s);) again.push_back(s);
  std::sort(sequences.begin(), sequences.end());
  std::sort(again.begin(), again.end());
  sequences.erase(std::unique(sequences.begin(), sequences.end()), sequences.end());
  again.erase(std::unique(again.begin(), again.end()), again.end());
  require(sequences == again);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::vector<uint8_t> bytes(data, data + size);
  RtcpReader reader(bytes);
  size_t walked = 0;
  for (RtcpPacket packet; reader.next(packet); ++walked) {
    require(packet.body.empty() || packet.body.data() + packet.body.size() <= &bytes.back() + 1);
    readReports(packet);
    readLists(packet);
    rewriteNack(packet);
    TwccReader twcc;
    if (!twcc.open(packet)) continue;
    size_t arrivals = 0;
    for (TwccReader::Arrival arrival; twcc.next(arrival);) ++arrivals;
    require(arrivals == twcc.packetCount() || twcc.malformed());
  }
  require(walked * 4 <= size);
  return 0;
}
