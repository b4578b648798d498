// A token read strictly, step by step: form, header, key, signature, claims (RFC 7515, 7519, 8725).
// Pure: keys and time are passed in, nothing is logged. Thread: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "auth/auth.hpp"
#include "auth/key_set.hpp"

namespace parlour::auth {

/// Why a token was refused: `code` for the client, `reason` for the log (never the token itself,
/// nor its claims).
struct Refusal {
  std::string code;
  std::string reason;
};
template <typename T>
using OrRefusal = std::variant<T, Refusal>;

/// A token taken apart, its signature not yet looked at.
struct Parts {
  std::string algorithm;
  std::string keyId;  ///< `kid`, empty without.
  std::string compact;
};
/// Form and header. Refused: anything but three base64url parts, `alg` outside `allowed`, `crit`,
/// `zip`, nested tokens, a type that is no JWT.
OrRefusal<Parts> readHeader(std::string_view token, const std::vector<std::string>& allowed);

/// The payload, when exactly one of `keys` could have made the signature and did.
OrRefusal<std::string> verifySignature(const Parts& parts, const std::vector<const Key*>& keys);

/// What the claims must say.
struct Rules {
  std::string issuer;    ///< Empty: any or none.
  std::string audience;  ///< Empty: none.
  uint32_t leewayS = 0;
};
OrRefusal<Identity> readClaims(std::string_view payload, const Rules& rules, int64_t wallNs);

}  // namespace parlour::auth
