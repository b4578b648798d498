// Retransmission packets. Source: RFC 4588 sections 4 and 8. Thread: any.
#pragma once

#include <cstdint>
#include <span>

#include "rtp/bytes.hpp"
#include "rtp/packet.hpp"

namespace parlour::rtp {

constexpr size_t kOsnSize = 2;  ///< Original sequence number in front of the payload.

/// Turns a retransmission into the packet it repeats, in place: SSRC, payload type and sequence
/// number in both the bytes and `packet`; the OSN and any padding are removed. `packet.data` stays
/// where it is, `packet.size` shrinks, codec and keyFrame are to be set again by classify.
/// Returns false, changing nothing, for a retransmission without content (a bandwidth probe).
bool unwrapRtx(ParsedPacket& packet, uint32_t primarySsrc, uint8_t primaryPayloadType);

/// Writes the OSN at the start of a retransmission's payload; the original payload goes after it.
inline void writeOsn(uint8_t* payload, uint16_t originalSequence) {
  write16(payload, originalSequence);
}

}  // namespace parlour::rtp
