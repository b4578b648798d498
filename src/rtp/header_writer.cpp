#include "rtp/header_writer.hpp"

#include <cstring>

#include "rtp/bytes.hpp"

namespace parlour::rtp {

namespace {

constexpr size_t kFixedHeader = 12, kCsrcSize = 4, kExtensionHeader = 4;
constexpr uint16_t kOneByteProfile = 0xBEDE, kTwoByteProfile = 0x1000;
constexpr uint8_t kMaxOneByteId = 14;
constexpr size_t kMaxOneByteSize = 16, kMaxTwoByteSize = 255;

constexpr Extension kForwarded[] = {
    Extension::kAudioLevel, Extension::kVideoOrientation, Extension::kAbsCaptureTime,
    Extension::kColorSpace, Extension::kPlayoutDelay,     Extension::kVideoContentType,
};

/// The elements of one outgoing header; borrows their content.
struct Elements {
  struct Element {
    uint8_t id;
    std::span<const uint8_t> content;
  };
  std::array<Element, std::size(kForwarded) + 2> list;
  size_t count = 0;
  bool twoByte = false;
  size_t contentBytes = 0;

  void add(uint8_t id, std::span<const uint8_t> content) {
    if (id == 0 || content.size() > kMaxTwoByteSize) return;
    list[count++] = {id, content};
    contentBytes += content.size();
    if (id > kMaxOneByteId || content.empty() || content.size() > kMaxOneByteSize) twoByte = true;
  }
  size_t bytes() const { return contentBytes + count * (twoByte ? 2 : 1); }
};

uint8_t idOf(const ExtensionIds& ids, Extension meaning) {
  return ids[static_cast<size_t>(meaning)];
}

void addForwarded(const ParsedPacket& input, const ExtensionIds& ids, Elements& out) {
  for (const Extension meaning : kForwarded) {
    const uint8_t id = idOf(ids, meaning);
    if (id == 0) continue;
    for (uint8_t i = 0; i < input.elementCount; ++i) {
      const auto& element = input.elements[i];
      if (element.meaning != meaning) continue;
      out.add(id, {input.data + element.offset, element.size});
      break;
    }
  }
}

/// Writes profile, length and elements; `size` is that of all of it, a multiple of 4.
void writeExtension(uint8_t* out, size_t size, const Elements& elements) {
  write16(out, elements.twoByte ? kTwoByteProfile : kOneByteProfile);
  write16(out + 2, static_cast<uint16_t>((size - kExtensionHeader) / 4));
  uint8_t* at = out + kExtensionHeader;
  for (size_t i = 0; i < elements.count; ++i) {
    const auto& [id, content] = elements.list[i];
    if (elements.twoByte) {
      *at++ = id;
      *at++ = static_cast<uint8_t>(content.size());
    } else {
      *at++ = static_cast<uint8_t>(id << 4 | (content.size() - 1));
    }
    if (!content.empty()) std::memcpy(at, content.data(), content.size());
    at += content.size();
  }
  std::memset(at, 0, static_cast<size_t>(out + size - at));
}

void writeFixed(uint8_t* out, const OutgoingHeader& header, bool hasExtension) {
  constexpr uint8_t kVersion = 2 << 6, kExtensionBit = 0x10, kMarkerBit = 0x80;
  const uint8_t csrcCount = header.csrc != 0 ? 1 : 0;
  out[0] = static_cast<uint8_t>(kVersion | (hasExtension ? kExtensionBit : 0) | csrcCount);
  out[1] = static_cast<uint8_t>((header.marker ? kMarkerBit : 0) | (header.payloadType & 0x7F));
  write16(out + 2, header.sequence);
  write32(out + 4, header.timestamp);
  write32(out + 8, header.ssrc);
  if (csrcCount > 0) write32(out + kFixedHeader, header.csrc);
}

}  // namespace

size_t writeHeader(std::span<uint8_t> out, const OutgoingHeader& header, const ExtensionIds& ids,
                   const ParsedPacket& input) {
  Elements elements;
  if (!header.mid.empty())
    elements.add(idOf(ids, Extension::kMid),
                 {reinterpret_cast<const uint8_t*>(header.mid.data()), header.mid.size()});
  uint8_t transportSequence[2];
  if (header.transportSequence >= 0) {
    write16(transportSequence, static_cast<uint16_t>(header.transportSequence));
    elements.add(idOf(ids, Extension::kTransportCc), transportSequence);
  }
  addForwarded(input, ids, elements);

  const size_t fixed = kFixedHeader + (header.csrc != 0 ? kCsrcSize : 0);
  const bool hasExtension = elements.count > 0;
  const size_t extension = hasExtension ? kExtensionHeader + (elements.bytes() + 3) / 4 * 4 : 0;
  if (out.size() < fixed + extension) return 0;
  writeFixed(out.data(), header, hasExtension);
  if (hasExtension) writeExtension(out.data() + fixed, extension, elements);
  return fixed + extension;
}

}  // namespace parlour::rtp
