// SRTP and SRTCP for one DTLS association: one SrtpSender for what we send with our keys, one
// SrtpReceiver for what the peer sends with its keys.
//
// Source: RFC 3711 (AES_CM_128_HMAC_SHA1_80), RFC 7714 (AEAD_AES_128_GCM), RFC 5764 (keys out of
// DTLS). Key derivation rate 0, no MKI. Ciphers and hash states are keyed once, in the
// constructor; per packet only the IV is set.
// Thread: each object is used by one thread at a time; different objects are independent.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/result.hpp"

namespace parlour::transport {

enum class SrtpProfile : uint8_t { kAes128CmSha1_80, kAeadAes128Gcm };

/// Bytes that protect() can add to a packet, whatever the profile.
constexpr size_t kSrtpMaxOverhead = 16;
/// Bytes that protectRtcp() can add to a packet: tag and SRTCP index.
constexpr size_t kSrtcpMaxOverhead = 20;

/// Master key and salt of one direction.
struct SrtpKeys {
  SrtpProfile profile = SrtpProfile::kAes128CmSha1_80;
  std::array<uint8_t, 16> key = {};
  std::array<uint8_t, 14> salt = {};  ///< GCM has 12 bytes, the last two stay zero (RFC 7714 §11).

  /// From key||salt as DTLS exports them per direction: 30 bytes for AES-CM, 28 for GCM.
  /// Error: bad_srtp_key.
  static Result<SrtpKeys> fromMaster(SrtpProfile profile, std::span<const uint8_t> master);
};

/// One byte of a shared payload that differs for this receiver (a VP8 picture id, say).
struct PatchByte {
  uint16_t offset = 0;  ///< From the start of SrtpPacket::payload.
  uint8_t value = 0;
};

/// A packet to encrypt, in the pieces a forwarder has it in. Nothing is modified.
struct SrtpPacket {
  /// RTP header with CSRCs and header extension, exactly; stays in clear.
  std::span<const uint8_t> header;
  /// Bytes between header and payload, encrypted too: the original sequence of RFC 4588, at
  /// most 16.
  std::span<const uint8_t> prefix = {};
  /// May be shared by many senders at once; is only read.
  std::span<const uint8_t> payload;
  /// Ascending offsets inside `payload`, at most 64; may be empty.
  std::span<const PatchByte> patch = {};
};

/// What protect() is told about a sequence number that was already used under its SSRC.
enum class SrtpUse : uint8_t {
  kFirst,  ///< Refused when this (SSRC, index) was already used, or is too old to know.
  /// The caller vouches that prefix, payload and patch are those of the first time (the header may
  /// differ): a retransmission to a peer without RTX. verifyResends() has that checked. Always
  /// refused with GCM, where a different header under the same nonce gives the authentication key
  /// away: send GCM retransmissions as RTX.
  kResend,
};

class SrtpEngine;

class SrtpSender {
 public:
  struct Stats {
    uint64_t packets = 0;  ///< Protected, RTP.
    uint64_t rtcp = 0;
    uint64_t refused = 0;  ///< Would have used an (SSRC, index) twice, or an index of the past.
    uint64_t failed = 0;   ///< Malformed, too large for `out`, or the library failed.
  };

  explicit SrtpSender(const SrtpKeys& keys);
  ~SrtpSender();
  SrtpSender(SrtpSender&&) noexcept;
  SrtpSender& operator=(SrtpSender&&) noexcept;

  /// Writes header, ciphertext and tag to `out`; header.data() == out.data() is allowed (the header
  /// was written in place), any other overlap is not. The payload is read once and copied nowhere.
  ///
  /// The roll-over counter is kept per SSRC for as long as this object lives (at most 4096 SSRCs)
  /// and follows RFC 3711 §3.3.1: sequences may be out of order by up to 1024, also across a wrap.
  /// An SSRC's first sequence should be below 2^15, or a receiver that loses packets before the
  /// first wrap never agrees on the counter.
  ///
  /// Returns the size of the packet in `out`, or 0 (see Stats) with `out` unusable.
  size_t protect(const SrtpPacket& packet, std::span<uint8_t> out, SrtpUse use = SrtpUse::kFirst);

  /// The same, but the tag is written only by the next `engine.sign()`; until then `out` and this
  /// object must stay as they are. (GCM is finished at once.)
  size_t protectLater(const SrtpPacket& packet, std::span<uint8_t> out, SrtpEngine& engine,
                      SrtpUse use = SrtpUse::kFirst);

  /// From now on a kResend whose contents differ from the first time is refused, for the last 1024
  /// packets of each SSRC; older ones are refused always. Costs 8 KiB per SSRC and about a tenth
  /// of a microsecond per packet: for tests and debugging.
  void verifyResends();

  /// Encrypts a compound RTCP packet in place and appends index and tag. `capacity` is the room at
  /// `packet`; kSrtcpMaxOverhead more than `size` always suffices. One 31-bit index counts all
  /// RTCP of this sender. Returns the new size, or 0.
  size_t protectRtcp(uint8_t* packet, size_t size, size_t capacity);

  const Stats& stats() const;

 private:
  struct Private;
  size_t protect(const SrtpPacket& packet, std::span<uint8_t> out, SrtpEngine* engine, SrtpUse use);
  std::unique_ptr<Private> d_;
};

enum class SrtpStatus : uint8_t {
  kOk,
  kAuthFailed,    ///< Not from this peer, or changed on its way. The packet's bytes are undefined.
  kReplayed,      ///< Seen before, or older than the window of 1024 packets.
  kMalformed,     ///< Not RTP/RTCP version 2, lengths do not add up, or unencrypted SRTCP.
  kTooManySsrcs,  ///< Authentic, but from more SSRCs than one peer may ever use.
};

class SrtpReceiver {
 public:
  explicit SrtpReceiver(const SrtpKeys& keys);
  ~SrtpReceiver();
  SrtpReceiver(SrtpReceiver&&) noexcept;
  SrtpReceiver& operator=(SrtpReceiver&&) noexcept;

  /// Authenticates and decrypts in place; `size` becomes the size of the RTP packet on kOk and is
  /// unchanged otherwise. The index is estimated as in RFC 3711 appendix A.
  ///
  /// An SSRC costs memory only after a packet of it was authenticated. 64 SSRCs have a replay
  /// window; the one that was silent longest gives its window up to a new one and leaves its
  /// highest index behind, so that none of its old packets is ever taken again and its roll-over
  /// counter survives (packets of it still on the way are lost). 4096 such marks are kept; further
  /// SSRCs are kTooManySsrcs.
  SrtpStatus unprotect(uint8_t* packet, size_t& size);

  /// The same for SRTCP, with windows of its own per sender SSRC.
  SrtpStatus unprotectRtcp(uint8_t* packet, size_t& size);

 private:
  struct Private;
  std::unique_ptr<Private> d_;
};

}  // namespace parlour::transport
