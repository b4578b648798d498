// An SDP text as sections of attributes: what GstSDP read, after our own checks of its form.
// Thread: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sdp/sdp.hpp"

namespace parlour::sdp {

struct Attribute {
  std::string name;   ///< As written, e.g. "rtpmap".
  std::string value;  ///< After the colon, empty without. No control characters.
};

/// Session level, or one m-line with what follows it.
struct Section {
  std::string mediaType, protocol;  ///< Of m=, tokens; empty at session level.
  uint16_t port = 0;
  std::vector<std::string> formats;   ///< Of m=, tokens, at least one.
  std::vector<Attribute> attributes;  ///< In their order.

  /// First attribute of that name, null where there is none.
  const Attribute* find(std::string_view name) const;
};

struct Description {
  Section session;
  std::vector<Section> media;
};

/// Checks `sdp` line by line against the limits and for the form GstSDP takes on trust (no control
/// characters, v= and o= first, m= well formed), then parses it. Linear in the bytes looked at;
/// what is over a limit is refused before anything is built. Error: bad_offer.
Result<Description> readDescription(std::string_view sdp, const Limits& limits);

}  // namespace parlour::sdp
