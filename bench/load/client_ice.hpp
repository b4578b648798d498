// ClientIce: the controlling side of ICE towards a lite server: binding requests with
// USE-CANDIDATE, to connect and to keep consent (RFC 8445, RFC 7675), and answers to the server's:
// libnice checks the way back even when it is told to be lite. Parsing and integrity are libnice's.
// Thread: one at a time.
#pragma once

#include <stun/stunagent.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "load/media_line.hpp"
#include "load/remote.hpp"

namespace parlour::bench {

class ClientIce {
 public:
  ClientIce(const LocalTransport& local, const Remote& remote);

  /// A new check; valid until the next call. Empty where it could not be made.
  std::span<const uint8_t> check();
  /// Whether this is the success answer to one of our checks.
  bool accepts(std::span<const uint8_t> packet);
  /// The answer to a request of the server, valid until the next call; empty where it is none.
  std::span<const uint8_t> answer(std::span<const uint8_t> packet);

 private:
  StunAgent agent_;
  const std::string username_, password_;
  std::string askedUsername_, askedPassword_;  ///< Of the server's requests.
  const transport::Address server_;
  uint64_t tieBreaker_;
  std::array<uint8_t, 256> buffer_;
};

}  // namespace parlour::bench
