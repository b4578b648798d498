// Wrapping counters: which of two is newer, and a counter that never wraps.
// Source: RFC 1982 (serial number arithmetic), RFC 3550 appendix A.1. Thread: any.
#pragma once

#include <cstdint>
#include <type_traits>

namespace parlour::rtp {

/// Signed distance from `b` to `a` on the circle: positive where `a` is newer. A distance of
/// exactly half the circle counts as older.
template <typename T>
constexpr int64_t distance(T a, T b) {
  static_assert(std::is_unsigned_v<T>);
  return static_cast<std::make_signed_t<T>>(static_cast<T>(a - b));
}

/// Is `a` newer than `b`? False where they are equal.
template <typename T>
constexpr bool isNewer(T a, T b) {
  return distance(a, b) > 0;
}

/// Distance for counters of `bits` bits (VP8/VP9 picture ids: 7 or 15, TL0PICIDX: 8, KEYIDX: 5)
/// kept in wider words; high bits of both are ignored.
constexpr int32_t distanceOfBits(uint32_t a, uint32_t b, unsigned bits) {
  const uint32_t mask = (1u << bits) - 1;
  const uint32_t d = (a - b) & mask;
  return d >= (1u << (bits - 1)) ? static_cast<int32_t>(d) - static_cast<int32_t>(1u << bits)
                                 : static_cast<int32_t>(d);
}

/// Turns a wrapping counter into one that does not. The first value is taken as it is; older ones
/// that follow may be negative. Steps of half the circle or more are ambiguous and count as back.
template <typename T>
class Unwrapper {
 public:
  /// The long value of `v`; remembers it where it is the newest so far.
  int64_t unwrap(T v) {
    const int64_t full = peek(v);
    if (!started_ || full > newest_) newest_ = full;
    started_ = true;
    return full;
  }
  /// What unwrap would return, without remembering.
  int64_t peek(T v) const {
    return started_ ? newest_ + distance(v, static_cast<T>(newest_)) : static_cast<int64_t>(v);
  }
  bool started() const { return started_; }
  int64_t newest() const { return newest_; }
  void reset() { *this = Unwrapper(); }

 private:
  int64_t newest_ = 0;
  bool started_ = false;
};

}  // namespace parlour::rtp
