#include "transport/srtp/srtp_cipher.hpp"

#include <openssl/crypto.h>

#include <cstring>

namespace parlour::transport {
namespace {

// Fetched once per process: an implicit fetch per init is what makes OpenSSL 3 slow.
const EVP_CIPHER* cipherOf(SrtpProfile profile) {
  static EVP_CIPHER* const ctr = EVP_CIPHER_fetch(nullptr, "AES-128-CTR", nullptr);
  static EVP_CIPHER* const gcm = EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr);
  return profile == SrtpProfile::kAes128CmSha1_80 ? ctr : gcm;
}

const EVP_MD* sha1() {
  static EVP_MD* const md = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  return md;
}

constexpr size_t kSha1Block = 64;
constexpr size_t kSha1Size = 20;

std::unique_ptr<EVP_MD_CTX, EvpFree> paddedState(const std::array<uint8_t, 20>& key, uint8_t pad) {
  std::array<uint8_t, kSha1Block> block;
  block.fill(pad);
  for (size_t i = 0; i < key.size(); ++i) block[i] ^= key[i];
  std::unique_ptr<EVP_MD_CTX, EvpFree> ctx(EVP_MD_CTX_new());
  if (EVP_DigestInit_ex2(ctx.get(), sha1(), nullptr) != 1 ||
      EVP_DigestUpdate(ctx.get(), block.data(), block.size()) != 1)
    ctx.reset();
  OPENSSL_cleanse(block.data(), block.size());
  return ctx;
}

}  // namespace

bool aesCtrOnce(const std::array<uint8_t, 16>& key, const SrtpIv& iv, std::span<uint8_t> data) {
  SrtpSessionKeys keys;
  keys.cipher = key;
  PacketCipher cipher(SrtpProfile::kAes128CmSha1_80, PacketCipher::Direction::kEncrypt, keys);
  return cipher.begin(iv) && cipher.update(data, data.data());
}

PacketCipher::PacketCipher(SrtpProfile profile, Direction direction, const SrtpSessionKeys& keys)
    : ctx_(EVP_CIPHER_CTX_new()) {
  if (EVP_CipherInit_ex2(ctx_.get(), cipherOf(profile), keys.cipher.data(), nullptr,
                         static_cast<int>(direction), nullptr) != 1)
    ctx_.reset();
}

bool PacketCipher::begin(const SrtpIv& iv) {
  return ctx_ && EVP_CipherInit_ex2(ctx_.get(), nullptr, nullptr, iv.data(), -1, nullptr) == 1;
}

bool PacketCipher::add(std::span<const uint8_t> clear) {
  int size = 0;
  return EVP_CipherUpdate(ctx_.get(), nullptr, &size, clear.data(),
                          static_cast<int>(clear.size())) == 1;
}

bool PacketCipher::update(std::span<const uint8_t> in, uint8_t* out) {
  if (in.empty()) return true;
  int size = 0;
  return EVP_CipherUpdate(ctx_.get(), out, &size, in.data(), static_cast<int>(in.size())) == 1;
}

bool PacketCipher::writeTag(uint8_t* tag) {
  int size = 0;
  return EVP_CipherFinal_ex(ctx_.get(), tag, &size) == 1 &&
         EVP_CIPHER_CTX_ctrl(ctx_.get(), EVP_CTRL_AEAD_GET_TAG, kGcmTagSize, tag) == 1;
}

bool PacketCipher::checkTag(const uint8_t* tag) {
  uint8_t none[kGcmTagSize];
  int size = 0;
  return EVP_CIPHER_CTX_ctrl(ctx_.get(), EVP_CTRL_AEAD_SET_TAG, kGcmTagSize,
                             const_cast<uint8_t*>(tag)) == 1 &&
         EVP_CipherFinal_ex(ctx_.get(), none, &size) == 1;
}

PacketHmac::PacketHmac(const SrtpSessionKeys& keys)
    : inner_(paddedState(keys.auth, 0x36)),
      outer_(paddedState(keys.auth, 0x5c)),
      work_(EVP_MD_CTX_new()) {}

bool PacketHmac::sign(std::span<const uint8_t> data, std::span<const uint8_t> suffix,
                      uint8_t* tag) {
  uint8_t digest[kSha1Size];
  if (!inner_ || !outer_ || EVP_MD_CTX_copy_ex(work_.get(), inner_.get()) != 1 ||
      EVP_DigestUpdate(work_.get(), data.data(), data.size()) != 1 ||
      EVP_DigestUpdate(work_.get(), suffix.data(), suffix.size()) != 1 ||
      EVP_DigestFinal_ex(work_.get(), digest, nullptr) != 1)
    return false;
  if (EVP_MD_CTX_copy_ex(work_.get(), outer_.get()) != 1 ||
      EVP_DigestUpdate(work_.get(), digest, sizeof digest) != 1 ||
      EVP_DigestFinal_ex(work_.get(), digest, nullptr) != 1)
    return false;
  std::memcpy(tag, digest, kSha1TagSize);
  return true;
}

bool PacketHmac::verify(std::span<const uint8_t> data, std::span<const uint8_t> suffix,
                        const uint8_t* tag) {
  uint8_t expected[kSha1TagSize];
  return sign(data, suffix, expected) && CRYPTO_memcmp(expected, tag, kSha1TagSize) == 0;
}

}  // namespace parlour::transport
