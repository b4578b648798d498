#include "rtp/h264.hpp"

#include "rtp/bytes.hpp"

namespace parlour::rtp {

namespace {

constexpr uint8_t kIdr = 5, kSps = 7, kStapA = 24, kFuA = 28;
constexpr uint8_t kTypeMask = 0x1F;
constexpr uint8_t kFuStart = 0x80;

/// `content`: of a NAL unit, after its header. The first slice's header begins with
/// first_mb_in_slice = 0, which is a single 1 bit as ue(v) (H.264 section 7.3.3).
bool startsKeyFrame(uint8_t type, std::span<const uint8_t> content) {
  if (type == kSps) return true;
  return type == kIdr && !content.empty() && (content[0] & 0x80) != 0;
}

/// Takes a NAL unit off the front of a STAP-A's; empty at the end or where the sizes are wrong.
std::span<const uint8_t> takeUnit(std::span<const uint8_t>& units) {
  if (units.size() <= 2) return {};
  const size_t size = read16(units.data());
  if (size > units.size() - 2) return {};
  const auto unit = units.subspan(2, size);
  units = units.subspan(2 + size);
  return unit;
}

bool stapStartsKeyFrame(std::span<const uint8_t> units) {
  for (auto unit = takeUnit(units); !unit.empty(); unit = takeUnit(units))
    if (startsKeyFrame(unit[0] & kTypeMask, unit.subspan(1))) return true;
  return false;
}

}  // namespace

bool startsH264KeyFrame(std::span<const uint8_t> payload) {
  if (payload.empty()) return false;
  const uint8_t type = payload[0] & kTypeMask;
  if (type == kStapA) return stapStartsKeyFrame(payload.subspan(1));
  if (type != kFuA) return startsKeyFrame(type, payload.subspan(1));
  if (payload.size() < 2 || (payload[1] & kFuStart) == 0) return false;
  return startsKeyFrame(payload[1] & kTypeMask, payload.subspan(2));
}

std::span<const uint8_t> h264SequenceParameters(std::span<const uint8_t> payload) {
  if (payload.empty()) return {};
  const uint8_t type = payload[0] & kTypeMask;
  if (type == kSps) return payload.subspan(1);
  if (type != kStapA) return {};
  auto units = payload.subspan(1);
  for (auto unit = takeUnit(units); !unit.empty(); unit = takeUnit(units))
    if ((unit[0] & kTypeMask) == kSps) return unit.subspan(1);
  return {};
}

}  // namespace parlour::rtp
