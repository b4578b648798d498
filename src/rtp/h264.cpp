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

bool stapStartsKeyFrame(std::span<const uint8_t> units) {
  while (units.size() > 2) {
    const size_t size = read16(units.data());
    units = units.subspan(2);
    if (size == 0 || size > units.size()) return false;
    if (startsKeyFrame(units[0] & kTypeMask, units.subspan(1, size - 1))) return true;
    units = units.subspan(size);
  }
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

}  // namespace parlour::rtp
