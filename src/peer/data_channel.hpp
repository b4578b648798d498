// DataChannel: the client's one data channel, with its limits. Messages come on the control thread.
// Source: RFC 8831, RFC 8832. Thread: control.
#pragma once

#include <gst/webrtc/webrtc.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "base/ref.hpp"

namespace parlour::peer {

/// Messages of one participant: a token bucket.
struct DataLimits {
  double perSecond = 30;
  double burst = 60;
};

class DataChannel {
 public:
  static constexpr size_t kMaxMessageBytes = 16 * 1024 + 512;  ///< Payload and its envelope.
  static constexpr uint64_t kMaxBufferedBytes = 256 * 1024;

  DataChannel(GstWebRTCDataChannel* channel, const DataLimits& limits,
              std::function<void(const std::string&)> onMessage);
  ~DataChannel();

  /// False where the channel is not open, or its reader is too slow: the message is dropped and the
  /// reader is told once it catches up.
  bool send(const std::string& text);

 private:
  struct Inbound;
  std::shared_ptr<Inbound> inbound_;
  Ref<GstWebRTCDataChannel> channel_;
  SignalConnection onMessage_;
  bool slow_ = false;
};

}  // namespace parlour::peer
