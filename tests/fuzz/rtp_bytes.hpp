// Fuzz input as a stream of decisions, and exact copies for the sanitizer.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "rtp/packet.hpp"

namespace parlour::fuzz {

/// An invariant of the code under test; a fuzz target has no other way to complain.
inline void require(bool held) {
  if (!held) std::abort();
}

class Input {
 public:
  Input(const uint8_t* data, size_t size) : rest_(data, size) {}
  bool empty() const { return rest_.empty(); }
  uint8_t byte() {
    if (rest_.empty()) return 0;
    const uint8_t value = rest_[0];
    rest_ = rest_.subspan(1);
    return value;
  }
  uint16_t word() {
    const uint8_t high = byte();
    return static_cast<uint16_t>(high << 8 | byte());
  }
  /// The next `count` bytes or what is left, as an allocation of exactly that size.
  std::vector<uint8_t> take(size_t count) {
    const auto part = rest_.first(std::min(count, rest_.size()));
    rest_ = rest_.subspan(part.size());
    return {part.begin(), part.end()};
  }
  std::vector<uint8_t> rest() { return take(rest_.size()); }

 private:
  std::span<const uint8_t> rest_;
};

/// Ids 1 to 14 in the order of the meanings.
inline rtp::ExtensionMap everyExtension() {
  rtp::ExtensionMap map = rtp::emptyExtensionMap();
  for (size_t i = 0; i < rtp::kExtensionCount; ++i) map[i + 1] = static_cast<rtp::Extension>(i);
  return map;
}

}  // namespace parlour::fuzz
