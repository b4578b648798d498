// Admission: may this client enter that room, and as whom? The same for WebSocket, WHIP and WHEP.
// Thread: control.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "auth/auth.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "conf/settings.hpp"
#include "room/types.hpp"
#include "signalling/rate_limit.hpp"

namespace parlour::signalling {

struct Applicant {
  std::string_view address;   ///< The client's, for the limit.
  std::string_view token;     ///< Empty: none.
  std::string_view room;
  std::string_view name;      ///< Wished; the token's wins.
  std::string_view identity;  ///< Wished; the token's wins.
};

struct Admitted {
  std::string identity, name;
  room::Grants grants;
};

class Admission {
 public:
  Admission(auth::Authenticator& auth, const conf::Limits& limits, const Clock& clock);

  struct Outcome {
    Result<Admitted> admitted;
    uint32_t retryAfterMs = 0;  ///< With too_many_joins.
  };
  /// Every attempt counts against the address, refused tokens too: guessing is slow.
  /// Errors: too_many_joins, and those of auth::Authenticator::verify().
  Outcome admit(const Applicant& applicant);
  /// Who the bearer of a token is, without counting an attempt.
  Result<auth::Identity> verify(std::string_view token, std::string_view room);
  /// For what is not a join but as dear (changes of a session). Error: too_many.
  RateLimit::Verdict takeTurn(std::string_view address);

 private:
  auth::Authenticator& auth_;
  const Clock& clock_;
  RateLimit joins_;
  RateLimit turns_;
};

}  // namespace parlour::signalling
