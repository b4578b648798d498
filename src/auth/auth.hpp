// Authenticator: who a token speaks for and what it allows.
//
// Mode open lets everybody in; mode jwt wants a signed token (docs/protocol.md, "Tokens";
// RFC 7519, and RFC 8725 for what must be refused). Why a token was refused goes to the log in
// full, and to the client as a code and a plain sentence.
// Thread: control. Key sets are fetched on a worker; verify() never waits.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "conf/settings.hpp"
#include "room/types.hpp"

namespace parlour::auth {

/// Longest token that is looked at.
constexpr size_t kMaxTokenBytes = 8192;

/// What a valid token says.
struct Identity {
  std::string identity;  ///< Claim `sub`; empty in mode open: the client's own or a made one.
  std::string name;      ///< Claim `name`; empty: the client may choose.
  std::string room;      ///< Claim `room`: one room's exact name, or "*".
  room::Grants grants;
  bool admin = false;     ///< Claim `grants.admin`: the whole API.
  int64_t expiresNs = 0;  ///< Claim `exp`, wall clock; 0 in mode open.
};

class Authenticator {
 public:
  /// Reads secret and JWKS file; starts to fetch a JWKS URL. Error: bad_keys.
  static Result<std::unique_ptr<Authenticator>> create(const conf::Auth& settings,
                                                       const conf::Admin& admin,
                                                       const Clock& clock);
  ~Authenticator();

  /// May the bearer of `token` enter `room`? In mode open every token, even an empty one, may.
  /// Errors: auth_required (mode jwt, no token), token_invalid, token_expired, token_room
  /// (kRefused); auth_unavailable (kUnavailable: the keys are being fetched, try again soon).
  /// `request` only names the request in the log.
  Result<Identity> verify(std::string_view token, std::string_view room,
                          std::string_view request = {});

  /// May the bearer use the API? With the admin token, or in mode jwt a token that grants `admin`.
  /// Errors: auth_required (no token), token_invalid, token_expired, auth_unavailable, and
  /// not_allowed for a valid token without the grant.
  Result<void> verifyAdmin(std::string_view token, std::string_view request = {});

  bool open() const;
  /// Keys are there: false while the first JWKS URL fetch has not succeeded.
  bool ready() const;

 private:
  class Impl;
  explicit Authenticator(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// What parlourctl token signs.
struct MintRequest {
  Identity identity;     ///< `expiresNs` is not used.
  int64_t issuedNs = 0;  ///< Wall clock now.
  uint32_t ttlS = 3600;
  std::string issuer;    ///< Empty: no `iss`.
  std::string audience;  ///< Empty: no `aud`.
};
/// An HS256 token. Error: bad_keys (the secret is shorter than 32 bytes, RFC 7518 §3.2).
Result<std::string> mint(const MintRequest& request, std::string_view secret);

/// The token of an `Authorization: Bearer …` header, empty where it is none (RFC 6750 §2.1).
std::string_view bearerToken(std::string_view authorizationHeader);

}  // namespace parlour::auth
