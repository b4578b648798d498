// Traffic: packets and bytes of payload, in and out. Pure value.
#pragma once

#include <cstdint>

namespace parlour::call {

struct Traffic {
  uint64_t packetsIn = 0, bytesIn = 0, packetsOut = 0, bytesOut = 0;

  Traffic& operator+=(const Traffic& other) {
    packetsIn += other.packetsIn;
    bytesIn += other.bytesIn;
    packetsOut += other.packetsOut;
    bytesOut += other.bytesOut;
    return *this;
  }
  /// What went away between this and a later sum over fewer streams; never below 0.
  Traffic missingIn(const Traffic& later) const {
    const auto less = [](uint64_t was, uint64_t is) { return was > is ? was - is : 0; };
    return {less(packetsIn, later.packetsIn), less(bytesIn, later.bytesIn),
            less(packetsOut, later.packetsOut), less(bytesOut, later.bytesOut)};
  }
};

}  // namespace parlour::call
