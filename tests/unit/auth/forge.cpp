#include "forge.hpp"

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <cstdlib>
#include <vector>

namespace parlour::test {
namespace {

constexpr int kEs256Half = 32;

void must(bool done) {
  if (!done) std::abort();  // OpenSSL itself is not what is tested.
}

std::string number(EVP_PKEY* key, const char* name, int size = 0) {
  BIGNUM* bn = nullptr;
  must(EVP_PKEY_get_bn_param(key, name, &bn) == 1);
  const int bytes = size ? size : BN_num_bytes(bn);
  std::string out(static_cast<size_t>(bytes), '\0');
  must(BN_bn2binpad(bn, reinterpret_cast<unsigned char*>(out.data()), bytes) == bytes);
  BN_free(bn);
  return base64Url(out);
}

/// JWS wants r and s side by side (RFC 7518 §3.4), OpenSSL gives DER.
std::string rawFromDer(const std::string& der) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  ECDSA_SIG* signature = d2i_ECDSA_SIG(nullptr, &bytes, static_cast<long>(der.size()));
  must(signature);
  std::string out(2 * kEs256Half, '\0');
  auto* raw = reinterpret_cast<unsigned char*>(out.data());
  must(BN_bn2binpad(ECDSA_SIG_get0_r(signature), raw, kEs256Half) == kEs256Half);
  must(BN_bn2binpad(ECDSA_SIG_get0_s(signature), raw + kEs256Half, kEs256Half) == kEs256Half);
  ECDSA_SIG_free(signature);
  return out;
}

}  // namespace

std::string base64Url(std::string_view bytes) {
  std::vector<unsigned char> coded(bytes.size() * 2 + 4);
  const int size =
      EVP_EncodeBlock(coded.data(), reinterpret_cast<const unsigned char*>(bytes.data()),
                      static_cast<int>(bytes.size()));
  std::string out(coded.begin(), coded.begin() + size);
  for (char& c : out) c = c == '+' ? '-' : c == '/' ? '_' : c;
  while (out.ends_with('=')) out.pop_back();
  return out;
}

IssuerKey::IssuerKey(EVP_PKEY* key) : key_(key, EVP_PKEY_free) {
  must(key);
}

IssuerKey IssuerKey::rsa(unsigned bits) {
  return IssuerKey(EVP_RSA_gen(bits));
}
IssuerKey IssuerKey::ec(const char* curve) {
  return IssuerKey(EVP_EC_gen(curve));
}

std::string IssuerKey::jwk(const std::string& more) const {
  const std::string extra = more.empty() ? "" : "," + more;
  if (EVP_PKEY_is_a(key_.get(), "RSA"))
    return fmt::format(R"({{"kty":"RSA","n":"{}","e":"{}"{}}})",
                       number(key_.get(), OSSL_PKEY_PARAM_RSA_N),
                       number(key_.get(), OSSL_PKEY_PARAM_RSA_E), extra);
  const int half = (EVP_PKEY_get_bits(key_.get()) + 7) / 8;
  return fmt::format(R"({{"kty":"EC","crv":"P-{}","x":"{}","y":"{}"{}}})",
                     EVP_PKEY_get_bits(key_.get()),
                     number(key_.get(), OSSL_PKEY_PARAM_EC_PUB_X, half),
                     number(key_.get(), OSSL_PKEY_PARAM_EC_PUB_Y, half), extra);
}

std::string IssuerKey::sign(const std::string& algorithm, const std::string& text) const {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  EVP_PKEY_CTX* parameters = nullptr;
  must(EVP_DigestSignInit(context, &parameters, EVP_sha256(), nullptr, key_.get()) == 1);
  if (algorithm == "PS256") {
    must(EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1);
    must(EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) == 1);
  }
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  size_t size = 0;
  must(EVP_DigestSign(context, nullptr, &size, bytes, text.size()) == 1);
  std::string out(size, '\0');
  must(EVP_DigestSign(context, reinterpret_cast<unsigned char*>(out.data()), &size, bytes,
                      text.size()) == 1);
  out.resize(size);
  EVP_MD_CTX_free(context);
  return algorithm == "ES256" ? rawFromDer(out) : out;
}

std::string IssuerKey::publicPem() const {
  BIO* memory = BIO_new(BIO_s_mem());
  must(PEM_write_bio_PUBKEY(memory, key_.get()) == 1);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(memory, &bytes);
  std::string out(bytes, static_cast<size_t>(size));
  BIO_free(memory);
  return out;
}

std::string hmac(const std::string& secret, const std::string& text) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  must(HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
            reinterpret_cast<const unsigned char*>(text.data()), text.size(),
            reinterpret_cast<unsigned char*>(out.data()), &size) != nullptr);
  out.resize(size);
  return out;
}

std::string unsignedToken(const std::string& header, const std::string& payload) {
  return base64Url(header) + "." + base64Url(payload);
}

std::string tokenBy(const IssuerKey& key, const std::string& algorithm, const std::string& header,
                    const std::string& payload) {
  const std::string text = unsignedToken(header, payload);
  return text + "." + base64Url(key.sign(algorithm, text));
}

std::string tokenByHmac(const std::string& secret, const std::string& header,
                        const std::string& payload) {
  const std::string text = unsignedToken(header, payload);
  return text + "." + base64Url(hmac(secret, text));
}

}  // namespace parlour::test
