// Transport-wide congestion control feedback, both directions.
// Source: draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1.
// Thread: one at a time (a peer's I/O thread).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "rtp/rtcp.hpp"
#include "rtp/sequence.hpp"

namespace parlour::rtp {

/// Receiver side: remembers arrivals of one transport and writes feedback about them.
class TwccRecorder {
 public:
  static constexpr int64_t kWindow = 2048;  ///< Sequences remembered; a power of two.

  TwccRecorder();

  /// A packet with that transport-wide sequence came. The first arrival counts. What is
  /// kWindow behind the newest is forgotten, reported or not.
  void record(uint16_t sequence, int64_t arrivalNs);

  /// Anything not yet reported?
  bool pending() const { return pending_; }

  /// Writes one feedback packet over everything since the last one, missing packets included, and
  /// counts it as reported. Returns its size in bytes, 0 where nothing is pending or `size` is
  /// under kMinSize. Where not all fits (bytes, or more than 8 s between two arrivals), the rest
  /// stays pending: call again. A late packet is reported with the ones around it again.
  size_t build(uint8_t* out, size_t size, uint32_t senderSsrc, uint32_t mediaSsrc);

  static constexpr size_t kMinSize = 28;

 private:
  static constexpr int64_t kNone = INT64_MIN;
  int64_t& slot(int64_t sequence) {
    return arrivals_[static_cast<size_t>(sequence & (kWindow - 1))];
  }
  void restart(int64_t sequence);
  void writeHead(uint8_t* out, size_t size, uint32_t senderSsrc, uint32_t mediaSsrc, size_t packets,
                 int64_t reference);

  Unwrapper<uint16_t> sequences_;
  std::vector<int64_t> arrivals_;  ///< 250 µs; by sequence modulo kWindow, kNone where missing.
  int64_t begin_ = 0;              ///< First sequence of the next feedback.
  int64_t end_ = 0;                ///< One past the newest.
  bool pending_ = false;           ///< Arrivals not reported yet.
  uint8_t feedbackCount_ = 0;
};

/// Sender side: walks a received feedback packet.
class TwccReader {
 public:
  struct Arrival {
    uint16_t sequence = 0;
    bool received = false;
    int64_t arrivalNs = 0;  ///< On the receiver's clock, modulo 2^24 × 64 ms; received ones only.
  };

  /// False where the packet is not a well-formed feedback of at least one packet.
  bool open(const RtcpPacket& packet);
  /// The packets reported on, in sequence order. False at the end, or where the bytes end early
  /// (see malformed()).
  bool next(Arrival& out);

  uint16_t baseSequence() const { return base_; }
  uint16_t packetCount() const { return packets_; }
  uint8_t feedbackCount() const { return feedbackCount_; }
  bool malformed() const { return malformed_; }

 private:
  bool splitDeltas();
  uint8_t nextSymbol();
  bool takeDelta(uint8_t symbol);

  std::span<const uint8_t> chunks_;
  std::span<const uint8_t> deltas_;
  uint16_t base_ = 0, packets_ = 0, done_ = 0;
  uint8_t feedbackCount_ = 0;
  int64_t ticks_ = 0;  ///< 250 µs.
  uint16_t chunk_ = 0;
  uint16_t chunkLeft_ = 0;  ///< Symbols left in chunk_.
  bool malformed_ = false;
};

}  // namespace parlour::rtp
