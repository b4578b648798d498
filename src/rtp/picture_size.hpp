// How large the pictures of a stream are, as its key frames say.
// Sources: RFC 6386 section 9.1 (VP8), RFC 9628 section 4.2.1 (VP9), H.264 section 7.3.2.1.1,
// AV1 section 5.5.1. Thread: any.
#pragma once

#include "rtp/packet.hpp"

namespace parlour::rtp {

struct PictureSize {
  uint16_t width = 0, height = 0;  ///< Pixels; 0 where the packet does not say.
  bool operator==(const PictureSize&) const = default;
};

/// Of the largest spatial layer in the stream. Both 0 for packets that do not begin a key frame, and
/// for key frames that do not say it in their first packet (H.264 with its parameters elsewhere).
PictureSize pictureSizeOf(const ParsedPacket& packet);

/// The same of bare payloads.
PictureSize h264PictureSize(std::span<const uint8_t> payload);
PictureSize av1PictureSize(std::span<const uint8_t> payload);

}  // namespace parlour::rtp
