// RTP packets as tests describe them.
#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "rtp/bytes.hpp"
#include "rtp/packet.hpp"

#include <check.h>  // Last: it takes the name "fail".

namespace parlour::rtp::test {

using Bytes = std::vector<uint8_t>;

inline Bytes bytesOf(std::string_view text) {
  return {text.begin(), text.end()};
}

inline void append(Bytes& to, const Bytes& more) {
  to.insert(to.end(), more.begin(), more.end());
}

/// What to write into a packet; the defaults make a plain one.
struct Description {
  uint16_t sequence = 1;
  uint32_t timestamp = 0;
  uint32_t ssrc = 0x11111111;
  uint8_t payloadType = 96;
  bool marker = false;
  std::vector<uint32_t> csrcs;
  std::vector<std::pair<uint8_t, Bytes>> elements;  ///< Id → content.
  bool twoByte = false;
  Bytes payload = {0xAA, 0xBB, 0xCC};
  uint8_t padding = 0;
  Codec codec = Codec::kUnknown;
  int64_t arrivalNs = 0;
};

inline Bytes writeElements(const Description& d) {
  Bytes out;
  for (const auto& [id, content] : d.elements) {
    if (d.twoByte) {
      append(out, {id, static_cast<uint8_t>(content.size())});
    } else {
      out.push_back(static_cast<uint8_t>(id << 4 | (content.size() - 1)));
    }
    append(out, content);
  }
  while (out.size() % 4 != 0) out.push_back(0);
  return out;
}

inline Bytes write(const Description& d) {
  Bytes out(12);
  out[0] = static_cast<uint8_t>(0x80 | (d.padding > 0 ? 0x20 : 0) |
                                (d.elements.empty() ? 0 : 0x10) | d.csrcs.size());
  out[1] = static_cast<uint8_t>((d.marker ? 0x80 : 0) | d.payloadType);
  write16(&out[2], d.sequence);
  write32(&out[4], d.timestamp);
  write32(&out[8], d.ssrc);
  for (const uint32_t csrc : d.csrcs) {
    out.resize(out.size() + 4);
    write32(&out[out.size() - 4], csrc);
  }
  if (!d.elements.empty()) {
    const Bytes elements = writeElements(d);
    const auto words = static_cast<uint8_t>(elements.size() / 4);
    append(out, d.twoByte ? Bytes{0x10, 0x00, 0, words} : Bytes{0xBE, 0xDE, 0, words});
    append(out, elements);
  }
  append(out, d.payload);
  if (d.padding > 0) {
    out.resize(out.size() + d.padding);
    out.back() = d.padding;
  }
  return out;
}

/// A packet and its parsed form; the parsed form borrows the bytes.
class TestPacket {
 public:
  explicit TestPacket(const Description& d, const ExtensionMap& map = emptyExtensionMap())
      : bytes_(write(d)) {
    ck_assert(parse(bytes_.data(), bytes_.size(), map, parsed_));
    classify(d.codec, parsed_);
    parsed_.arrivalNs = d.arrivalNs;
  }
  TestPacket(TestPacket&&) = default;  // The bytes stay where they are.
  TestPacket(const TestPacket&) = delete;

  operator ParsedPacket&() { return parsed_; }
  operator const ParsedPacket&() const { return parsed_; }
  ParsedPacket* operator->() { return &parsed_; }
  const Bytes& bytes() const { return bytes_; }

 private:
  Bytes bytes_;
  ParsedPacket parsed_;
};

/// A VP8 payload: descriptor with the given ids (negative: field absent), then a frame header.
struct Vp8Payload {
  int pictureId = 0;
  bool wide = true;  ///< 15-bit picture id.
  int tl0PicIdx = 0;
  int temporalId = 0;
  int keyIdx = -1;
  bool start = true;
  bool keyFrame = false;

  operator Bytes() const {
    uint8_t present = 0;
    Bytes fields;
    if (pictureId >= 0) {
      present |= 0x80;
      if (wide) fields.push_back(static_cast<uint8_t>(0x80 | pictureId >> 8));
      fields.push_back(static_cast<uint8_t>(wide ? pictureId : pictureId & 0x7F));
    }
    if (tl0PicIdx >= 0) {
      present |= 0x40;
      fields.push_back(static_cast<uint8_t>(tl0PicIdx));
    }
    if (temporalId >= 0 || keyIdx >= 0) {
      if (temporalId >= 0) present |= 0x20;
      if (keyIdx >= 0) present |= 0x10;
      fields.push_back(
          static_cast<uint8_t>((temporalId > 0 ? temporalId << 6 : 0) | (keyIdx > 0 ? keyIdx : 0)));
    }
    Bytes out = {static_cast<uint8_t>(0x80 | (start ? 0x10 : 0)), present};
    append(out, fields);
    append(out, {static_cast<uint8_t>(keyFrame ? 0x10 : 0x11), 0x02, 0x00, 0x9D, 0x01, 0x2A, 0x80,
                 0x02, 0x68, 0x01});
    return out;
  }
};

}  // namespace parlour::rtp::test
