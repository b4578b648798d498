#include "server_metrics.hpp"

namespace parlour {
namespace {

using signalling::Sample;

/// Sum of one counter over all threads of a kind.
template <typename Threads, typename Counter>
double sumOf(const Threads& threads, Counter counter) {
  double sum = 0;
  for (const auto& t : threads)
    sum += static_cast<double>((t->counters().*counter).load(std::memory_order_relaxed));
  return sum;
}

std::vector<Sample> droppedIn(const transport::Hub& hub) {
  using C = transport::IoCounters;
  const auto& io = hub.ioThreads();
  return {{{{"reason", "unknown_peer"}}, sumOf(io, &C::unknownPeer)},
          {{{"reason", "bad_stun"}}, sumOf(io, &C::badStun)},
          {{{"reason", "stun_rate"}}, sumOf(io, &C::stunRate)},
          {{{"reason", "no_keys"}}, sumOf(io, &C::noKeys)},
          {{{"reason", "bad_auth"}}, sumOf(io, &C::badAuth)},
          {{{"reason", "replayed"}}, sumOf(io, &C::replayed)},
          {{{"reason", "malformed"}}, sumOf(io, &C::malformed)},
          {{{"reason", "no_buffer"}}, sumOf(io, &C::noBuffer)}};
}

}  // namespace

void registerMetrics(signalling::Metrics& metrics, transport::Hub& hub, call::Calls& calls) {
  using I = transport::IoCounters;
  using W = transport::WorkerCounters;
  metrics.addProcess();
  metrics.gauge("parlour_rooms", "Rooms that are open.",
                [&calls] { return static_cast<double>(calls.rooms().size()); });
  metrics.gauge("parlour_participants", "Participants, those that may still come back included.",
                [&calls] { return static_cast<double>(calls.participants()); });
  metrics.counters("parlour_transport_received_total", "Datagrams received, by kind.", [&hub] {
    const auto& io = hub.ioThreads();
    return std::vector<Sample>{{{{"kind", "rtp"}}, sumOf(io, &I::rtp)},
                               {{{"kind", "rtcp"}}, sumOf(io, &I::rtcp)},
                               {{{"kind", "stun"}}, sumOf(io, &I::stun)},
                               {{{"kind", "dtls"}}, sumOf(io, &I::dtls)}};
  });
  metrics.counter("parlour_transport_handed_over_total",
                  "Datagrams read by another I/O thread than the peer's own.",
                  [&hub] { return sumOf(hub.ioThreads(), &I::handed); });
  metrics.counters("parlour_transport_receive_dropped_total",
                   "Datagrams dropped on arrival, by reason.", [&hub] { return droppedIn(hub); });
  metrics.counter("parlour_egress_packets_total", "Packets sent to subscribers.",
                  [&hub] { return sumOf(hub.workers(), &W::packets); });
  metrics.counter("parlour_egress_bytes_total", "Bytes sent to subscribers, SRTP included.",
                  [&hub] { return sumOf(hub.workers(), &W::bytes); });
  metrics.counter("parlour_egress_retransmitted_total", "Packets sent again after a NACK.",
                  [&hub] { return sumOf(hub.workers(), &W::retransmitted); });
  metrics.counters("parlour_egress_dropped_total", "Packets not sent, by reason.", [&hub] {
    return std::vector<Sample>{{{{"reason", "socket"}}, sumOf(hub.workers(), &W::dropped)},
                               {{{"reason", "refused"}}, sumOf(hub.workers(), &W::refused)}};
  });
  metrics.counter("parlour_egress_busy_seconds_total", "Time the egress workers were busy.",
                  [&hub] { return sumOf(hub.workers(), &W::busyNs) / 1e9; });
}

}  // namespace parlour
