#include "transport/srtp/srtp_kdf.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <span>

#include "transport/srtp/srtp_cipher.hpp"

namespace parlour::transport {
namespace {

enum class Label : uint8_t {
  kRtpCipher,
  kRtpAuth,
  kRtpSalt,
  kRtcpCipher,
  kRtcpAuth,
  kRtcpSalt,
};

// AES_CM PRF with key derivation rate 0: the keystream of the master key from
// (master_salt XOR label * 2^48) * 2^16.
void derive(const SrtpKeys& master, Label label, std::span<uint8_t> out) {
  SrtpIv iv = {};
  std::copy(master.salt.begin(), master.salt.end(), iv.begin());
  iv[7] ^= static_cast<uint8_t>(label);
  std::fill(out.begin(), out.end(), uint8_t{0});
  aesCtrOnce(master.key, iv, out);
}

SrtpSessionKeys deriveFrom(const SrtpKeys& master, Label cipher, Label auth, Label salt) {
  SrtpSessionKeys keys;
  derive(master, cipher, keys.cipher);
  if (master.profile == SrtpProfile::kAes128CmSha1_80) {
    derive(master, auth, keys.auth);
    derive(master, salt, keys.salt);
  } else {
    derive(master, salt, std::span(keys.salt).first(12));
  }
  return keys;
}

void xorBigEndian(std::span<uint8_t> target, uint64_t value) {
  for (size_t i = target.size(); i-- > 0; value >>= 8) target[i] ^= static_cast<uint8_t>(value);
}

SrtpIv ivOf(SrtpProfile profile, const SrtpSessionKeys& keys, uint32_t ssrc, uint64_t index) {
  SrtpIv iv = {};
  std::copy(keys.salt.begin(), keys.salt.end(), iv.begin());
  // AES-CM: salt*2^16 XOR SSRC*2^64 XOR index*2^16. GCM: 0 (2) || SSRC (4) || index (6), XOR salt.
  const size_t ssrcAt = profile == SrtpProfile::kAes128CmSha1_80 ? 4 : 2;
  xorBigEndian(std::span(iv).subspan(ssrcAt, 4), ssrc);
  xorBigEndian(std::span(iv).subspan(ssrcAt + 4, 6), index);
  return iv;
}

}  // namespace

Result<SrtpKeys> SrtpKeys::fromMaster(SrtpProfile profile, std::span<const uint8_t> master) {
  SrtpKeys keys;
  keys.profile = profile;
  const size_t saltSize = profile == SrtpProfile::kAes128CmSha1_80 ? 14 : 12;
  if (master.size() != keys.key.size() + saltSize)
    return invalid("bad_srtp_key", "SRTP master key and salt of " + std::to_string(master.size()) +
                                       " bytes, " + std::to_string(keys.key.size() + saltSize) +
                                       " expected");
  std::copy_n(master.begin(), keys.key.size(), keys.key.begin());
  std::copy_n(master.begin() + keys.key.size(), saltSize, keys.salt.begin());
  return keys;
}

SrtpSessionKeys::~SrtpSessionKeys() {
  OPENSSL_cleanse(cipher.data(), cipher.size());
  OPENSSL_cleanse(auth.data(), auth.size());
  OPENSSL_cleanse(salt.data(), salt.size());
}

SrtpSessionKeys deriveRtpKeys(const SrtpKeys& master) {
  return deriveFrom(master, Label::kRtpCipher, Label::kRtpAuth, Label::kRtpSalt);
}

SrtpSessionKeys deriveRtcpKeys(const SrtpKeys& master) {
  return deriveFrom(master, Label::kRtcpCipher, Label::kRtcpAuth, Label::kRtcpSalt);
}

SrtpIv rtpIv(SrtpProfile profile, const SrtpSessionKeys& keys, uint32_t ssrc, uint64_t index) {
  return ivOf(profile, keys, ssrc, index);
}

SrtpIv rtcpIv(SrtpProfile profile, const SrtpSessionKeys& keys, uint32_t ssrc, uint32_t index) {
  return ivOf(profile, keys, ssrc, index);
}

}  // namespace parlour::transport
