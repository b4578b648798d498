// The two interfaces through which rtpsfu and the egress workers meet without linking each other.
// They cross the border of the plug-in as plain pointers, so they have no data and no code.
#pragma once

#include <gst/gst.h>

#include "rtp/packet.hpp"

namespace parlour::transport {

/// Someone who can have a publisher asked for a key frame. Implemented by rtpsfu's sink pads
/// (property `key-frame-source`), valid for as long as the pad is.
/// Thread: any. Requests are merged and throttled behind it; calling it often is harmless.
class KeyFrameSource {
 public:
  virtual void requestKeyFrame() noexcept = 0;

 protected:
  ~KeyFrameSource() = default;
};

/// Where rtpsfu gives the packets of one sink pad (its property `fanout`).
/// Thread: any streaming thread, one call at a time per pad. Must not block and must not call back
/// into the element except through KeyFrameSource.
class PacketSink {
 public:
  virtual ~PacketSink() = default;
  /// `buffer` carries a ParlourRtpMeta and `packet` is its ParsedPacket: bytes and packet stay
  /// valid for as long as a reference on `buffer` is held, and must not be changed. The callee
  /// takes its own reference.
  virtual void deliver(GstBuffer* buffer, const rtp::ParsedPacket& packet) noexcept = 0;
};

}  // namespace parlour::transport
