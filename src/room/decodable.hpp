// Whether a receiver can decode what a publisher sends. Pure. Thread: any.
// Sources: RFC 6184 §8.1 (H.264 profile-level-id, packetization-mode), RTP payload format for
// VP9 (profile-id), AV1 RTP payload format (profile).
#pragma once

#include <vector>

#include "room/types.hpp"

namespace parlour::room {

/// True when a receiver of `decodable` decodes a stream of `codec`: the same as sdp::canDecode,
/// which cannot be used from here (sdp/ builds on room/types.hpp); a test holds the two together.
/// Names compare without case. H.264: levels are left out (level asymmetry is allowed), profiles
/// contain others (Annex A.2), packetization-mode has to be equal. AV1 profiles contain the lower
/// ones, VP9 profiles have to be equal. A codec without a name (not yet known) is decodable by
/// nobody.
bool decodes(const std::vector<Codec>& decodable, const Codec& codec);

}  // namespace parlour::room
