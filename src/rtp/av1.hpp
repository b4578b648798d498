// The AV1 aggregation header and OBU elements, as far as a forwarder needs them.
// Source: AV1 RTP payload format 1.0 (AOMedia), sections 4.3 to 4.5. Thread: any.
#pragma once

#include <cstdint>
#include <span>

namespace parlour::rtp {

struct Av1Aggregation {
  bool continuesElement = false;  ///< Z: the first element continues one of the packet before.
  bool elementContinues = false;  ///< Y: the last element goes on in the next packet.
  uint8_t elementCount = 0;       ///< W: 1 to 3, or 0 where every element has a length.
  bool newSequence = false;       ///< N: first packet of a coded video sequence.
};

/// False for an empty payload.
bool parseAv1Aggregation(std::span<const uint8_t> payload, Av1Aggregation& out);

/// First packet of a coded video sequence: N set, nothing continued, and a sequence header OBU in
/// front (after an optional temporal delimiter).
bool startsAv1KeyFrame(std::span<const uint8_t> payload);

/// The sequence header OBU's payload (without OBU header and size) in such a packet, else empty.
std::span<const uint8_t> av1SequenceHeader(std::span<const uint8_t> payload);

}  // namespace parlour::rtp
