// KeySet: the public keys of a token issuer, or one shared secret. Each key has one type, and only
// algorithms of that type are ever tried with it (RFC 8725 §3.1). Thread: control (values).
#pragma once

#include <cjose/jwk.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace parlour::auth {

enum class KeyType { kSecret, kRsa, kEc };

/// The type that `algorithm` (HS256, RS256, PS256, ES256) needs; nothing else is supported.
bool typeOfAlgorithm(std::string_view algorithm, KeyType& type);

struct Key {
  KeyType type = KeyType::kSecret;
  std::string id;         ///< `kid`, empty without.
  std::string algorithm;  ///< `alg`, empty: each of its type.
  std::shared_ptr<cjose_jwk_t> jwk;
};

class KeySet {
 public:
  /// Error: bad_keys (shorter than 32 bytes, RFC 7518 §3.2).
  static Result<KeySet> fromSecret(std::string_view secret);
  /// A JWK Set (RFC 7517). Keys that cannot check signatures here (other types and curves, `use`
  /// that is not "sig", RSA under 2048 bits) are left out. Error: bad_keys, also when none is left,
  /// or when a private or symmetric key is in it, which has no place in a public file.
  static Result<KeySet> fromJwks(std::string_view json);

  bool empty() const { return keys_.empty(); }
  size_t size() const { return keys_.size(); }
  /// Those that a token with this header may be signed with; `id` empty: all of the type.
  std::vector<const Key*> find(std::string_view algorithm, std::string_view id) const;

 private:
  std::vector<Key> keys_;
};

}  // namespace parlour::auth
