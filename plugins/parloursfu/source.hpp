// Source: one RTP stream that comes into an rtpsfu; the C++ side of a sink pad.
//
// Fields are grouped by the thread that may touch them: the pad's streaming thread runs without a
// lock that any other pad takes. Owner: the sink pad; shared with the outputs that take from it.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include "base/mutex.hpp"
#include "housekeeping.hpp"
#include "loudness.hpp"
#include "rtp/key_frame_requests.hpp"
#include "stream_format.hpp"
#include "transport/fanout.hpp"
#include "transport/rtp_buffer.hpp"

namespace parlour::sfu {

class Output;
class Source;

/// A packet on its way to an output, with what is needed to understand it.
struct Item {
  std::shared_ptr<Source> source;
  std::shared_ptr<const StreamFormat> format;
  Buf<GstBuffer> buffer;  ///< Has a ParlourRtpMeta.
  GstClockTime runningTime = GST_CLOCK_TIME_NONE;
  bool restart = false;  ///< The first one after the gate was closed.
};

class Source final : public transport::KeyFrameSource, public std::enable_shared_from_this<Source> {
 public:
  struct Counters {
    std::atomic<uint64_t> packets{0}, bytes{0}, droppedGate{0}, malformed{0}, keyFrames{0},
        requestsAsked{0}, requestsSent{0};
  };
  using Listeners = std::vector<std::shared_ptr<Output>>;

  explicit Source(std::shared_ptr<Housekeeping> housekeeping)
      : housekeeping_(std::move(housekeeping)) {}

  // --- the pad's streaming thread, or anyone who holds the pad's stream lock ---
  void setFormat(std::shared_ptr<const StreamFormat> format);
  void setFanout(transport::PacketSink* fanout) { fanout_ = fanout; }
  /// Takes one packet; `runningTime` is that of the buffer, or none. Never blocks.
  void onBuffer(Buf<GstBuffer> buffer, GstClockTime runningTime);

  // --- any thread ---
  void requestKeyFrame() noexcept override;
  void setGate(bool open);
  bool gateOpen() const { return open_.load(std::memory_order_relaxed); }
  bool video() const { return video_.load(std::memory_order_relaxed); }
  Loudness::Level takeLoudness() { return forReader_.take(); }
  void addListener(std::shared_ptr<Output> output);
  void removeListener(const Output& output);

  // --- housekeeping ---
  /// True when a request is to be sent upstream now; it then counts as sent.
  bool takeDueRequest(int64_t nowNs);
  bool wantsKeyFrame();
  Loudness::Level takeLoudnessForSpeakers() { return forSpeakers_.take(); }

  std::atomic<uint32_t> track{0};  ///< 0: none.
  std::atomic<uint32_t> layer{0};  ///< The larger, the better, among sources of one track.
  std::atomic<bool> ended{false};  ///< EOS came.
  Counters counters;

  /// How long a request is repeated for someone who does not say that it still waits.
  static constexpr int64_t kAskLifetimeNs = 5 * kNsPerSecond;

 private:
  bool passesGate(const rtp::ParsedPacket& packet);
  Buf<GstBuffer> withMeta(Buf<GstBuffer> buffer);
  Buf<GstBuffer> copyForeign(GstBuffer* buffer);
  void toListeners(const Buf<GstBuffer>& buffer, GstClockTime runningTime, bool restart);
  bool anyoneWaits();

  const std::shared_ptr<Housekeeping> housekeeping_;

  // Streaming thread
  std::shared_ptr<const StreamFormat> format_ = std::make_shared<StreamFormat>();
  transport::PacketSink* fanout_ = nullptr;
  std::optional<transport::RtpBufferPool> pool_;  ///< For packets that come without a meta.
  bool wasClosed_ = false;

  // Shared
  std::atomic<bool> open_{true};
  std::atomic<bool> video_{false};
  Loudness forReader_, forSpeakers_;
  Mutex requestsMutex_;
  rtp::KeyFrameRequests requests_ GUARDED_BY(requestsMutex_);
  int64_t lastAskNs_ GUARDED_BY(requestsMutex_) = 0;
  std::atomic<bool> listened_{false};
  Mutex listenersMutex_;
  std::shared_ptr<const Listeners> listeners_ GUARDED_BY(listenersMutex_) =
      std::make_shared<Listeners>();
};

}  // namespace parlour::sfu
