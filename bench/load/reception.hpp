// Reception: what one client receives: loss by the stamps, delay, and the reports a browser sends.
// Thread: one at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "load/histogram.hpp"
#include "load/remote.hpp"
#include "load/sources.hpp"
#include "load/stamp.hpp"
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
  };

  /// `sender`: says what ids and payload types mean; outlives this.
  explicit Reception(const Remote& sender) : sender_(sender) {}

  /// A packet in clear; `arrivalNs` when the kernel had it, `nowNs` now, both monotonic.
  void onRtp(std::span<uint8_t> packet, int64_t arrivalNs, int64_t nowNs, Delays& delays);
  /// Forgets what was counted so far.
  void beginWindow();
  /// Counts since beginWindow(), with what the sources sent after the last packet received.
  Totals totals(const Sources& sources) const;

  /// Receiver report and SDES; 0 with nothing received yet.
  size_t writeReport(std::span<uint8_t> out, uint32_t ssrc, std::string_view cname, int64_t nowNs);
  /// Transport-wide feedback; 0 where nothing is to be told.
  size_t writeTransportFeedback(std::span<uint8_t> out, uint32_t ssrc);
  void onSenderReport(const rtp::SenderReport& report, int64_t nowNs);

 private:
  struct Stream {
    uint32_t ssrc;
    rtp::ReceiveStats stats;
    uint32_t source = 0;    ///< Of the last packet.
    uint32_t first = 0;     ///< Sequence the present count begins with.
    uint32_t last = 0;      ///< Newest sequence.
    uint64_t received = 0;  ///< Of this source, since `first`.
  };
  Stream& streamOf(const rtp::ParsedPacket& packet);
  void count(Stream& stream, const Stamp& stamp);

  const Remote& sender_;
  std::vector<Stream> streams_;
  Totals closed_;  ///< Of sources that streams no longer carry.
  std::unique_ptr<rtp::TwccRecorder> twcc_;
};

}  // namespace parlour::bench
