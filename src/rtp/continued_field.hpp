// ContinuedField: a small wrapping counter of a payload descriptor that goes on over sources.
// Thread: one at a time. Allocates nothing.
#pragma once

#include <algorithm>
#include <cstdint>

#include "rtp/sequence.hpp"

namespace parlour::rtp {

class ContinuedField {
 public:
  /// The next input begins a new source: it becomes one more than the newest output.
  void startSource() {
    anchored_ = false;
    placed_ = false;
  }

  /// The input without wrap, near the newest so far of this source.
  int64_t extend(uint32_t input, unsigned bits) {
    if (!anchored_) {
      anchored_ = true;
      newestInput_ = input;
      return newestInput_;
    }
    const int64_t extended =
        newestInput_ + distanceOfBits(input, static_cast<uint32_t>(newestInput_), bits);
    newestInput_ = std::max(newestInput_, extended);
    return extended;
  }

  /// The output, `bits` wide, for an extended input `skippedBefore` of whose predecessors were
  /// left out. The very first source keeps its numbers.
  uint32_t place(int64_t extended, int64_t skippedBefore, unsigned bits) {
    const int64_t compact = extended - skippedBefore;
    if (!placed_) {
      offset_ = used_ ? lastWritten_ + 1 - compact : 0;
      newestOutput_ = compact + offset_;
    }
    placed_ = used_ = true;
    const int64_t output = compact + offset_;
    const auto written = static_cast<uint32_t>(output & ((int64_t{1} << bits) - 1));
    if (output >= newestOutput_) {
      newestOutput_ = output;
      lastWritten_ = written;
    }
    return written;
  }

 private:
  bool anchored_ = false;  ///< This source has given an input.
  bool placed_ = false;    ///< This source has given an output.
  bool used_ = false;      ///< Any source has.
  int64_t newestInput_ = 0;
  int64_t offset_ = 0;  ///< Output minus compact input, of this source.
  int64_t newestOutput_ = 0;
  int64_t lastWritten_ = 0;  ///< newestOutput_ as a receiver saw it.
};

}  // namespace parlour::rtp
