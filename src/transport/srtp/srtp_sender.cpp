#include <openssl/crypto.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <unordered_map>
#include <vector>

#include "transport/srtp/packet_index.hpp"
#include "transport/srtp/rtp_header.hpp"
#include "transport/srtp/srtp.hpp"
#include "transport/srtp/srtp_cipher.hpp"
#include "transport/srtp/srtp_engine.hpp"

namespace parlour::transport {
namespace {

constexpr size_t kMaxSsrcs = 4096;
constexpr size_t kMaxPrefix = 16;
constexpr size_t kMaxPatch = 64;
constexpr uint32_t kEncryptedBit = 0x80000000;

// Not cryptographic: it finds a caller's mistake, not an attack.
uint64_t fingerprintOf(std::span<const uint8_t> bytes) {
  uint64_t hash = 0x9e3779b97f4a7c15 ^ bytes.size();
  while (!bytes.empty()) {
    uint64_t word = 0;
    const size_t n = std::min(bytes.size(), sizeof word);
    std::memcpy(&word, bytes.data(), n);
    hash = (hash ^ word) * 0xff51afd7ed558ccd;
    hash ^= hash >> 32;
    bytes = bytes.subspan(n);
  }
  return hash;
}

struct Stream {
  IndexWindow window;
  std::vector<uint64_t> fingerprints;  ///< By index modulo IndexWindow::kSize; empty: not verified.
};

bool wellFormed(const SrtpPacket& packet) {
  if (packet.header.empty() || rtpHeaderSize(packet.header) != packet.header.size()) return false;
  if (packet.prefix.size() > kMaxPrefix || packet.patch.size() > kMaxPatch) return false;
  size_t next = 0;
  for (const PatchByte& byte : packet.patch) {
    if (byte.offset < next || byte.offset >= packet.payload.size()) return false;
    next = byte.offset + size_t{1};
  }
  return true;
}

}  // namespace

struct SrtpSender::Private {
  explicit Private(const SrtpKeys& master)
      : profile(master.profile),
        rtpKeys(deriveRtpKeys(master)),
        rtcpKeys(deriveRtcpKeys(master)),
        rtpCipher(profile, PacketCipher::Direction::kEncrypt, rtpKeys),
        rtcpCipher(profile, PacketCipher::Direction::kEncrypt, rtcpKeys),
        rtpHmac(rtpKeys),
        rtcpHmac(rtcpKeys) {}

  Stream* streamOf(uint32_t ssrc, uint16_t sequence);
  bool mayUse(const Stream& stream, uint64_t index, SrtpUse use) const;
  bool sameAsBefore(Stream& stream, uint64_t index, SrtpUse use, std::span<const uint8_t> cipher);
  bool encryptCtr(const SrtpPacket& packet, const SrtpIv& iv, std::span<uint8_t> out,
                  SrtpEngine* engine);
  void sign(std::span<uint8_t> packet, uint32_t rollover, SrtpEngine* engine);
  bool encryptGcm(const SrtpPacket& packet, const SrtpIv& iv, std::span<uint8_t> out);

  const SrtpProfile profile;
  const SrtpSessionKeys rtpKeys, rtcpKeys;
  PacketCipher rtpCipher, rtcpCipher;
  PacketHmac rtpHmac, rtcpHmac;
  std::optional<SrtpEngine::AesSchedule> schedule;  ///< Of the RTP cipher, once an engine wants it.

