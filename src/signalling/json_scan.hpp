// Looks a JSON text over before it is parsed: is it JSON (RFC 8259), how deep, what message is it.
//
// json-glib is lenient (comments, `var x =`, duplicated members) and recursive; what passes here
// is strict, bounded in depth and in members, and its envelope (`type`, `id`) is known, so that
// even a message which is then refused is answered with its own id.
// Pure; allocates nothing that grows with its input. Thread: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace parlour::signalling {

struct ScanLimits {
  unsigned maxDepth = 16;           ///< Nested objects and arrays, the outermost is 1.
  unsigned maxMembersPerObject = 64;
};

/// What a message says of itself.
struct Envelope {
  std::string type;  ///< Member `type`, empty where it is missing or no short plain string.
  uint64_t id = 0;   ///< Member `id`, 0 where it is missing or no integer of 1 to 2^53-1.
};

/// What was found. `envelope` is filled as far as it was read, also when there is an error.
struct Scan {
  Envelope envelope;
  Result<void> outcome;  ///< Errors (kInvalid): bad_message, too_deep.
};

/// `text` may hold any bytes. The outermost value must be an object.
Scan scanMessage(std::string_view text, const ScanLimits& limits = {});

}  // namespace parlour::signalling
