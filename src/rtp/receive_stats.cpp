#include "rtp/receive_stats.hpp"

#include <algorithm>

#include "base/clock.hpp"

namespace parlour::rtp {

namespace {

// RFC 3550 appendix A.1.
constexpr uint16_t kMaxDropout = 3000;
constexpr uint16_t kMaxMisorder = 100;
constexpr uint32_t kSequenceModulus = 1u << 16;
constexpr uint32_t kNoBadSequence = kSequenceModulus + 1;

uint32_t arrivalTicks(int64_t ns, uint32_t clockRate) {
  const int64_t seconds = ns / kNsPerSecond;
  const int64_t rest = ns % kNsPerSecond;
  return static_cast<uint32_t>(seconds * clockRate + rest * clockRate / kNsPerSecond);
}

uint8_t fractionOf(int64_t expected, int64_t lost) {
  if (expected <= 0 || lost <= 0) return 0;
  return static_cast<uint8_t>(std::min<int64_t>((lost << 8) / expected, 255));
}

}  // namespace

void ReceiveStats::start(uint16_t sequence) {
  started_ = true;
  baseSequence_ = sequence;
  maxSequence_ = sequence;
  badSequence_ = kNoBadSequence;
  cycles_ = 0;
  received_ = 0;
  expectedPrior_ = 0;
  receivedPrior_ = 0;
  hasTransit_ = false;
  jitter_ = 0;
}

/// Appendix A.1's update_seq, without probation: SRTP has vouched for the source. False where the
/// packet does not count.
bool ReceiveStats::place(uint16_t sequence) {
  const auto ahead = static_cast<uint16_t>(sequence - maxSequence_);
  if (ahead < kMaxDropout) {
    if (sequence < maxSequence_) cycles_ += kSequenceModulus;
    maxSequence_ = sequence;
    return true;
  }
  if (ahead > kSequenceModulus - kMaxMisorder) return true;  // Late or doubled.
  if (sequence == badSequence_) {
    start(sequence);
    return true;
  }
  badSequence_ = static_cast<uint16_t>(sequence + 1);
  return false;
}

void ReceiveStats::onPacket(uint16_t sequence, uint32_t timestamp, int64_t arrivalNs, size_t bytes,
                            bool recovered) {
  ++totalPackets_;
  totalBytes_ += bytes;
  lastArrivalNs_ = arrivalNs;
  if (recovered) return;
  if (!started_) start(sequence);
  if (!place(sequence)) return;
  ++received_;
  measureJitter(timestamp, arrivalNs);
}

/// Appendix A.8, on the first packet of each sampling instant: the others of a picture are spread
/// by the sender's pacer, which is no jitter of the network.
void ReceiveStats::measureJitter(uint32_t timestamp, int64_t arrivalNs) {
  if (hasTransit_ && timestamp == lastTimestamp_) return;
  const uint32_t transit = arrivalTicks(arrivalNs, clockRate_) - timestamp;
  if (hasTransit_) {
    const auto change = static_cast<int32_t>(transit - lastTransit_);
    const uint32_t d =
        change < 0 ? 0u - static_cast<uint32_t>(change) : static_cast<uint32_t>(change);
    jitter_ += d - ((jitter_ + 8) >> 4);
  }
  hasTransit_ = true;
  lastTransit_ = transit;
  lastTimestamp_ = timestamp;
}

void ReceiveStats::onSenderReport(const SenderReport& report, int64_t nowNs) {
  hasSr_ = true;
  sr_ = report;
  srNs_ = nowNs;
}

ReportBlock ReceiveStats::report(uint32_t ssrc, int64_t nowNs) {
  ReportBlock block;
  block.ssrc = ssrc;
  if (!started_) return block;
  const int64_t expectedNow = expected();
  const auto receivedNow = static_cast<int64_t>(received_);
  const int64_t expectedSince = expectedNow - expectedPrior_;
  block.fractionLost = fractionOf(expectedSince, expectedSince - (receivedNow - receivedPrior_));
  expectedPrior_ = expectedNow;
  receivedPrior_ = receivedNow;

  constexpr int64_t kMost = 0x7FFFFF, kLeast = -0x800000;  // 24 bits, signed.
  block.cumulativeLost = static_cast<int32_t>(std::clamp(expectedNow - receivedNow, kLeast, kMost));
  block.highestSequence = static_cast<uint32_t>(cycles_) + maxSequence_;
  block.jitter = jitter();
  if (hasSr_) {
    block.lastSr = compactNtp(sr_.ntp);
    const int64_t delayNs = std::max<int64_t>(nowNs - srNs_, 0);
    block.delaySinceLastSr = arrivalTicks(delayNs, 65536);
  }
  return block;
}

}  // namespace parlour::rtp
