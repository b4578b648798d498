// StreamFormat: what the caps of an RTP stream say, read once per caps event.
// Thread: any (immutable once made).
#pragma once

#include <gst/gst.h>

#include <memory>

#include "base/ref.hpp"
#include "rtp/packet.hpp"

namespace parlour::sfu {

struct StreamFormat {
  rtp::Codec codec = rtp::Codec::kUnknown;
  bool video = false;      ///< A codec whose key frames can be told from other frames.
  uint32_t clockRate = 0;  ///< Hz; 0 where the caps do not say.
  int payloadType = -1;    ///< -1 where the caps do not say.
  rtp::ExtensionMap extensions = rtp::emptyExtensionMap();
  Buf<GstCaps> caps;

  /// The packet knows best, since caps may be silent about the codec.
  bool videoIn(const rtp::ParsedPacket& packet) const;
  uint32_t clockRateOf(const rtp::ParsedPacket& packet) const;
  /// Whether a receiver can begin with this packet.
  bool startsAt(const rtp::ParsedPacket& packet) const {
    return packet.keyFrame || !videoIn(packet);
  }
};

/// Never null; fields that the caps lack keep their defaults. Header extensions are read from
/// `extmap-<id>` fields: a string, or an array of direction, URI and attributes.
std::shared_ptr<const StreamFormat> streamFormatOf(GstCaps* caps);

/// The caps of an output of that format under another SSRC and payload type (-1: the input's own).
/// Fields that tell about the input's SSRCs and retransmission are left out.
Buf<GstCaps> outputCaps(const StreamFormat& format, uint32_t ssrc, int payloadType);

}  // namespace parlour::sfu
