// Bits of a codec's header, most significant first. Reading past the end gives zeros and is
// remembered. Thread: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace parlour::rtp {

class BitReader {
 public:
  explicit BitReader(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  /// False once anything was read past the end.
  bool good() const { return at_ <= bytes_.size() * 8; }

  bool flag() {
    const size_t bit = at_++;
    if (bit / 8 >= bytes_.size()) return false;
    return (bytes_[bit / 8] >> (7 - bit % 8) & 1) != 0;
  }

  uint32_t number(unsigned bits) {
    uint32_t value = 0;
    for (unsigned i = 0; i < bits; ++i) value = value << 1 | (flag() ? 1u : 0u);
    return value;
  }

  void skip(size_t bits) { at_ += bits; }

  /// ue(v) of H.264 section 9.1, uvlc() of AV1 section 4.10.3.
  uint32_t expGolomb() {
    unsigned zeros = 0;
    while (good() && !flag()) ++zeros;
    if (!good() || zeros >= 32) return fail();
    return (1u << zeros) - 1 + number(zeros);
  }

  /// se(v) of H.264 section 9.1.1.
  int64_t signedExpGolomb() {
    const int64_t code = expGolomb();
    return code % 2 == 0 ? -(code / 2) : (code + 1) / 2;
  }

 private:
  uint32_t fail() {
    at_ = bytes_.size() * 8 + 1;
    return 0;
  }

  std::span<const uint8_t> bytes_;
  size_t at_ = 0;
};

}  // namespace parlour::rtp
