// SequenceMap: what an output packet was made of, so that a NACK can be answered with the same
// bytes, over source switches and sequence wrap.
// Thread: the egress worker that owns the slot. Allocates once.
#pragma once

#include <cstdint>
#include <vector>

#include "rtp/slot_rewriter.hpp"

namespace parlour::rtp {

class SequenceMap {
 public:
  static constexpr size_t kCapacity = 1024;  ///< Newest output packets kept; a power of two.

  struct Origin {
    uint32_t source = 0;     ///< The caller's id of the source.
    uint32_t timestamp = 0;  ///< Of the output.
    PictureIds ids;          ///< Of the output, for patchFor.
    uint16_t sequence = 0;   ///< Of the input.
  };

  SequenceMap() : entries_(kCapacity) {}

  /// Remembers one output packet, in place of the one kCapacity before it.
  void put(uint16_t output, const Origin& origin) {
    entries_[output % kCapacity] = {origin, output, true};
  }
  /// Null where the output was never put or has been replaced. Valid until the next put.
  const Origin* find(uint16_t output) const {
    const Entry& entry = entries_[output % kCapacity];
    return entry.used && entry.output == output ? &entry.origin : nullptr;
  }
  void clear() { entries_.assign(kCapacity, {}); }

 private:
  struct Entry {
    Origin origin;
    uint16_t output = 0;
    bool used = false;
  };
  std::vector<Entry> entries_;
};

}  // namespace parlour::rtp
