// Redundant audio. Source: RFC 2198 section 3. Thread: any.
#pragma once

#include <cstdint>

#include "rtp/packet.hpp"

namespace parlour::rtp {

/// Turns a packet of redundant audio into its primary encoding alone, in place: payload type in both
/// the bytes and `packet`; the block headers, the older blocks and any padding are removed.
/// `packet.data` stays where it is, `packet.size` shrinks, the codec is to be set again by classify.
/// Returns false, changing nothing, where the lengths do not add up.
bool unwrapRed(ParsedPacket& packet);

}  // namespace parlour::rtp
