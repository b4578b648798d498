// ReceiveStats: reception of one SSRC, as report blocks tell it.
// Source: RFC 3550 appendix A.1, A.3, A.8. Thread: the stream's I/O thread. Allocates nothing.
#pragma once

#include <cstdint>

#include "rtp/rtcp.hpp"

namespace parlour::rtp {

class ReceiveStats {
 public:
  /// `clockRate` in Hz, of the payload type.
  explicit ReceiveStats(uint32_t clockRate) : clockRate_(clockRate) {}

  /// A packet came. `recovered` ones (RTX) count in packets() and bytes() alone: blocks tell what
  /// the network lost, which the publisher's rate control wants to know (RFC 4588 section 9).
  /// Two packets in a row after a jump restart the statistics (the sender has restarted).
  void onPacket(uint16_t sequence, uint32_t timestamp, int64_t arrivalNs, size_t bytes,
                bool recovered = false);
  void onSenderReport(const SenderReport& report, int64_t nowNs);

  /// The block for `ssrc`; fraction lost is counted since the last call. Without a packet yet,
  /// everything is 0.
  ReportBlock report(uint32_t ssrc, int64_t nowNs);

  uint64_t packets() const { return totalPackets_; }
  uint64_t bytes() const { return totalBytes_; }
  int64_t lost() const { return started_ ? expected() - static_cast<int64_t>(received_) : 0; }
  uint32_t jitter() const { return static_cast<uint32_t>(jitter_ >> 4); }  ///< Timestamp units.
  int64_t lastArrivalNs() const { return lastArrivalNs_; }
  bool hasSenderReport() const { return hasSr_; }
  /// Last sender report; needs hasSenderReport().
  const SenderReport& senderReport() const { return sr_; }
  int64_t senderReportNs() const { return srNs_; }

 private:
  void start(uint16_t sequence);
  bool place(uint16_t sequence);
  void measureJitter(uint32_t timestamp, int64_t arrivalNs);
  int64_t expected() const {
    return static_cast<int64_t>(cycles_ + maxSequence_) - baseSequence_ + 1;
  }

  uint32_t clockRate_;
  bool started_ = false;
  uint16_t maxSequence_ = 0;
  uint64_t cycles_ = 0;  ///< Wraps × 65536.
  uint32_t baseSequence_ = 0;
  uint32_t badSequence_ = 0;  ///< Expected after a jump; out of 16 bits where none.
  uint64_t received_ = 0;
  int64_t expectedPrior_ = 0;
  int64_t receivedPrior_ = 0;
  bool hasTransit_ = false;
  uint32_t lastTransit_ = 0;
  uint32_t lastTimestamp_ = 0;
  uint32_t jitter_ = 0;  ///< Times 16, as in A.8.
  int64_t lastArrivalNs_ = 0;
  uint64_t totalPackets_ = 0;
  uint64_t totalBytes_ = 0;
  bool hasSr_ = false;
  SenderReport sr_;
  int64_t srNs_ = 0;
};

}  // namespace parlour::rtp
