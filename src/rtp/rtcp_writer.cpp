#include <algorithm>
#include <bit>
#include <cstring>

#include "rtp/bytes.hpp"
#include "rtp/rtcp.hpp"

namespace parlour::rtp {

namespace {

constexpr size_t kHeader = 4, kBlock = 24, kSenderInfo = 20;
constexpr size_t kMaxCount = 31;  // RC and SC have 5 bits.
constexpr size_t kMaxWords = 0xFFFF;

/// Writes the common header of a packet of `size` bytes; false where it does not fit.
bool begin(std::span<uint8_t> out, size_t size, uint8_t type, size_t count) {
  if (out.size() < size || size / 4 - 1 > kMaxWords) return false;
  out[0] = static_cast<uint8_t>(2 << 6 | count);
  out[1] = type;
  write16(out.data() + 2, static_cast<uint16_t>(size / 4 - 1));
  return true;
}

void writeBlocks(uint8_t* out, std::span<const ReportBlock> blocks) {
  for (const ReportBlock& block : blocks) {
    write32(out, block.ssrc);
    out[4] = block.fractionLost;
    write24(out + 5, static_cast<uint32_t>(block.cumulativeLost));
    write32(out + 8, block.highestSequence);
    write32(out + 12, block.jitter);
    write32(out + 16, block.lastSr);
    write32(out + 20, block.delaySinceLastSr);
    out += kBlock;
  }
}

void writeSsrcs(uint8_t* out, std::span<const uint32_t> ssrcs) {
  for (const uint32_t ssrc : ssrcs) {
    write32(out, ssrc);
    out += 4;
  }
}

bool beginFeedback(std::span<uint8_t> out, size_t size, uint8_t type, uint8_t format,
                   uint32_t senderSsrc, uint32_t mediaSsrc) {
  if (!begin(out, size, type, format)) return false;
  write32(out.data() + kHeader, senderSsrc);
  write32(out.data() + kHeader + 4, mediaSsrc);
  return true;
}

}  // namespace

size_t writeSenderReport(std::span<uint8_t> out, const SenderReport& report,
                         std::span<const ReportBlock> blocks) {
  const size_t size = kHeader + 4 + kSenderInfo + blocks.size() * kBlock;
  if (blocks.size() > kMaxCount || !begin(out, size, rtcp::kSenderReport, blocks.size())) return 0;
  uint8_t* p = out.data() + kHeader;
  write32(p, report.ssrc);
  write64(p + 4, report.ntp);
  write32(p + 12, report.rtpTimestamp);
  write32(p + 16, report.packets);
  write32(p + 20, report.octets);
  writeBlocks(p + 4 + kSenderInfo, blocks);
  return size;
}

size_t writeReceiverReport(std::span<uint8_t> out, uint32_t senderSsrc,
                           std::span<const ReportBlock> blocks) {
  const size_t size = kHeader + 4 + blocks.size() * kBlock;
  if (blocks.size() > kMaxCount || !begin(out, size, rtcp::kReceiverReport, blocks.size()))
    return 0;
  write32(out.data() + kHeader, senderSsrc);
  writeBlocks(out.data() + kHeader + 4, blocks);
  return size;
}

size_t writeSdesCname(std::span<uint8_t> out, uint32_t ssrc, std::string_view cname) {
  constexpr uint8_t kCname = 1;
  constexpr size_t kMaxText = 255;
  // Chunk: SSRC, type, length, text, and one to four null bytes up to the next word.
  const size_t size = kHeader + 4 + (2 + cname.size()) / 4 * 4 + 4;
  if (cname.size() > kMaxText || !begin(out, size, rtcp::kSdes, 1)) return 0;
  uint8_t* p = out.data() + kHeader;
  std::memset(p, 0, size - kHeader);
  write32(p, ssrc);
  p[4] = kCname;
  p[5] = static_cast<uint8_t>(cname.size());
  std::copy(cname.begin(), cname.end(), p + 6);
  return size;
}

size_t writeBye(std::span<uint8_t> out, std::span<const uint32_t> ssrcs) {
  const size_t size = kHeader + ssrcs.size() * 4;
  if (ssrcs.size() > kMaxCount || !begin(out, size, rtcp::kBye, ssrcs.size())) return 0;
  writeSsrcs(out.data() + kHeader, ssrcs);
  return size;
}

size_t writeNack(std::span<uint8_t> out, uint32_t senderSsrc, uint32_t mediaSsrc,
                 std::span<const uint16_t> sequences) {
  constexpr size_t kHead = kHeader + 8;
  constexpr uint16_t kBlpBits = 16;
  size_t size = kHead;
  uint16_t pid = 0, blp = 0;
  for (const uint16_t sequence : sequences) {
    const auto ahead = static_cast<uint16_t>(sequence - pid);
    if (size > kHead && ahead <= kBlpBits) {
      if (ahead > 0) blp = static_cast<uint16_t>(blp | 1u << (ahead - 1));
    } else {
      size += 4;
      if (size > out.size()) return 0;
      pid = sequence;
      blp = 0;
    }
    write16(out.data() + size - 4, pid);
    write16(out.data() + size - 2, blp);
  }
  if (size == kHead) return 0;
  const bool fits =
      beginFeedback(out, size, rtcp::kTransportFeedback, rtcp::kFmtNack, senderSsrc, mediaSsrc);
  return fits ? size : 0;
}

size_t writePli(std::span<uint8_t> out, uint32_t senderSsrc, uint32_t mediaSsrc) {
  constexpr size_t kSize = kHeader + 8;
  const bool fits =
      beginFeedback(out, kSize, rtcp::kPayloadFeedback, rtcp::kFmtPli, senderSsrc, mediaSsrc);
  return fits ? kSize : 0;
}

size_t writeFir(std::span<uint8_t> out, uint32_t senderSsrc, uint32_t mediaSsrc, uint8_t sequence) {
  constexpr size_t kSize = kHeader + 16;
  // The head's media SSRC is 0, the entry has it (RFC 5104 section 4.3.1.2).
  if (!beginFeedback(out, kSize, rtcp::kPayloadFeedback, rtcp::kFmtFir, senderSsrc, 0)) return 0;
  write32(out.data() + kHeader + 8, mediaSsrc);
  write32(out.data() + kHeader + 12, static_cast<uint32_t>(sequence) << 24);
  return kSize;
}

size_t writeRemb(std::span<uint8_t> out, uint32_t senderSsrc, uint64_t bitsPerSecond,
                 std::span<const uint32_t> ssrcs) {
  constexpr size_t kFixed = kHeader + 16;
  constexpr int kMantissaBits = 18;
  const size_t size = kFixed + ssrcs.size() * 4;
  if (ssrcs.size() > UINT8_MAX ||
      !beginFeedback(out, size, rtcp::kPayloadFeedback, rtcp::kFmtAfb, senderSsrc, 0))
    return 0;
  const int exponent = std::max(static_cast<int>(std::bit_width(bitsPerSecond)) - kMantissaBits, 0);
  const auto mantissa = static_cast<uint32_t>(bitsPerSecond >> exponent);
  uint8_t* p = out.data() + kHeader + 8;
  write32(p, rtcp::kRembName);
  p[4] = static_cast<uint8_t>(ssrcs.size());
  write24(p + 5, static_cast<uint32_t>(exponent) << kMantissaBits | mantissa);
  writeSsrcs(p + 8, ssrcs);
  return size;
}

}  // namespace parlour::rtp
