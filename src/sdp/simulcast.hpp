// Simulcast by rid: what a publisher offers to send and what we say we receive (RFC 8851, 8853).
// Thread: any.
#pragma once

#include "sdp/description.hpp"
#include "sdp/sdp.hpp"

namespace parlour::sdp {

/// Fills rids, simulcast and ridRestrictions of a publishing m-line whose codecs are chosen. Leaves
/// them empty where the offer has no simulcast to send or nothing of it can be accepted. rids that
/// name restrictions we do not know are not accepted (RFC 8851 section 6.3). Error: bad_offer.
Result<void> readSimulcast(const Section& section, Media& media);

}  // namespace parlour::sdp
