// RTCP: a bounds-checked reader of compound packets, and writers into the caller's buffer.
// Sources: RFC 3550 section 6, RFC 4585 section 6, RFC 5104 section 4.3.1, RFC 5506 (reduced
// size), draft-alvestrand-rmcat-remb-03. Thread: any. Allocates nothing.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace parlour::rtp {

/// Packet types (PT) and feedback message types (FMT).
namespace rtcp {
constexpr uint8_t kSenderReport = 200, kReceiverReport = 201, kSdes = 202, kBye = 203, kApp = 204,
                  kTransportFeedback = 205, kPayloadFeedback = 206, kExtendedReport = 207;
constexpr uint8_t kFmtNack = 1, kFmtTwcc = 15;             ///< Of kTransportFeedback.
constexpr uint8_t kFmtPli = 1, kFmtFir = 4, kFmtAfb = 15;  ///< Of kPayloadFeedback.
constexpr uint32_t kRembName = 0x52454D42;                 ///< "REMB", what makes an AFB one.
}  // namespace rtcp

/// What a packet of a compound is, as far as the server cares.
enum class RtcpKind : uint8_t {
  kSenderReport,
  kReceiverReport,
  kSdes,
  kBye,
  kNack,
  kTwcc,
  kPli,
  kFir,
  kRemb,
  kOther,
};

/// One packet inside a compound; borrows the compound's bytes.
struct RtcpPacket {
  RtcpKind kind = RtcpKind::kOther;
  uint8_t type = 0;               ///< PT.
  uint8_t count = 0;              ///< RC, SC or FMT.
  uint32_t senderSsrc = 0;        ///< First word of the body; 0 for an empty body.
  uint32_t mediaSsrc = 0;         ///< Second word for feedback packets, else 0.
  std::span<const uint8_t> body;  ///< After the 4-byte header, without padding.
};

/// Walks a compound (or reduced-size) packet. Stops at the first malformed packet.
class RtcpReader {
 public:
  explicit RtcpReader(std::span<const uint8_t> compound) : rest_(compound) {}
  /// False at the end, or where the next packet is malformed (see malformed()).
  bool next(RtcpPacket& out);
  bool malformed() const { return malformed_; }

 private:
  std::span<const uint8_t> rest_;
  bool malformed_ = false;
};

/// RFC 3550 section 6.4.1, one report block.
struct ReportBlock {
  uint32_t ssrc = 0;              ///< Of the stream reported on.
  uint8_t fractionLost = 0;       ///< 1/256.
  int32_t cumulativeLost = 0;     ///< 24 bits, signed.
  uint32_t highestSequence = 0;   ///< Extended.
  uint32_t jitter = 0;            ///< Timestamp units.
  uint32_t lastSr = 0;            ///< Middle 32 bits of the NTP time of the last SR, 0 without.
  uint32_t delaySinceLastSr = 0;  ///< 1/65536 s.
};

struct SenderReport {
  uint32_t ssrc = 0;
  uint64_t ntp = 0;  ///< 32.32 seconds since 1900.
  uint32_t rtpTimestamp = 0;
  uint32_t packets = 0;
  uint32_t octets = 0;
};

/// RFC 3550 section 4: wall-clock nanoseconds since 1970 as 32.32 NTP time.
uint64_t ntpOfWallNs(int64_t wallNs);
/// Middle 32 bits, as in LSR.
constexpr uint32_t compactNtp(uint64_t ntp) {
  return static_cast<uint32_t>(ntp >> 16);
}
/// Round trip in nanoseconds from a report block received at `nowNtp`; 0 where the block answers
/// no sender report or the figures are impossible. RFC 3550 section 6.4.1.
int64_t roundTripNs(const ReportBlock& block, uint64_t nowNtp);

/// False where the packet is not a (complete) sender report.
bool readSenderReport(const RtcpPacket& packet, SenderReport& out);
/// Block `index` of a sender or receiver report; false past the last or where the body ends.
bool readReportBlock(const RtcpPacket& packet, size_t index, ReportBlock& out);
/// SSRC `index` of a BYE; false past the last.
bool readBye(const RtcpPacket& packet, size_t index, uint32_t& ssrc);
/// Entry `index` of a FIR; false past the last.
bool readFir(const RtcpPacket& packet, size_t index, uint32_t& ssrc, uint8_t& sequence);

/// REMB: an estimate over some SSRCs.
struct Remb {
  uint64_t bitsPerSecond = 0;
  uint8_t ssrcCount = 0;
  std::array<uint32_t, 32> ssrcs{};  ///< The first 32 where there are more.
};
bool readRemb(const RtcpPacket& packet, Remb& out);

/// Walks the sequence numbers a NACK asks for, PID and BLP unfolded.
class NackReader {
 public:
  explicit NackReader(const RtcpPacket& packet);
  bool next(uint16_t& sequence);

 private:
  std::span<const uint8_t> rest_;
  uint16_t pid_ = 0;
  uint16_t blp_ = 0;
  uint8_t bit_ = 0;  ///< Distance of the lowest bit of blp_ from pid_.
};

// Writers: write one packet at the start of `out` and return its size in bytes (a multiple of 4),
// or 0 where it does not fit. Concatenate them for a compound packet.
size_t writeSenderReport(std::span<uint8_t> out, const SenderReport& report,
                         std::span<const ReportBlock> blocks);  ///< 31 blocks at most.
size_t writeReceiverReport(std::span<uint8_t> out, uint32_t senderSsrc,
                           std::span<const ReportBlock> blocks);  ///< 31 blocks at most.
size_t writeSdesCname(std::span<uint8_t> out, uint32_t ssrc, std::string_view cname);
size_t writeBye(std::span<uint8_t> out, std::span<const uint32_t> ssrcs);  ///< 31 at most.
/// `sequences` in ascending (wrapping) order pack best, any order is right. Also 0 where empty.
size_t writeNack(std::span<uint8_t> out, uint32_t senderSsrc, uint32_t mediaSsrc,
                 std::span<const uint16_t> sequences);
size_t writePli(std::span<uint8_t> out, uint32_t senderSsrc, uint32_t mediaSsrc);
/// `sequence` goes up by one with every new request (RFC 5104 section 4.3.1.1).
size_t writeFir(std::span<uint8_t> out, uint32_t senderSsrc, uint32_t mediaSsrc, uint8_t sequence);
size_t writeRemb(std::span<uint8_t> out, uint32_t senderSsrc, uint64_t bitsPerSecond,
                 std::span<const uint32_t> ssrcs);

}  // namespace parlour::rtp
