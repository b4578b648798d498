// ClientIce: the controlling side of ICE towards a lite server: binding requests with
// USE-CANDIDATE, to connect and to keep consent (RFC 8445, RFC 7675). Parsing and integrity are
// libnice's. Thread: one at a time.
#pragma once

#include <stun/stunagent.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>

namespace parlour::bench {

class ClientIce {
 public:
  ClientIce(const std::string& localUfrag, const std::string& remoteUfrag,
            std::string remotePassword);

  /// A new check; valid until the next call. Empty where it could not be made.
  std::span<const uint8_t> check();
  /// Whether this is the success answer to one of our checks.
  bool accepts(std::span<const uint8_t> packet);

 private:
  StunAgent agent_;
  const std::string username_, password_;
  uint64_t tieBreaker_;
  std::array<uint8_t, 256> buffer_;
};

}  // namespace parlour::bench