  bool verify = false;
  std::unordered_map<uint32_t, Stream> streams;  // Never shrinks: an SSRC must not start again.
  uint32_t lastSsrc = 0;
  Stream* lastStream = nullptr;  // Packets come in runs of one SSRC.
  uint32_t rtcpIndex = 0;
  Stats stats;
};

SrtpSender::SrtpSender(const SrtpKeys& keys) : d_(std::make_unique<Private>(keys)) {}
SrtpSender::~SrtpSender() = default;
SrtpSender::SrtpSender(SrtpSender&&) noexcept = default;
SrtpSender& SrtpSender::operator=(SrtpSender&&) noexcept = default;

void SrtpSender::verifyResends() {
  d_->verify = true;
}

const SrtpSender::Stats& SrtpSender::stats() const {
  return d_->stats;
}

size_t SrtpSender::protect(const SrtpPacket& packet, std::span<uint8_t> out, SrtpUse use) {
  return protect(packet, out, nullptr, use);
}

size_t SrtpSender::protectLater(const SrtpPacket& packet, std::span<uint8_t> out, SrtpEngine& engine,
                                SrtpUse use) {
  return protect(packet, out, &engine, use);
}

size_t SrtpSender::protect(const SrtpPacket& packet, std::span<uint8_t> out, SrtpEngine* engine,
                           SrtpUse use) {
  const size_t headerSize = packet.header.size();
  const size_t clearSize = headerSize + packet.prefix.size() + packet.payload.size();
  const size_t size = clearSize + tagSizeOf(d_->profile);
  if (!wellFormed(packet) || out.size() < size) {
    ++d_->stats.failed;
    return 0;
  }
  const uint16_t sequence = readBe16(&packet.header[2]);
  const uint32_t ssrc = readBe32(&packet.header[8]);
  Stream* stream = d_->streamOf(ssrc, sequence);
  const uint64_t index = stream ? estimateIndex(stream->window.highest(), sequence) : 0;
  if (!stream || !d_->mayUse(*stream, index, use)) {
    ++d_->stats.refused;
    return 0;
  }
  // From here on the index counts as used, whatever happens: parts of the keystream may be out.
  if (!stream->window.tooOld(index)) stream->window.use(index);

  if (packet.header.data() != out.data()) std::memcpy(out.data(), packet.header.data(), headerSize);
  out = out.first(size);
  const bool gcm = d_->profile == SrtpProfile::kAeadAes128Gcm;
  const SrtpIv iv = rtpIv(d_->profile, d_->rtpKeys, ssrc, index);
  const bool done = gcm ? d_->encryptGcm(packet, iv, out) : d_->encryptCtr(packet, iv, out, engine);
  if (!done) {
    ++d_->stats.failed;
    return 0;
  }
  if (!d_->sameAsBefore(*stream, index, use, out.subspan(headerSize, clearSize - headerSize))) {
    OPENSSL_cleanse(out.data(), out.size());  // It is the keystream of something else.
    ++d_->stats.refused;
    return 0;
  }
  if (!gcm) d_->sign(out.first(clearSize), static_cast<uint32_t>(index >> 16), engine);
  ++d_->stats.packets;
  return size;
}

size_t SrtpSender::protectRtcp(uint8_t* packet, size_t size, size_t capacity) {
  const size_t tagSize = tagSizeOf(d_->profile);
  const size_t total = size + tagSize + sizeof(uint32_t);
  if (size < kRtcpFixedHeader || packet[0] >> 6 != 2 || capacity < total) {
    ++d_->stats.failed;
    return 0;
  }
  if (d_->rtcpIndex > kMaxRtcpIndex) {
    ++d_->stats.refused;
    return 0;
  }
  const uint32_t index = d_->rtcpIndex++;
  uint8_t trailer[4];
  writeBe32(trailer, index | kEncryptedBit);
  const std::span<const uint8_t> header(packet, kRtcpFixedHeader);
  const std::span<uint8_t> body(packet + kRtcpFixedHeader, size - kRtcpFixedHeader);
  PacketCipher& cipher = d_->rtcpCipher;
  bool done = cipher.begin(rtcpIv(d_->profile, d_->rtcpKeys, readBe32(packet + 4), index));
  if (d_->profile == SrtpProfile::kAeadAes128Gcm) {
    done = done && cipher.add(header) && cipher.add(trailer) && cipher.update(body, body.data()) &&
           cipher.writeTag(packet + size);
    std::memcpy(packet + size + tagSize, trailer, sizeof trailer);
  } else {
    done = done && cipher.update(body, body.data());
    d_->rtcpHmac.sign({packet, size}, trailer, packet + size + sizeof trailer);
    std::memcpy(packet + size, trailer, sizeof trailer);
  }
  if (!done) {
    ++d_->stats.failed;
    return 0;
  }
  ++d_->stats.rtcp;
  return total;
}

Stream* SrtpSender::Private::streamOf(uint32_t ssrc, uint16_t sequence) {
  if (lastStream && lastSsrc == ssrc) return lastStream;
  auto found = streams.find(ssrc);
  if (found == streams.end()) {
    if (streams.size() >= kMaxSsrcs) return nullptr;
    found = streams.emplace(ssrc, Stream{IndexWindow::startingAt(sequence), {}}).first;
  }
  lastSsrc = ssrc;
  lastStream = &found->second;
  return lastStream;
}

bool SrtpSender::Private::mayUse(const Stream& stream, uint64_t index, SrtpUse use) const {
  if (index > kMaxRtpIndex) return false;
  if (use == SrtpUse::kFirst || profile == SrtpProfile::kAeadAes128Gcm)
    return stream.window.fresh(index);
  // What is too old to remember is taken on trust, unless it shall be verified.
  return stream.window.used(index) || (stream.window.tooOld(index) && !verify);
}

bool SrtpSender::Private::sameAsBefore(Stream& stream, uint64_t index, SrtpUse use,
                                       std::span<const uint8_t> cipher) {
  if (!verify) return true;
  if (stream.fingerprints.empty()) stream.fingerprints.resize(IndexWindow::kSize);
  uint64_t& remembered = stream.fingerprints[index % IndexWindow::kSize];
  const uint64_t fingerprint = fingerprintOf(cipher);
  if (use == SrtpUse::kResend) return remembered == fingerprint;
  remembered = fingerprint;
  return true;
}

bool SrtpSender::Private::encryptCtr(const SrtpPacket& packet, const SrtpIv& iv,
                                     std::span<uint8_t> out, SrtpEngine* engine) {
  uint8_t* prefix = out.data() + packet.header.size();
  uint8_t* payload = prefix + packet.prefix.size();
  if (engine && engine->parallel() && packet.prefix.empty()) {
    if (!schedule) engine->expand(rtpKeys.cipher, schedule.emplace());
    if (!engine->encryptCtr(*schedule, iv, packet.payload, payload)) return false;
  } else if (!rtpCipher.begin(iv) || !rtpCipher.update(packet.prefix, prefix) ||
             !rtpCipher.update(packet.payload, payload)) {
    return false;
  }
  // With a keystream cipher a changed plaintext byte is a changed ciphertext byte.
  for (const PatchByte& byte : packet.patch)
    payload[byte.offset] ^= packet.payload[byte.offset] ^ byte.value;
  return true;
}

/// The tag goes behind `packet`, now or when `engine` signs.
void SrtpSender::Private::sign(std::span<uint8_t> packet, uint32_t rollover, SrtpEngine* engine) {
  uint8_t suffix[4];
  writeBe32(suffix, rollover);
  if (engine)
    engine->add(rtpHmac, packet, suffix);
  else
    rtpHmac.sign(packet, suffix, packet.data() + packet.size());
}

bool SrtpSender::Private::encryptGcm(const SrtpPacket& packet, const SrtpIv& iv,
                                     std::span<uint8_t> out) {
  uint8_t* prefix = out.data() + packet.header.size();
  uint8_t* payload = prefix + packet.prefix.size();
  if (!rtpCipher.begin(iv) || !rtpCipher.add(out.first(packet.header.size())) ||
      !rtpCipher.update(packet.prefix, prefix))
    return false;
  size_t at = 0;
  for (const PatchByte& byte : packet.patch) {
    if (!rtpCipher.update(packet.payload.subspan(at, byte.offset - at), payload + at) ||
        !rtpCipher.update({&byte.value, 1}, payload + byte.offset))
      return false;
    at = byte.offset + size_t{1};
  }
  return rtpCipher.update(packet.payload.subspan(at), payload + at) &&
         rtpCipher.writeTag(payload + packet.payload.size());
}

}  // namespace parlour::transport
