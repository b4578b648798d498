// RTP header extensions the server understands or forwards (RFC 8285), by meaning and not by id.
// Thread: any.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace parlour::rtp {

enum class Extension : uint8_t {
  kMid,
  kRid,
  kRepairedRid,
  kAudioLevel,
  kAbsSendTime,
  kTransportCc,
  kVideoOrientation,
  kAbsCaptureTime,
  kDependencyDescriptor,
  kVideoLayersAllocation,
  kPlayoutDelay,
  kColorSpace,
  kVideoContentType,
  kVideoTiming,
  kUnknown,
};
constexpr size_t kExtensionCount = static_cast<size_t>(Extension::kUnknown);

/// URI as in a=extmap; empty for kUnknown.
std::string_view uriOf(Extension extension);
/// kUnknown where the URI is not one of ours.
Extension extensionOf(std::string_view uri);

/// Local id (1-255) → meaning, of one m-line. Id 0 is never used.
using ExtensionMap = std::array<Extension, 256>;
/// A map with every id unknown.
ExtensionMap emptyExtensionMap();

}  // namespace parlour::rtp
