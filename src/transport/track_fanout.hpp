// TrackFanout: one published stream (a track, or one simulcast layer) on its way to the workers.
//
// rtpsfu's sink pad delivers here; every worker with a subscriber that wants the stream gets the
// shared buffer, once. Nothing is copied and no lock is taken per packet besides the worker's own
// inbox, once per batch. Owner: call/ (shared with the workers while packets are on their way).
#pragma once

#include <array>
#include <atomic>
#include <memory>

#include "base/mutex.hpp"
#include "transport/fanout.hpp"

namespace parlour::transport {

class Hub;
struct FanoutEntry;

constexpr size_t kMaxWorkers = 32;

/// Maps RTP time of a stream to the server's monotonic clock, from its sender reports.
struct SenderClock {
  bool known = false;
  uint32_t rtpTimestamp = 0;
  int64_t serverNs = 0;
};

class TrackFanout final : public PacketSink {
 public:
  TrackFanout(Hub& hub, uint32_t trackId, bool isVideo, uint32_t rate)
      : id(trackId), video(isVideo), clockRate(rate), hub_(hub) {}

  const uint32_t id;
  const bool video;
  const uint32_t clockRate;  ///< Hz.

  // --- any streaming thread ---
  void deliver(GstBuffer* buffer, const rtp::ParsedPacket& packet) noexcept override;

  // --- any thread ---
  /// Where key frames are asked for; null from before the sink pad goes.
  void setKeyFrameSource(KeyFrameSource* source);
  void requestKeyFrame();
  void setSenderClock(const SenderClock& clock);
  SenderClock senderClock() const;
  /// Does any worker want packets?
  bool wanted() const { return workers_.load(std::memory_order_relaxed) != 0; }
  /// Monotonic arrival of the newest packet, 0 before the first.
  int64_t lastPacketNs() const { return lastPacketNs_.load(std::memory_order_relaxed); }

  // --- a worker, about itself ---
  void listen(size_t worker, bool on);
  FanoutEntry*& entry(size_t worker) { return entries_[worker]; }

 private:
  Hub& hub_;
  std::atomic<uint32_t> workers_{0};
  std::atomic<int64_t> lastPacketNs_{0};
  std::array<FanoutEntry*, kMaxWorkers> entries_{};  ///< [i] belongs to worker i.
  mutable Mutex mutex_;
  KeyFrameSource* source_ GUARDED_BY(mutex_) = nullptr;
  SenderClock clock_ GUARDED_BY(mutex_);
};

}  // namespace parlour::transport
