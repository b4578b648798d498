#include "rtp/rtcp.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "rtp/bytes.hpp"

namespace parlour::rtp {

namespace {

constexpr size_t kHeader = 4, kBlock = 24, kSenderInfo = 20, kFeedbackHead = 8, kFirEntry = 8;
constexpr size_t kRembFixed = kFeedbackHead + 8;

RtcpKind feedbackKind(const RtcpPacket& packet) {
  if (packet.body.size() < kFeedbackHead) return RtcpKind::kOther;
  if (packet.type == rtcp::kTransportFeedback) {
    if (packet.count == rtcp::kFmtNack) return RtcpKind::kNack;
    if (packet.count == rtcp::kFmtTwcc) return RtcpKind::kTwcc;
    return RtcpKind::kOther;
  }
  if (packet.count == rtcp::kFmtPli) return RtcpKind::kPli;
  if (packet.count == rtcp::kFmtFir) return RtcpKind::kFir;
  const bool remb = packet.count == rtcp::kFmtAfb && packet.body.size() >= kRembFixed &&
                    read32(packet.body.data() + kFeedbackHead) == rtcp::kRembName;
  return remb ? RtcpKind::kRemb : RtcpKind::kOther;
}

RtcpKind kindOf(const RtcpPacket& packet) {
  switch (packet.type) {
    case rtcp::kSenderReport:
      return RtcpKind::kSenderReport;
    case rtcp::kReceiverReport:
      return RtcpKind::kReceiverReport;
    case rtcp::kSdes:
      return RtcpKind::kSdes;
    case rtcp::kBye:
      return RtcpKind::kBye;
    case rtcp::kTransportFeedback:
    case rtcp::kPayloadFeedback:
      return feedbackKind(packet);
    default:
      return RtcpKind::kOther;
  }
}

bool isFeedback(uint8_t type) {
  return type == rtcp::kTransportFeedback || type == rtcp::kPayloadFeedback;
}

}  // namespace

bool RtcpReader::next(RtcpPacket& out) {
  constexpr uint8_t kPaddingBit = 0x20;
  if (rest_.empty() || malformed_) return false;
  malformed_ = true;  // Until everything has been looked at.
  if (rest_.size() < kHeader || rest_[0] >> 6 != 2) return false;
  const size_t size = (size_t{read16(rest_.data() + 2)} + 1) * 4;
  if (size > rest_.size()) return false;
  size_t padding = 0;
  if ((rest_[0] & kPaddingBit) != 0) {
    padding = rest_[size - 1];
    if (padding == 0 || padding > size - kHeader) return false;
  }
  out.count = rest_[0] & 0x1F;
  out.type = rest_[1];
  out.body = rest_.subspan(kHeader, size - kHeader - padding);
  out.senderSsrc = out.body.size() >= 4 ? read32(out.body.data()) : 0;
  const bool hasMedia = isFeedback(out.type) && out.body.size() >= kFeedbackHead;
  out.mediaSsrc = hasMedia ? read32(out.body.data() + 4) : 0;
  out.kind = kindOf(out);
  rest_ = rest_.subspan(size);
  malformed_ = false;
  return true;
}

uint64_t ntpOfWallNs(int64_t wallNs) {
  constexpr uint64_t kSecondsFrom1900To1970 = 2'208'988'800;
  const auto seconds = static_cast<uint64_t>(wallNs / kNsPerSecond) + kSecondsFrom1900To1970;
  const auto rest = static_cast<uint64_t>(wallNs % kNsPerSecond);
  return seconds << 32 | (rest << 32) / static_cast<uint64_t>(kNsPerSecond);
}

int64_t roundTripNs(const ReportBlock& block, uint64_t nowNtp) {
  if (block.lastSr == 0) return 0;
  const auto units =
      static_cast<int32_t>(compactNtp(nowNtp) - block.lastSr - block.delaySinceLastSr);
  if (units < 0) return 0;
  return std::max<int64_t>(units, 1) * kNsPerSecond / 65536;
}

bool readSenderReport(const RtcpPacket& packet, SenderReport& out) {
  if (packet.kind != RtcpKind::kSenderReport || packet.body.size() < 4 + kSenderInfo) return false;
  const uint8_t* p = packet.body.data();
  out = {read32(p), read64(p + 4), read32(p + 12), read32(p + 16), read32(p + 20)};
  return true;
}

bool readReportBlock(const RtcpPacket& packet, size_t index, ReportBlock& out) {
  const bool sender = packet.kind == RtcpKind::kSenderReport;
  if ((!sender && packet.kind != RtcpKind::kReceiverReport) || index >= packet.count) return false;
  const size_t at = 4 + (sender ? kSenderInfo : 0) + index * kBlock;
  if (packet.body.size() < at + kBlock) return false;
  const uint8_t* p = packet.body.data() + at;
  out.ssrc = read32(p);
  out.fractionLost = p[4];
  out.cumulativeLost = static_cast<int32_t>(read24(p + 5) << 8) >> 8;  // Extends the sign.
  out.highestSequence = read32(p + 8);
  out.jitter = read32(p + 12);
  out.lastSr = read32(p + 16);
  out.delaySinceLastSr = read32(p + 20);
  return true;
}

bool readBye(const RtcpPacket& packet, size_t index, uint32_t& ssrc) {
  if (packet.kind != RtcpKind::kBye || index >= packet.count) return false;
  if (packet.body.size() < (index + 1) * 4) return false;
  ssrc = read32(packet.body.data() + index * 4);
  return true;
}

bool readFir(const RtcpPacket& packet, size_t index, uint32_t& ssrc, uint8_t& sequence) {
  if (packet.kind != RtcpKind::kFir) return false;
  if (index >= (packet.body.size() - kFeedbackHead) / kFirEntry) return false;
  const uint8_t* entry = packet.body.data() + kFeedbackHead + index * kFirEntry;
  ssrc = read32(entry);
  sequence = entry[4];
  return true;
}

bool readRemb(const RtcpPacket& packet, Remb& out) {
  if (packet.kind != RtcpKind::kRemb) return false;
  const uint8_t* p = packet.body.data() + kFeedbackHead + 4;
  const size_t listed = p[0];
  const unsigned exponent = p[1] >> 2;
  const uint64_t mantissa = static_cast<uint64_t>(p[1] & 0x03) << 16 | read16(p + 2);
  if (mantissa > UINT64_MAX >> exponent) return false;
  if (packet.body.size() - kRembFixed < listed * 4) return false;
  out.bitsPerSecond = mantissa << exponent;
  out.ssrcCount = static_cast<uint8_t>(std::min(listed, out.ssrcs.size()));
  for (size_t i = 0; i < out.ssrcCount; ++i) out.ssrcs[i] = read32(p + 4 + i * 4);
  return true;
}

NackReader::NackReader(const RtcpPacket& packet) {
  if (packet.kind == RtcpKind::kNack) rest_ = packet.body.subspan(kFeedbackHead);
}

bool NackReader::next(uint16_t& sequence) {
  if (blp_ != 0) {
    while ((blp_ & 1) == 0) {
      blp_ >>= 1;
      ++bit_;
    }
    sequence = static_cast<uint16_t>(pid_ + bit_);
    blp_ >>= 1;
    ++bit_;
    return true;
  }
  if (rest_.size() < 4) return false;
  pid_ = read16(rest_.data());
  blp_ = read16(rest_.data() + 2);
  bit_ = 1;
  rest_ = rest_.subspan(4);
  sequence = pid_;
  return true;
}

}  // namespace parlour::rtp
