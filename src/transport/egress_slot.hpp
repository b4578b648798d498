// EgressSlot: one m-line that a subscriber receives on: constant SSRC, whoever is in it.
//
// Thread: the worker that owns its subscriber; counters are read by any.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "rtp/header_writer.hpp"
#include "rtp/rtcp.hpp"
#include "rtp/slot_rewriter.hpp"
#include "transport/track_history.hpp"

namespace parlour::transport {

class Subscriber;
struct FanoutEntry;

/// What a slot sends and hears of its receiver. Written by the worker, read by any thread.
struct SlotCounters {
  std::atomic<uint64_t> packets{0}, bytes{0}, retransmitted{0}, nacks{0}, plis{0}, dropped{0};
  std::atomic<uint32_t> fractionLost{0};  ///< 1/256, last receiver report.
  std::atomic<int64_t> cumulativeLost{0};
  std::atomic<uint32_t> jitterUs{0};
  std::atomic<int64_t> rttNs{0};
  std::atomic<int64_t> firstPacketNs{0};  ///< Monotonic time of the first it sent; 0: none yet.
};

/// How a slot is named in the answer; constant for the subscriber's stay.
struct SlotIdentity {
  std::string mid;
  bool video = false;
  uint32_t ssrc = 0;
  uint32_t rtxSsrc = 0;
  std::string cname;
  rtp::ExtensionIds extensions{};
};

/// What to send in a slot from the next packet (audio) or key frame (video) on.
struct SlotSource {
  uint32_t csrc = 0;
  rtp::Codec codec = rtp::Codec::kUnknown;  ///< Packets of another codec are dropped; unknown: none.
  uint8_t payloadType = 0;
  int rtxPayloadType = -1;
  bool takes(rtp::Codec packet) const {
    return codec == rtp::Codec::kUnknown || packet == codec || packet == rtp::Codec::kUnknown;
  }
};

struct EgressSlot {
  EgressSlot(Subscriber& owner, SlotIdentity name, std::shared_ptr<SlotCounters> counts);

  /// A time with one source in the slot. The last few are kept, so that whatever is in the slot by
  /// then, a repeat carries the payload of the packet that was lost.
  struct Era {
    std::shared_ptr<TrackHistory> history;
    SlotSource source;
    uint16_t number = 0;
  };
  /// A packet as it was sent.
  struct Sent {
    uint32_t index = 0;  ///< In its era's history.
    uint32_t timestamp = 0;
    uint32_t lastSentMs = 0;  ///< Monotonic, modulo 2^32.
    rtp::PictureIds ids;
    uint16_t sequence = 0;
    uint16_t era = 0;  ///< 0: none.
  };
  static constexpr size_t kRemembered = TrackHistory::kCapacity;
  static constexpr size_t kEras = 4;

  Subscriber& subscriber;
  SlotIdentity identity;
  std::shared_ptr<SlotCounters> counters;

  FanoutEntry* live = nullptr;     ///< Flows now.
  FanoutEntry* waiting = nullptr;  ///< Takes over at its next key frame.
  SlotSource waitingSource;
  rtp::SlotRewriter rewriter;
  uint16_t rtxSequence = 0;
  std::vector<Sent> sent;          ///< By sequence modulo kRemembered; empty before the first.
  std::array<Era, kEras> eras;     ///< By number modulo kEras.
  uint16_t era = 0;                ///< The present one; 0 before the first.
  // For sender reports.
  uint32_t sentPackets = 0, sentOctets = 0;
  int64_t lastSentNs = 0;
  bool reportDue = false;

  /// From the next packet on the slot carries `source`, whose packets are in `history` (null for
  /// audio, which is not repeated).
  void beginEra(const SlotSource& source, std::shared_ptr<TrackHistory> history);
  const SlotSource& source() const { return eras[era % kEras].source; }
  void remember(uint32_t index, const rtp::Rewritten& as, int64_t nowNs);
  /// What was sent under that sequence; null where it or its packet is not known any more.
  Sent* find(uint16_t sequence);
  const Era& eraOf(const Sent& packet) const { return eras[packet.era % kEras]; }
  GstBuffer* packetOf(const Sent& packet) const;
  /// Lets go of what no receiver asks for any more.
  void dropOld(int64_t nowNs);
  void forget();
};

}  // namespace parlour::transport
