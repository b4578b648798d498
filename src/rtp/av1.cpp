#include "rtp/av1.hpp"

namespace parlour::rtp {

namespace {

constexpr uint8_t kObuSequenceHeader = 1, kObuTemporalDelimiter = 2;
constexpr size_t kMaxLeb128 = 8;  // Bytes, AV1 section 4.10.5.

/// Reads a leb128 number from the front of `in`; false where it does not end.
bool readLeb128(std::span<const uint8_t>& in, uint64_t& out) {
  out = 0;
  for (size_t i = 0; i < kMaxLeb128 && i < in.size(); ++i) {
    out |= static_cast<uint64_t>(in[i] & 0x7F) << (7 * i);
    if ((in[i] & 0x80) == 0) {
      in = in.subspan(i + 1);
      return true;
    }
  }
  return false;
}

/// Takes element `index` off the front of `in`; false where the lengths do not add up.
bool takeElement(const Av1Aggregation& header, unsigned index, std::span<const uint8_t>& in,
                 std::span<const uint8_t>& element) {
  uint64_t size = in.size();
  const bool lastWithoutLength = header.elementCount != 0 && index + 1 == header.elementCount;
  if (!lastWithoutLength && !readLeb128(in, size)) return false;
  if (size > in.size()) return false;
  element = in.first(static_cast<size_t>(size));
  in = in.subspan(static_cast<size_t>(size));
  return true;
}

}  // namespace

bool parseAv1Aggregation(std::span<const uint8_t> payload, Av1Aggregation& out) {
  if (payload.empty()) return false;
  out.continuesElement = (payload[0] & 0x80) != 0;
  out.elementContinues = (payload[0] & 0x40) != 0;
  out.elementCount = (payload[0] >> 4) & 0x03;
  out.newSequence = (payload[0] & 0x08) != 0;
  return true;
}

namespace {

/// The sequence header OBU in front of a payload, else empty.
std::span<const uint8_t> sequenceObu(std::span<const uint8_t> payload) {
  Av1Aggregation header;
  if (!parseAv1Aggregation(payload, header)) return {};
  if (!header.newSequence || header.continuesElement) return {};
  auto rest = payload.subspan(1);
  const unsigned most = header.elementCount != 0 ? header.elementCount : 2;
  for (unsigned i = 0; i < most && i < 2; ++i) {
    std::span<const uint8_t> element;
    if (!takeElement(header, i, rest, element) || element.empty()) return {};
    const uint8_t type = (element[0] >> 3) & 0x0F;
    if (type == kObuSequenceHeader) return element;
    if (type != kObuTemporalDelimiter) return {};
  }
  return {};
}

}  // namespace

bool startsAv1KeyFrame(std::span<const uint8_t> payload) {
  return !sequenceObu(payload).empty();
}

std::span<const uint8_t> av1SequenceHeader(std::span<const uint8_t> payload) {
  constexpr uint8_t kHasExtension = 0x04, kHasSize = 0x02;
  auto obu = sequenceObu(payload);
  if (obu.empty()) return {};
  const uint8_t head = obu[0];
  const size_t headerSize = (head & kHasExtension) != 0 ? 2 : 1;
  if (obu.size() < headerSize) return {};
  obu = obu.subspan(headerSize);
  uint64_t size = obu.size();
  if ((head & kHasSize) != 0 && !readLeb128(obu, size)) return {};
  return size > obu.size() ? std::span<const uint8_t>() : obu.first(static_cast<size_t>(size));
}

}  // namespace parlour::rtp
