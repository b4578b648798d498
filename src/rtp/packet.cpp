#include "rtp/packet.hpp"

#include <strings.h>

#include <algorithm>
#include <utility>

#include "rtp/av1.hpp"
#include "rtp/bytes.hpp"
#include "rtp/h264.hpp"
#include "rtp/vp8.hpp"
#include "rtp/vp9.hpp"

namespace parlour::rtp {

namespace {

constexpr size_t kFixedHeader = 12;
constexpr uint16_t kOneByteProfile = 0xBEDE;
constexpr uint16_t kTwoByteProfile = 0x1000;  // The low 4 bits are the application's.
constexpr uint16_t kTwoByteProfileMask = 0xFFF0;

void addElement(uint8_t id, size_t offset, size_t size, const ExtensionMap& extensions,
                ParsedPacket& out) {
  if (out.elementCount == out.elements.size()) return;
  out.elements[out.elementCount++] = {extensions[id], id, static_cast<uint8_t>(size),
                                      static_cast<uint16_t>(offset)};
}

/// RFC 8285 section 4.2.
bool parseOneByte(size_t at, size_t end, const ExtensionMap& extensions, ParsedPacket& out) {
  constexpr uint8_t kStop = 15;
  while (at < end) {
    const uint8_t head = out.data[at++];
    if (head == 0) continue;  // Padding.
    const uint8_t id = head >> 4;
    if (id == 0 || id == kStop) return true;  // "processing MUST terminate at that point"
    const size_t size = (head & 0x0F) + 1u;
    if (end - at < size) return false;
    addElement(id, at, size, extensions, out);
    at += size;
  }
  return true;
}

/// RFC 8285 section 4.3.
bool parseTwoByte(size_t at, size_t end, const ExtensionMap& extensions, ParsedPacket& out) {
  while (at < end) {
    const uint8_t id = out.data[at++];
    if (id == 0) continue;  // Padding.
    if (at == end) return false;
    const size_t size = out.data[at++];
    if (end - at < size) return false;
    addElement(id, at, size, extensions, out);
    at += size;
  }
  return true;
}

/// Reads the header extension that begins at `at` and moves `at` behind it.
bool parseExtension(size_t& at, const ExtensionMap& extensions, ParsedPacket& out) {
  if (out.size - at < 4u) return false;
  const uint16_t profile = read16(out.data + at);
  const size_t begin = at + 4;
  const size_t size = size_t{read16(out.data + at + 2)} * 4;
  if (out.size - begin < size) return false;
  at = begin + size;
  if (profile == kOneByteProfile) return parseOneByte(begin, at, extensions, out);
  if ((profile & kTwoByteProfileMask) == kTwoByteProfile)
    return parseTwoByte(begin, at, extensions, out);
  return true;  // Some other profile's: legal, and nothing to us.
}

void readAudioLevel(ParsedPacket& out) {
  const auto level = out.extension(Extension::kAudioLevel);
  out.voice = !level.empty() && (level[0] & 0x80) != 0;
  out.audioLevel = level.empty() ? kSilence : level[0] & 0x7F;
}

}  // namespace

Codec codecOf(std::string_view name) {
  static constexpr std::pair<std::string_view, Codec> kNames[] = {
      {"opus", Codec::kOpus}, {"red", Codec::kRed}, {"pcmu", Codec::kPcmu},
      {"pcma", Codec::kPcma}, {"vp8", Codec::kVp8}, {"vp9", Codec::kVp9},
      {"h264", Codec::kH264}, {"av1", Codec::kAv1}, {"rtx", Codec::kRtx},
  };
  for (const auto& [known, codec] : kNames)
    if (known.size() == name.size() && strncasecmp(known.data(), name.data(), name.size()) == 0)
      return codec;
  return Codec::kUnknown;
}

bool parse(uint8_t* data, size_t size, const ExtensionMap& extensions, ParsedPacket& out) {
  if (size < kFixedHeader || size > UINT16_MAX || data[0] >> 6 != 2) return false;
  out.data = data;
  out.size = static_cast<uint16_t>(size);
  out.csrcCount = data[0] & 0x0F;
  out.marker = (data[1] & 0x80) != 0;
  out.payloadType = data[1] & 0x7F;
  out.sequence = read16(data + 2);
  out.timestamp = read32(data + 4);
  out.ssrc = read32(data + 8);
  out.elementCount = 0;

  size_t at = kFixedHeader + size_t{out.csrcCount} * 4;
  if (at > size) return false;
  const bool hasExtension = (data[0] & 0x10) != 0;
  if (hasExtension && !parseExtension(at, extensions, out)) return false;

  size_t padding = 0;
  if ((data[0] & 0x20) != 0) {
    if (at == size) return false;
    padding = data[size - 1];
    if (padding == 0 || padding > size - at) return false;
  }
  out.payloadOffset = static_cast<uint16_t>(at);
  out.payloadSize = static_cast<uint16_t>(size - at - padding);
  readAudioLevel(out);
  return true;
}

void classify(Codec codec, ParsedPacket& packet) {
  packet.codec = codec;
  packet.keyFrame = false;
  const auto payload = packet.payload();
  switch (codec) {
    case Codec::kVp8: {
      Vp8Descriptor descriptor;
      packet.keyFrame = parseVp8(payload, descriptor) && descriptor.keyFrame;
      break;
    }
    case Codec::kVp9: {
      Vp9Descriptor descriptor;
      packet.keyFrame = parseVp9(payload, descriptor) && descriptor.keyFrame;
      break;
    }
    case Codec::kH264:
      packet.keyFrame = startsH264KeyFrame(payload);
      break;
    case Codec::kAv1:
      packet.keyFrame = startsAv1KeyFrame(payload);
      break;
    case Codec::kUnknown:
    case Codec::kOpus:
    case Codec::kRed:
    case Codec::kPcmu:
    case Codec::kPcma:
    case Codec::kRtx:
      break;
  }
}

}  // namespace parlour::rtp
