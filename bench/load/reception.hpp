// Reception: what one client receives: loss by the stamps, delay, and the reports a browser sends.
// Thread: one at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "load/histogram.hpp"
#include "load/measure/picture_flow.hpp"
#include "load/remote.hpp"
#include "load/sources.hpp"
#include "load/stamp.hpp"
#include "rtp/nack_generator.hpp"
#include "rtp/packet.hpp"
#include "rtp/receive_stats.hpp"
#include "rtp/twcc.hpp"

namespace parlour::bench {

/// Delays of all clients of a thread, ns.
struct Delays {
  Histogram endToEnd;  ///< From before the sender encrypted to after the receiver read.
  Histogram wire;      ///< To when the kernel queued it at the receiver: without the receiver.
};

class Reception {
 public:
  struct Totals {
    uint64_t expected = 0, received = 0;
    uint64_t foreign = 0;  ///< Without a stamp.
    uint64_t late = 0;     ///< Older than one before, or twice.
    uint64_t lost() const { return expected > received ? expected - received : 0; }
    void add(const Totals& o) {
      expected += o.expected;
      received += o.received;
      foreign += o.foreign;
      late += o.late;
    }
  };

  /// What is done beyond counting packets.
  struct Watch {
    bool pictures = false;  ///< Follow which pictures can be decoded.
    bool repair = false;    ///< Ask again for what is missing, as a browser does.
  };
  /// `sender`: says what ids and payload types mean; outlives this.
  explicit Reception(const Remote& sender) : Reception(sender, {}) {}
  Reception(const Remote& sender, Watch watch) : sender_(sender), watch_(watch) {}

  /// A packet in clear; `arrivalNs` when the kernel had it, `nowNs` now, both monotonic. Delays are
  /// of packets whose source `clock` calls its own; without it, of all. Returns how many pictures
  /// became decodable.
  unsigned onRtp(std::span<uint8_t> packet, int64_t arrivalNs, int64_t nowNs, Delays& delays,
                 const Sources* clock = nullptr);
  /// Forgets what was counted so far.
  void beginWindow();
  /// Counts since beginWindow(), with what the sources sent after the last packet received.
  Totals totals(const Sources& sources) const;
  /// The same, with what came out of a stream's end not counted: who left or was turned away from.
  Totals totals() const { return totals(Sources(0)); }

  /// What was seen since the last call. Needs Watch::pictures, as the next two.
  FlowTally takeFlow();
  /// The viewer has asked for other pictures.
  void expectChange();
  /// Slots whose picture should move: how many do, and how many stand although their source sends.
  struct Moving {
    uint32_t moving = 0, stalled = 0;
  };
  Moving moving(const Sources& sources, int64_t nowNs) const;
  /// RFC 3550 jitter of every stream into `histogram`, ns.
  void addJitter(Histogram& histogram) const;

  /// Receiver report and SDES; 0 with nothing received yet.
  size_t writeReport(std::span<uint8_t> out, uint32_t ssrc, std::string_view cname, int64_t nowNs);
  /// Transport-wide feedback; 0 where nothing is to be told.
  size_t writeTransportFeedback(std::span<uint8_t> out, uint32_t ssrc);
  void onSenderReport(const rtp::SenderReport& report, int64_t nowNs);
  /// Requests for what is missing: NACKs, and PLIs where only a key frame helps; 0 where nothing
  /// is. Needs Watch::repair.
  size_t writeRepair(std::span<uint8_t> out, uint32_t ssrc, int64_t nowNs);

 private:
  struct Stream {
    uint32_t ssrc;
    rtp::ReceiveStats stats;
    uint32_t source = 0;                    ///< Of the last packet.
    uint32_t first = 0;                     ///< Sequence the present count begins with.
    uint32_t last = 0;                      ///< Newest sequence.
    uint16_t lastRtp = 0;                   ///< RTP sequence of the same packet.
    uint64_t received = 0;                  ///< Of this source, since `first`.
    std::unique_ptr<PictureFlow> pictures;  ///< Of video, where they are watched.
    std::unique_ptr<rtp::NackGenerator> nacks;
    int64_t askedKeyNs = 0;
    uint32_t clockRate = 90000;
  };
  Stream& streamOf(const rtp::ParsedPacket& packet);
  void count(Stream& stream, const Stamp& stamp, uint16_t rtpSequence);
  unsigned follow(Stream& stream, const rtp::ParsedPacket& packet, uint32_t source, int64_t nowNs);
  size_t writeKeyFrameRequest(Stream& stream, std::span<uint8_t> out, uint32_t ssrc, int64_t nowNs);

  const Remote& sender_;
  const Watch watch_;
  std::vector<Stream> streams_;
  Totals closed_;  ///< Of sources that streams no longer carry.
  std::unique_ptr<rtp::TwccRecorder> twcc_;
};

}  // namespace parlour::bench
