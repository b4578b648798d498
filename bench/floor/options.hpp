// What parlour-floor is asked to measure. Thread: main.
#pragma once

#include <cstdint>

#include "base/result.hpp"
#include "transport/srtp/srtp.hpp"

namespace parlour::bench {

struct FloorOptions {
  uint32_t subscribers = 100;
  uint32_t packetBytes = 1100;  ///< RTP packet in clear, header included.
  uint32_t sources = 1;         ///< Publishers; their bursts are spread evenly over a period.
  uint32_t rate = 30;           ///< Bursts a second of each source (frames, or sounds).
  uint32_t burst = 5;           ///< Packets of a burst, back to back.
  double seconds = 3;           ///< Per way of sending.
  int receiverCpu = -1;         ///< Core of the process that reads; -1: any.
  transport::SrtpProfile profile = transport::SrtpProfile::kAes128CmSha1_80;
  bool json = false;
};

/// Reads argv; prints help or version and exits where asked to. Error (kInvalid): bad_option.
Result<FloorOptions> readFloorOptions(int argc, char** argv);

}  // namespace parlour::bench
