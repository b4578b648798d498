// StunResponder: answers the connectivity checks of ICE (RFC 8445, RFC 8489) as a lite agent does.
//
// Parsing and integrity are libnice's public stun/; this only decides. Thread: one at a time.
#pragma once

#include <stun/stunagent.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "transport/address.hpp"

namespace parlour::transport {

/// What a check said, and our answer to it.
struct StunVerdict {
  enum class Kind {
    kIgnore,   ///< Not for us, malformed, not authenticated, an indication, or a response.
    kCheck,    ///< A valid check: send `reply`, it proves the remote address.
    kError,    ///< A check that names one of us but must be refused (role conflict): send `reply`.
  };
  Kind kind = Kind::kIgnore;
  bool useCandidate = false;
  std::string localUfrag;
  std::string remoteUfrag;
  std::span<const uint8_t> reply;  ///< Valid until the next call.
};

class StunResponder {
 public:
  StunResponder();
  /// Password of the agent with this local ufrag; null where there is none.
  using FindPassword = std::function<const std::string*(std::string_view localUfrag)>;
  StunVerdict answer(std::span<const uint8_t> packet, const Address& from,
                     const FindPassword& find);

 private:
  StunAgent agent_;
  std::array<uint8_t, 1280> buffer_;
};

/// First byte of STUN, by RFC 7983.
inline bool looksLikeStun(uint8_t first) { return first <= 3; }
inline bool looksLikeDtls(uint8_t first) { return first >= 20 && first <= 63; }
inline bool looksLikeRtp(uint8_t first) { return first >= 128 && first <= 191; }

}  // namespace parlour::transport
