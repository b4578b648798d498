// The offer of a light client, and what it needs from the answer. Thread: any (pure).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "load/media_line.hpp"
#include "load/remote.hpp"
#include "rtp/header_writer.hpp"

namespace parlour::bench {

constexpr uint8_t kVideoPayloadType = 96, kAudioPayloadType = 111;
/// Of a=extmap for RIDs, in m-lines with simulcast alone.
constexpr uint8_t kRidExtensionId = 4;

/// Header extensions of every m-line, with ids that are the same in all.
rtp::ExtensionIds extensionIds();
rtp::ExtensionMap extensionMap();
/// Those of `ids` that a light client uses, with the ids the other side gave them.
rtp::ExtensionIds usedOf(const rtp::ExtensionMap& ids, bool video);

struct OfferShape {
  bool publishAudio = false, publishVideo = false;
  uint32_t audioSlots = 0, videoSlots = 0;
  uint32_t audioSsrc = 0, videoSsrc = 0;  ///< Of what is published.
  std::vector<std::string> rids;          ///< Simulcast layers of the video, smallest first.
  std::string cname;
  LocalTransport transport;

  uint32_t slots() const { return audioSlots + videoSlots; }
  /// Receive slots come first: the first m-line has to stay.
  std::string audioMid() const { return std::to_string(slots()); }
  std::string videoMid() const { return std::to_string(slots() + (publishAudio ? 1 : 0)); }
};
std::string writeOffer(const OfferShape& shape);

/// Error (kInvalid): bad_answer, also where an m-line was not taken or the server wants to begin
/// the DTLS handshake.
Result<Remote> readAnswer(std::string_view sdp, const OfferShape& shape);

}  // namespace parlour::bench
