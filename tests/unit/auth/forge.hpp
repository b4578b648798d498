// Makes tokens, right and wrong, byte by byte with OpenSSL, so that nothing here shares code with
// what is tested.
#pragma once

#include <memory>
#include <string>
#include <string_view>

typedef struct evp_pkey_st EVP_PKEY;

namespace parlour::test {

std::string base64Url(std::string_view bytes);

/// A private key of a token issuer.
class IssuerKey {
 public:
  static IssuerKey rsa(unsigned bits = 2048);
  static IssuerKey ec(const char* curve = "P-256");

  /// Its public half as a JWK with these further members, e.g. `"kid":"a"`.
  std::string jwk(const std::string& more = "") const;
  /// Signature of `text`; `algorithm` RS256, PS256 or ES256.
  std::string sign(const std::string& algorithm, const std::string& text) const;
  /// The public key as PEM, which a forger uses as an HMAC secret.
  std::string publicPem() const;

 private:
  explicit IssuerKey(EVP_PKEY* key);
  std::shared_ptr<EVP_PKEY> key_;
};

std::string hmac(const std::string& secret, const std::string& text);

/// header.payload, both coded.
std::string unsignedToken(const std::string& header, const std::string& payload);
/// The whole token; `header` and `payload` are JSON texts.
std::string tokenBy(const IssuerKey& key, const std::string& algorithm, const std::string& header,
                    const std::string& payload);
std::string tokenByHmac(const std::string& secret, const std::string& header,
                        const std::string& payload);

}  // namespace parlour::test
