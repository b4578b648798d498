#include "call/member.hpp"

namespace parlour::call {

Liveness livenessOf(const Silence& silence, const LivenessLimits& limits) {
  // Where there is no media (yet), its absence says nothing; the same for signalling.
  const auto silent = [&](int64_t ns) {
    return (!silence.hasMedia || silence.mediaNs >= ns) &&
           (!silence.hasSignalling || silence.signallingNs >= ns);
  };
  if (silent(limits.goneNs)) return Liveness::kGone;
  if (silent(limits.reconnectingNs)) return Liveness::kReconnecting;
  if (silence.hasMedia && silence.mediaNs >= limits.goneNs) return Liveness::kReconnecting;
  return Liveness::kAlive;
}

// Bounds after ITU-T G.107's knee (one-way 150 ms) and the loss at which Opus with FEC and VP8
// with retransmission begin to show it.
uint8_t qualityOf(double loss, double rttMs, double jitterMs) {
  if (loss > 0.10 || rttMs > 600 || jitterMs > 120) return 1;
  if (loss > 0.03 || rttMs > 300 || jitterMs > 50) return 2;
  return 3;
}

}  // namespace parlour::call
