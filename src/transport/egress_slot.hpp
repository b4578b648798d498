// EgressSlot: one m-line that a subscriber receives on: constant SSRC, whoever is in it.
//
// Thread: the worker that owns its subscriber; counters are read by any.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "base/ref.hpp"
#include "rtp/header_writer.hpp"
#include "rtp/rtcp.hpp"
#include "rtp/slot_rewriter.hpp"

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

  /// A packet as it was sent, for retransmission: whatever is in the slot by then, the repeat
  /// carries the old source's payload.
  struct Sent {
    Buf<GstBuffer> buffer;
    int64_t lastSentNs = 0;
    uint32_t timestamp = 0;
    rtp::PictureIds ids;
    SlotSource source;
    uint16_t sequence = 0;
  };
  static constexpr size_t kHistory = 512;

  Subscriber& subscriber;
  SlotIdentity identity;
  std::shared_ptr<SlotCounters> counters;

  FanoutEntry* live = nullptr;     ///< Flows now.
  FanoutEntry* waiting = nullptr;  ///< Takes over at its next key frame.
  SlotSource liveSource, waitingSource;
  rtp::SlotRewriter rewriter;
  uint16_t rtxSequence = 0;
  std::vector<Sent> history;       ///< By sequence modulo kHistory; empty before the first packet.
  // For sender reports.
  uint32_t sentPackets = 0, sentOctets = 0;
  int64_t lastSentNs = 0;
  bool reportDue = false;

  Sent* find(uint16_t sequence);
  void remember(GstBuffer* buffer, const rtp::Rewritten& as, int64_t nowNs);
};

}  // namespace parlour::transport
