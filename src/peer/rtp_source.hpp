// The element of a peer bin that gives out the RTP its transport decrypted: one pad per published
// track and layer.
//
//   I/O thread ─▶ RtpPad::push ─▶ pad `audio_<mid>` / `video_<mid>[_<rid>]` ─▶ ghost ─▶ rtpsfu
//
// It has no thread of its own: a push runs on the I/O thread of the peer.
#pragma once

#include <gst/gst.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "base/ref.hpp"
#include "transport/ingest.hpp"
#include "transport/track_fanout.hpp"

namespace parlour::peer {

/// A new, empty source element, floating.
GstElement* parlour_rtp_source_new();

/// One pad of it, and the transport's way in. Thread: control, unless said otherwise.
class RtpPad final : public transport::StreamOutput {
 public:
  struct Callbacks {
    std::function<void()> wantKeyFrame;             ///< Any thread.
    std::function<void(uint8_t)> onPayloadType;     ///< I/O thread.
  };
  /// Adds a pad called `name` with `caps` to `source`.
  RtpPad(GstElement* source, const std::string& name, GstCaps* caps, Callbacks callbacks);
  ~RtpPad() override;

  GstPad* pad() const { return pad_.get(); }
  void setFanout(std::shared_ptr<transport::TrackFanout> fanout);
  /// Takes the pad off its element. Pushes that come later are dropped.
  void remove();

  // I/O thread:
  void push(Buf<GstBuffer> buffer) noexcept override;
  void onSenderClock(const transport::SenderClock& clock) noexcept override;
  void onPayloadType(uint8_t payloadType) noexcept override;

 private:
  Ref<GstElement> source_;
  Ref<GstPad> pad_;
  const Callbacks callbacks_;
  std::atomic<bool> removed_{false};
  Mutex mutex_;
  std::shared_ptr<transport::TrackFanout> fanout_ GUARDED_BY(mutex_);
  bool started_ = false;  ///< I/O thread.
  Buf<GstCaps> caps_;
};

}  // namespace parlour::peer
