// Ingest: what one publisher's RTP goes through between its decryption and its pads.
//
// m-line, layer and retransmission of every packet are found out, loss is asked for again, and the
// publisher is told what arrived: NACK, transport-wide feedback, receiver reports, PLI.
// Sources: RFC 8843 9.2, RFC 4588, RFC 4585, draft-holmer-rmcat-transport-wide-cc-extensions-01.
// Thread: the peer's I/O thread, but for StreamOutput's atomics.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

#include "base/ref.hpp"
#include "rtp/inbound_demux.hpp"
#include "rtp/nack_generator.hpp"
#include "rtp/receive_stats.hpp"
#include "rtp/rtcp.hpp"
#include "rtp/twcc.hpp"
#include "transport/media_counters.hpp"
#include "transport/rtp_buffer.hpp"
#include "transport/track_fanout.hpp"

namespace parlour::transport {

/// Reception of one stream, written by the I/O thread, read by any.
struct StreamCounters {
  std::atomic<uint64_t> packets{0}, bytes{0}, recovered{0}, nacks{0}, plis{0};
  std::atomic<uint64_t> frames{0}, keyFrames{0};  ///< Video: pictures that ended, key frames begun.
  std::atomic<uint32_t> fractionLost{0};          ///< 1/256, over the last report interval.
  std::atomic<int64_t> lost{0};
  std::atomic<uint32_t> jitterUs{0};
  std::atomic<uint32_t> ssrc{0};
  std::atomic<uint32_t> pictureSize{0};  ///< Of the last key frame: width << 16 | height; 0: unknown.
  std::atomic<int64_t> firstPacketNs{0};  ///< Monotonic, like the next; 0: none yet.
  std::atomic<int64_t> lastPacketNs{0};
};

/// Where the packets of one m-line (and rid) go: a pad of the peer's source element.
class StreamOutput {
 public:
  virtual ~StreamOutput() = default;
  /// I/O thread. Must not block.
  virtual void push(Buf<GstBuffer> buffer) noexcept = 0;
  /// I/O thread: a sender report placed the stream on the server's clock.
  virtual void onSenderClock(const SenderClock& clock) noexcept = 0;
  /// I/O thread: the first packet, or one with another payload type than those before.
  virtual void onPayloadType(uint8_t payloadType) noexcept = 0;
  StreamCounters counters;
};

/// An m-line that a peer publishes on.
struct IngestLine {
  rtp::InboundLine line;
  std::vector<std::shared_ptr<StreamOutput>> outputs;  ///< By rid; one where there are no rids.
  bool video = false;
  bool nack = false;
};

struct IngestSettings {
  std::vector<IngestLine> lines;
  uint32_t localSsrc = 1;  ///< Sender SSRC of our feedback.
  std::string cname;
};

class Ingest {
 public:
  /// Sends a compound RTCP packet to the publisher.
  using SendRtcp = std::function<void(std::span<const uint8_t> compound)>;
  /// `counters`: those of the I/O thread, which outlive this.
  Ingest(SendRtcp send, IngestCounters& counters) : send_(std::move(send)), counters_(counters) {}

  void configure(IngestSettings settings);
  /// A decrypted packet of `size` bytes in `buffer` (of the pool, with its meta).
  void onRtp(Buf<GstBuffer> buffer, ParlourRtpMeta& meta, size_t size, int64_t nowNs);
  /// Decrypted RTCP: sender reports and BYE concern the publisher's own streams.
  void onRtcp(std::span<const uint8_t> compound, int64_t nowNs);
  /// Does what is due; returns when to be called again, 0 for "not before the next packet".
  int64_t tick(int64_t nowNs);
  /// Asks the publisher of `output` for a key frame now.
  void requestKeyFrame(const StreamOutput* output);

 private:
  struct Stream {
    uint32_t ssrc;
    const IngestLine* line;
    std::shared_ptr<StreamOutput> output;
    rtp::ReceiveStats stats;
    rtp::NackGenerator nack;
    bool asksAgain;
    uint32_t clockRate;
    int64_t lastPacketNs = 0;
    int payloadType = -1;
  };
  Stream* streamOf(const rtp::InboundDemux::Match& match);
  void count(Stream& stream, const rtp::ParsedPacket& packet, bool recovered, int64_t nowNs);
  void sendNacks(int64_t nowNs);
  void sendTransportFeedback();
  void sendReceiverReport(int64_t nowNs);
  void placeOnServerClock(Stream& stream, const rtp::SenderReport& report, int64_t nowNs);
  /// Every feedback packet rides behind a report and our name (RFC 3550 6.1), whether or not the
  /// peer knows reduced-size RTCP.
  size_t begin(std::span<uint8_t> compound) const;

  const SendRtcp send_;
  IngestCounters& counters_;
  IngestSettings settings_;
  rtp::ExtensionMap extensions_ = rtp::emptyExtensionMap();
  rtp::InboundDemux demux_;
  rtp::TwccRecorder twcc_;
  bool twccSeen_ = false;
  uint32_t twccSsrc_ = 0;
  std::vector<std::unique_ptr<Stream>> streams_;
  int64_t nextTwccNs_ = 0, nextNackNs_ = 0, nextReportNs_ = 0;
  int64_t lastPacketNs_ = 0;
  bool clockKnown_ = false;
  int64_t clockOffsetNs_ = 0;  ///< Server's monotonic time minus the publisher's NTP time.
};

}  // namespace parlour::transport
