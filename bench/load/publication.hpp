// Publication: one synthetic track, shaped like VP8 or Opus; every packet carries a Stamp.
// Thread: one at a time. Allocates nothing per packet.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "rtp/header_writer.hpp"
#include "rtp/rtcp.hpp"
#include "transport/srtp/srtp.hpp"

namespace parlour::bench {

/// Sources of one video track: its layers have numbers that follow each other.
constexpr uint32_t kSourcesOfTrack = 4;

class Publication {
 public:
  struct Spec {
    uint32_t source = 0;  ///< In Sources and in the stamps.
    bool video = true;
    uint32_t ssrc = 0;
    std::string mid;
    uint32_t packetBytes = 1100;  ///< RTP packet in clear, header included.
    uint32_t burst = 5;           ///< Packets of a picture or sound.
    uint32_t rate = 30;           ///< Pictures or sounds a second.
    std::string rid;              ///< Of a simulcast layer; empty without.
    uint16_t width = 640, height = 360;
  };
  explicit Publication(const Spec& spec);

  const Spec& spec() const { return spec_; }
  int64_t periodNs() const;
  /// The next picture will be a key frame.
  void requestKeyFrame() { keyWanted_ = true; }
  /// RFC 6464, -dBov of what is heard from now on; kSilence for a microphone that hears nobody.
  void setLevel(uint8_t level);

  /// Begins a picture or sound; then packet() is called `burst` times.
  void begin();
  /// Its next packet: the header is written into `header`, the payload is kept here until the next
  /// call. `transportSequence` is the transport-wide one.
  transport::SrtpPacket packet(std::span<uint8_t> header, int64_t nowNs,
                               uint16_t transportSequence);

  uint32_t sent() const { return sent_; }  ///< Packets so far, the last one's Stamp::sequence.
  rtp::SenderReport report(int64_t wallNs) const;

 private:
  size_t addRid(std::span<uint8_t> header, size_t size) const;
  void writeVp8(uint8_t* payload, bool first);

  const Spec spec_;
  const rtp::ExtensionIds ids_;
  std::vector<uint8_t> payload_;
  rtp::ParsedPacket level_;  ///< Lends its audio level to the header.
  uint8_t levelByte_;
  uint32_t sent_ = 0, octets_ = 0, timestamp_, place_ = 0;
  uint16_t sequence_ = 1000, pictureId_ = 0;
  bool keyWanted_ = true, key_ = false;
};

}  // namespace parlour::bench
