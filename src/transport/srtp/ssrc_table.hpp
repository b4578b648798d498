// What a receiver remembers of every SSRC of a peer, within a bound. Thread: one at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "transport/srtp/packet_index.hpp"

namespace parlour::transport {

/// Index windows of the SSRCs in use, and the highest index of those that gave their window up.
/// Eviction cannot open replay: an SSRC that comes back continues above its mark.
class SsrcTable {
 public:
  static constexpr size_t kMaxWindows = 64;
  static constexpr size_t kMaxMarks = 4096;

  /// The window of an SSRC if it has one, else one that stands for what is known of it: everything
  /// up to its mark used, or nothing. Never changes the table.
  struct Found {
    IndexWindow* window = nullptr;  ///< Null: not in the table.
    std::optional<uint64_t> mark;   ///< Highest index before its window was given up.
    bool known() const { return window || mark; }
    uint64_t highest() const { return window ? window->highest() : mark.value_or(0); }
    bool fresh(uint64_t index) const {
      return window ? window->fresh(index) : !mark || index > *mark;
    }
  };
  Found find(uint32_t ssrc);

  /// Marks an index of an authenticated packet used. False when there is no room for a new SSRC.
  bool use(uint32_t ssrc, uint64_t index, const Found& found);

 private:
  struct Entry {
    uint32_t ssrc = 0;
    uint64_t lastUse = 0;  ///< By `uses_`.
    IndexWindow window;
  };
  Entry* claim();

  std::vector<Entry> entries_;
  size_t last_ = 0;  ///< Packets come in runs of one SSRC.
  uint64_t uses_ = 0;
  std::unordered_map<uint32_t, uint64_t> marks_;
};

}  // namespace parlour::transport
