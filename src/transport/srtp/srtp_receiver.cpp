#include <cstring>

#include "transport/srtp/packet_index.hpp"
#include "transport/srtp/rtp_header.hpp"
#include "transport/srtp/srtp.hpp"
#include "transport/srtp/srtp_cipher.hpp"
#include "transport/srtp/ssrc_table.hpp"

namespace parlour::transport {

struct SrtpReceiver::Private {
  explicit Private(const SrtpKeys& master)
      : profile(master.profile),
        rtpKeys(deriveRtpKeys(master)),
        rtcpKeys(deriveRtcpKeys(master)),
        rtpCipher(profile, PacketCipher::Direction::kDecrypt, rtpKeys),
        rtcpCipher(profile, PacketCipher::Direction::kDecrypt, rtcpKeys),
        rtpHmac(rtpKeys),
        rtcpHmac(rtcpKeys) {}

  bool gcm() const { return profile == SrtpProfile::kAeadAes128Gcm; }
  bool openRtp(uint8_t* packet, size_t headerSize, size_t clearSize, uint64_t index);
  bool openRtcp(uint8_t* packet, size_t clearSize, uint32_t index, const uint8_t* trailer,
                const uint8_t* tag);

  const SrtpProfile profile;
  const SrtpSessionKeys rtpKeys, rtcpKeys;
  PacketCipher rtpCipher, rtcpCipher;
  PacketHmac rtpHmac, rtcpHmac;

  SsrcTable rtp, rtcp;
};

SrtpReceiver::SrtpReceiver(const SrtpKeys& keys) : d_(std::make_unique<Private>(keys)) {}
SrtpReceiver::~SrtpReceiver() = default;
SrtpReceiver::SrtpReceiver(SrtpReceiver&&) noexcept = default;
SrtpReceiver& SrtpReceiver::operator=(SrtpReceiver&&) noexcept = default;

SrtpStatus SrtpReceiver::unprotect(uint8_t* packet, size_t& size) {
  const size_t tagSize = tagSizeOf(d_->profile);
  if (size < kRtpFixedHeader + tagSize) return SrtpStatus::kMalformed;
  const size_t clearSize = size - tagSize;
  const size_t headerSize = rtpHeaderSize({packet, clearSize});
  if (headerSize == 0) return SrtpStatus::kMalformed;

  const uint16_t sequence = readBe16(packet + 2);
  const uint32_t ssrc = readBe32(packet + 8);
  const SsrcTable::Found known = d_->rtp.find(ssrc);
  const uint64_t index = known.known() ? estimateIndex(known.highest(), sequence) : sequence;
  if (index > kMaxRtpIndex || !known.fresh(index)) return SrtpStatus::kReplayed;
  if (!d_->openRtp(packet, headerSize, clearSize, index)) return SrtpStatus::kAuthFailed;
  if (!d_->rtp.use(ssrc, index, known)) return SrtpStatus::kTooManySsrcs;
  size = clearSize;
  return SrtpStatus::kOk;
}

SrtpStatus SrtpReceiver::unprotectRtcp(uint8_t* packet, size_t& size) {
  const size_t tagSize = tagSizeOf(d_->profile);
  uint8_t trailer[4];
  if (size < kRtcpFixedHeader + sizeof trailer + tagSize || packet[0] >> 6 != 2)
    return SrtpStatus::kMalformed;
  const size_t clearSize = size - sizeof trailer - tagSize;
  // RFC 7714 §9 puts the index behind the tag, RFC 3711 §3.4 before it.
  const uint8_t* trailerAt = packet + clearSize + (d_->gcm() ? tagSize : 0);
  const uint8_t* tag = packet + clearSize + (d_->gcm() ? 0 : sizeof trailer);
  std::memcpy(trailer, trailerAt, sizeof trailer);
  // DTLS-SRTP's profiles encrypt RTCP (RFC 5764 §4.1.2): one in clear is not what was agreed.
  if (!(trailer[0] & 0x80)) return SrtpStatus::kMalformed;
  const uint32_t index = readBe32(trailer) & kMaxRtcpIndex;

  const uint32_t ssrc = readBe32(packet + 4);
  const SsrcTable::Found known = d_->rtcp.find(ssrc);
  if (!known.fresh(index)) return SrtpStatus::kReplayed;
  if (!d_->openRtcp(packet, clearSize, index, trailer, tag)) return SrtpStatus::kAuthFailed;
  if (!d_->rtcp.use(ssrc, index, known)) return SrtpStatus::kTooManySsrcs;
  size = clearSize;
  return SrtpStatus::kOk;
}

bool SrtpReceiver::Private::openRtp(uint8_t* packet, size_t headerSize, size_t clearSize,
                                    uint64_t index) {
  const std::span<uint8_t> payload(packet + headerSize, clearSize - headerSize);
  const uint8_t* tag = packet + clearSize;
  const SrtpIv iv = rtpIv(profile, rtpKeys, readBe32(packet + 8), index);
  if (gcm())
    return rtpCipher.begin(iv) && rtpCipher.add({packet, headerSize}) &&
           rtpCipher.update(payload, payload.data()) && rtpCipher.checkTag(tag);
  uint8_t rollover[4];
  writeBe32(rollover, static_cast<uint32_t>(index >> 16));
  return rtpHmac.verify({packet, clearSize}, rollover, tag) && rtpCipher.begin(iv) &&
         rtpCipher.update(payload, payload.data());
}

bool SrtpReceiver::Private::openRtcp(uint8_t* packet, size_t clearSize, uint32_t index,
                                     const uint8_t* trailer, const uint8_t* tag) {
  const std::span<uint8_t> body(packet + kRtcpFixedHeader, clearSize - kRtcpFixedHeader);
  const std::span<const uint8_t> word(trailer, 4);
  const SrtpIv iv = rtcpIv(profile, rtcpKeys, readBe32(packet + 4), index);
  if (gcm())
    return rtcpCipher.begin(iv) && rtcpCipher.add({packet, kRtcpFixedHeader}) &&
           rtcpCipher.add(word) && rtcpCipher.update(body, body.data()) && rtcpCipher.checkTag(tag);
  return rtcpHmac.verify({packet, clearSize}, word, tag) && rtcpCipher.begin(iv) &&
         rtcpCipher.update(body, body.data());
}

}  // namespace parlour::transport
