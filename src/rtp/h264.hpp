// Where a H.264 decoder can start. Source: RFC 6184 sections 5.4 to 5.8. Thread: any.
#pragma once

#include <cstdint>
#include <span>

namespace parlour::rtp {

/// Does this payload begin, or go on beginning, a key frame: a sequence parameter set, or the
/// first slice of an IDR picture, as single NAL unit, in a STAP-A, or in the first FU-A?
///
/// A frame sent as SPS | PPS | IDR in three packets answers true for the first and the third;
/// packets of the same timestamp belong together. Later slices and fragments answer false.
bool startsH264KeyFrame(std::span<const uint8_t> payload);

/// The first sequence parameter set of a payload, after its NAL unit's header: a single NAL unit, or
/// in a STAP-A. Empty where there is none.
std::span<const uint8_t> h264SequenceParameters(std::span<const uint8_t> payload);

}  // namespace parlour::rtp
