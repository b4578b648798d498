// Streams an m-line announces by SSRC (RFC 5576) and by msid (RFC 8830). Thread: any.
#pragma once

#include <string>

#include "sdp/description.hpp"
#include "sdp/sdp.hpp"

namespace parlour::sdp {

/// Fills ssrcs (primaries, then repairs; each in its order) and rtxOf. Error: bad_offer.
Result<void> readSsrcs(const Section& section, Media& media);

/// "stream track" of a=msid, else of a=ssrc:… msid; empty without either.
std::string readMsid(const Section& section);

}  // namespace parlour::sdp
