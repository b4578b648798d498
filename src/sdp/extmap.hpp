// Header extensions of one m-line (RFC 8285). Thread: any.
#pragma once

#include <string>
#include <vector>

#include "sdp/description.hpp"
#include "sdp/sdp.hpp"

namespace parlour::sdp {

/// One a=extmap whose id can be used; ids 4096-4351 (RFC 8285 section 7) are not read.
struct OfferedExtension {
  uint8_t id = 0;
  std::string uri;                     ///< Encrypted ones: "<encrypt URI> <URI>".
  std::optional<Direction> direction;  ///< As offered.
};

/// Error: bad_offer (ids out of range, one id twice).
Result<std::vector<OfferedExtension>> readExtensions(const Section& section);

/// Fills extensions and extensionDirections of `media`, whose role and alsoSlot are decided, with
/// what is of use in that role. `mixed` says that a=extmap-allow-mixed holds: ids above 14 need
/// two-byte headers, which are only taken then.
void chooseExtensions(const std::vector<OfferedExtension>& offered, bool mixed, Media& media);

}  // namespace parlour::sdp
