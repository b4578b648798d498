#define OPENSSL_SUPPRESS_DEPRECATED  // See the header.
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

constexpr size_t kSha1Block = 64;
constexpr size_t kSha1Size = 20;

SHA_CTX paddedState(const std::array<uint8_t, 20>& key, uint8_t pad) {
  std::array<uint8_t, kSha1Block> block;
  block.fill(pad);
  for (size_t i = 0; i < key.size(); ++i) block[i] ^= key[i];
  SHA_CTX ctx;
  SHA1_Init(&ctx);
  SHA1_Update(&ctx, block.data(), block.size());
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
    : inner_(paddedState(keys.auth, 0x36)), outer_(paddedState(keys.auth, 0x5c)) {}

PacketHmac::~PacketHmac() {
  OPENSSL_cleanse(&inner_, sizeof inner_);
  OPENSSL_cleanse(&outer_, sizeof outer_);
}

// The calls below fail only for a null context.
void PacketHmac::sign(std::span<const uint8_t> data, std::span<const uint8_t> suffix,
                      uint8_t* tag) const {
  uint8_t digest[kSha1Size];
  SHA_CTX ctx = inner_;
  SHA1_Update(&ctx, data.data(), data.size());
  SHA1_Update(&ctx, suffix.data(), suffix.size());
  SHA1_Final(digest, &ctx);
  ctx = outer_;
  SHA1_Update(&ctx, digest, sizeof digest);
  SHA1_Final(digest, &ctx);
  std::memcpy(tag, digest, kSha1TagSize);
}

bool PacketHmac::verify(std::span<const uint8_t> data, std::span<const uint8_t> suffix,
                        const uint8_t* tag) const {
  uint8_t expected[kSha1TagSize];
  sign(data, suffix, expected);
  return CRYPTO_memcmp(expected, tag, kSha1TagSize) == 0;
}

}  // namespace parlour::transport
