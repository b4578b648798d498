// What the media threads count for themselves: one set per thread, written by it alone, so that no
// cache line is shared by two writers. Adding up is the reader's.
// Thread: each set is written by the thread that owns it, with bump() and observe(); read by any.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/histogram.hpp"

namespace parlour::transport {

// Jitter in microseconds, loss in 1/256 as report blocks have it, delays in nanoseconds.
struct JitterHistogram : Histogram {
  JitterHistogram()
      : Histogram({0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1}, 1e6) {}
};
struct LossHistogram : Histogram {
  LossHistogram() : Histogram({0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1}, 256) {}
};
struct RoundTripHistogram : Histogram {
  RoundTripHistogram()
      : Histogram({0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2}, 1e9) {}
};
struct ForwardingDelayHistogram : Histogram {
  ForwardingDelayHistogram()
      : Histogram({0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1},
                  1e9) {}
};

/// Of an egress worker.
struct alignas(64) WorkerCounters {
  std::atomic<uint64_t> packets{0}, bytes{0}, retransmitted{0}, rounds{0};
  // Not sent: the kernel refused; it does not fit or cannot be encrypted; late or another codec.
  std::atomic<uint64_t> dropped{0}, refused{0}, unwanted{0};
  std::atomic<uint64_t> nacks{0}, keyFrameRequests{0};  ///< From viewers.
  ForwardingDelayHistogram delay;                       ///< One observation per batch of a stream.
  JitterHistogram jitter;                               ///< As viewers report, like the next two.
  LossHistogram loss;
  RoundTripHistogram roundTrip;
};

/// Of the publishers of one I/O thread.
struct alignas(64) IngestCounters {
  std::atomic<uint64_t> recovered{0};      ///< Came by retransmission.
  std::atomic<uint64_t> unknownStream{0};  ///< Authentic, but not RTP of a negotiated stream.
  std::atomic<uint64_t> nacks{0}, keyFrameRequests{0};  ///< To publishers.
  JitterHistogram jitter;  ///< As measured here, once per stream and report of ours.
  LossHistogram loss;
};

}  // namespace parlour::transport
