// Stamp: who sent a packet, when, and which one it is; the last bytes of every synthetic payload,
// where no forwarder writes. Thread: any.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "rtp/bytes.hpp"

namespace parlour::bench {

struct Stamp {
  static constexpr size_t kBytes = 20;

  uint32_t source = 0;    ///< Index of the published track among all of the run.
  uint32_t sequence = 0;  ///< From 1, without gaps.
  int64_t sentNs = 0;     ///< Monotonic, just before it was encrypted.

  /// Into the last kBytes of `payload`, which has them.
  void write(std::span<uint8_t> payload) const {
    uint8_t* at = payload.data() + payload.size() - kBytes;
    rtp::write32(at, kMagic);
    rtp::write32(at + 4, source);
    rtp::write32(at + 8, sequence);
    rtp::write64(at + 12, static_cast<uint64_t>(sentNs));
  }
  /// Empty where there is none.
  static std::optional<Stamp> read(std::span<const uint8_t> payload) {
    if (payload.size() < kBytes) return std::nullopt;
    const uint8_t* at = payload.data() + payload.size() - kBytes;
    if (rtp::read32(at) != kMagic) return std::nullopt;
    return Stamp{rtp::read32(at + 4), rtp::read32(at + 8),
                 static_cast<int64_t>(rtp::read64(at + 12))};
  }

 private:
  static constexpr uint32_t kMagic = 0x504C5354;
};

}  // namespace parlour::bench
