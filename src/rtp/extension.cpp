#include "rtp/extension.hpp"

namespace parlour::rtp {

namespace {

constexpr std::array<std::string_view, kExtensionCount> kUris = {
    "urn:ietf:params:rtp-hdrext:sdes:mid",
    "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
    "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id",
    "urn:ietf:params:rtp-hdrext:ssrc-audio-level",
    "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01",
    "urn:3gpp:video-orientation",
    "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time",
    "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension",
    "http://www.webrtc.org/experiments/rtp-hdrext/video-layers-allocation00",
    "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay",
    "http://www.webrtc.org/experiments/rtp-hdrext/color-space",
    "http://www.webrtc.org/experiments/rtp-hdrext/video-content-type",
    "http://www.webrtc.org/experiments/rtp-hdrext/video-timing",
};
static_assert(!kUris.back().empty(), "every extension has a URI");

}  // namespace

std::string_view uriOf(Extension extension) {
  const auto index = static_cast<size_t>(extension);
  return index < kUris.size() ? kUris[index] : std::string_view();
}

Extension extensionOf(std::string_view uri) {
  for (size_t i = 0; i < kUris.size(); ++i)
    if (kUris[i] == uri) return static_cast<Extension>(i);
  return Extension::kUnknown;
}

ExtensionMap emptyExtensionMap() {
  ExtensionMap map;
  map.fill(Extension::kUnknown);
  return map;
}

}  // namespace parlour::rtp
