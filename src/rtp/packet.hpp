// ParsedPacket: an RTP packet looked at once, its fields carried along with it.
// Source: RFC 3550 section 5.1, RFC 8285. Thread: any (a plain value over borrowed bytes).
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "rtp/extension.hpp"

namespace parlour::rtp {

enum class Codec : uint8_t { kUnknown, kOpus, kRed, kPcmu, kPcma, kVp8, kVp9, kH264, kAv1, kRtx };

/// `name` as in a=rtpmap, any case.
Codec codecOf(std::string_view name);

constexpr uint8_t kSilence = 127;  ///< Audio level in -dBov with nothing heard.

struct ParsedPacket {
  struct Element {
    Extension meaning = Extension::kUnknown;
    uint8_t id = 0;
    uint8_t size = 0;     ///< Bytes of content.
    uint16_t offset = 0;  ///< Of the content, from the start of the packet.
  };

  uint8_t* data = nullptr;     ///< Borrowed; the whole packet in clear.
  uint16_t size = 0;           ///< Bytes, padding included.
  uint16_t payloadOffset = 0;  ///< After header, CSRCs and header extension.
  uint16_t payloadSize = 0;    ///< Without padding.
  uint16_t sequence = 0;
  uint32_t timestamp = 0;
  uint32_t ssrc = 0;
  uint8_t payloadType = 0;
  uint8_t csrcCount = 0;
  uint8_t elementCount = 0;
  bool marker = false;
  Codec codec = Codec::kUnknown;  ///< Set by whoever knows the payload type's meaning.
  bool keyFrame = false;          ///< First packet of a key frame; set with the codec.
  bool voice = false;             ///< RFC 6464 V bit.
  uint8_t audioLevel = kSilence;  ///< RFC 6464, -dBov; kSilence without the extension.
  int64_t arrivalNs = 0;          ///< Monotonic.
  std::array<Element, 16> elements;

  std::span<const uint8_t> payload() const { return {data + payloadOffset, payloadSize}; }
  /// Content of the first element with that meaning, empty where there is none.
  std::span<const uint8_t> extension(Extension meaning) const {
    for (uint8_t i = 0; i < elementCount; ++i)
      if (elements[i].meaning == meaning) return {data + elements[i].offset, elements[i].size};
    return {};
  }
};

/// Parses header and header extension; elements past the 16th are skipped. Returns false, with
/// `out` unusable, for anything that is not RTP version 2 or whose lengths do not add up.
/// Does not set codec, keyFrame; sets voice and audioLevel from kAudioLevel.
bool parse(uint8_t* data, size_t size, const ExtensionMap& extensions, ParsedPacket& out);

/// Sets `codec` and `keyFrame` of a parsed packet.
void classify(Codec codec, ParsedPacket& packet);

}  // namespace parlour::rtp
