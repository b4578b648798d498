#include "server_metrics.hpp"

#include <gst/gst.h>

#include <fmt/format.h>

#include "signalling/message_write.hpp"

namespace parlour {
namespace {

using signalling::HistogramSample;
using signalling::Metrics;
using signalling::Sample;
using I = transport::IoCounters;
using G = transport::IngestCounters;
using W = transport::WorkerCounters;

double valueOf(const std::atomic<uint64_t>& counter) {
  return static_cast<double>(counter.load(std::memory_order_relaxed));
}

/// Sums over the threads of the hub, each of which counts for itself.
struct Sums {
  transport::Hub& hub;

  double of(std::atomic<uint64_t> I::*counter) const {
    double sum = 0;
    for (const auto& t : hub.ioThreads()) sum += valueOf(t->counters().*counter);
    return sum;
  }
  double of(std::atomic<uint64_t> G::*counter) const {
    double sum = 0;
    for (const auto& t : hub.ioThreads()) sum += valueOf(t->ingestCounters().*counter);
    return sum;
  }
  double of(std::atomic<uint64_t> W::*counter) const {
    double sum = 0;
    for (const auto& w : hub.workers()) sum += valueOf(w->counters().*counter);
    return sum;
  }
  template <typename H>
  HistogramReading of(H G::*histogram) const {
    HistogramReading all;
    for (const auto& t : hub.ioThreads()) all.add((t->ingestCounters().*histogram).read());
    return all;
  }
  template <typename H>
  HistogramReading of(H W::*histogram) const {
    HistogramReading all;
    for (const auto& w : hub.workers()) all.add((w->counters().*histogram).read());
    return all;
  }
};

/// One sample per media thread, named by its number.
template <typename Threads, typename Nanoseconds>
std::vector<Sample> perThread(const Threads& threads, Nanoseconds ns) {
  std::vector<Sample> samples;
  for (const auto& thread : threads)
    samples.push_back(
        {{{"thread", std::to_string(samples.size())}}, static_cast<double>(ns(*thread)) / 1e9});
  return samples;
}

template <typename Counter>
struct Named {
  const char* name;
  std::atomic<uint64_t> Counter::*counter;
};

std::vector<Sample> droppedIn(const Sums& sums) {
  std::vector<Sample> samples;
  for (const Named<I>& reason : {Named<I>{"unknown_peer", &I::unknownPeer},
                                 {"bad_stun", &I::badStun},
                                 {"stun_rate", &I::stunRate},
                                 {"no_keys", &I::noKeys},
                                 {"bad_auth", &I::badAuth},
                                 {"replayed", &I::replayed},
                                 {"malformed", &I::malformed},
                                 {"no_buffer", &I::noBuffer}})
    samples.push_back({{{"reason", reason.name}}, sums.of(reason.counter)});
  samples.push_back({{{"reason", "unknown_stream"}}, sums.of(&G::unknownStream)});
  return samples;
}

std::vector<Sample> droppedOut(const Sums& sums) {
  std::vector<Sample> samples;
  for (const Named<W>& reason :
       {Named<W>{"socket", &W::dropped}, {"refused", &W::refused}, {"unwanted", &W::unwanted}})
    samples.push_back({{{"reason", reason.name}}, sums.of(reason.counter)});
  return samples;
}

void addBuild(Metrics& metrics) {
  metrics.gauges("parlour_build_info", "What runs: always 1, the versions are labels.", [] {
    guint major = 0, minor = 0, micro = 0, nano = 0;
    gst_version(&major, &minor, &micro, &nano);
    return std::vector<Sample>{{{{"version", PARLOUR_VERSION},
                                 {"gstreamer", fmt::format("{}.{}.{}", major, minor, micro)}},
                                1}};
  });
}

void addIngress(Metrics& metrics, const Sums& sums) {
  metrics.counters(
      "parlour_transport_received_total", "Datagrams received and taken, by kind.", [sums] {
        std::vector<Sample> samples;
        for (const Named<I>& kind :
             {Named<I>{"rtp", &I::rtp}, {"rtcp", &I::rtcp}, {"stun", &I::stun}, {"dtls", &I::dtls}})
          samples.push_back({{{"kind", kind.name}}, sums.of(kind.counter)});
        return samples;
      });
  metrics.counter("parlour_transport_received_bytes_total", "Bytes of all datagrams that came.",
                  [sums] { return sums.of(&I::bytes); });
  metrics.counter("parlour_transport_handed_over_total",
                  "Datagrams read by another thread than the peer's own.",
                  [sums] { return sums.of(&I::handed); });
  metrics.counters("parlour_transport_receive_dropped_total",
                   "Datagrams dropped on arrival, by reason.", [sums] { return droppedIn(sums); });
  metrics.counter("parlour_recovered_packets_total", "Packets that publishers sent again.",
                  [sums] { return sums.of(&G::recovered); });
}

void addEgress(Metrics& metrics, const Sums& sums) {
  metrics.counter("parlour_egress_packets_total", "Packets handed to the kernel for viewers.",
                  [sums] { return sums.of(&W::packets); });
  metrics.counter("parlour_egress_bytes_total", "Bytes sent to viewers, SRTP included.",
                  [sums] { return sums.of(&W::bytes); });
  metrics.counter("parlour_egress_retransmitted_total", "Packets sent again after a NACK.",
                  [sums] { return sums.of(&W::retransmitted); });
  metrics.counters("parlour_egress_dropped_total", "Packets not sent, by reason.",
                   [sums] { return droppedOut(sums); });
}

void addFeedback(Metrics& metrics, const Sums& sums) {
  metrics.counter("parlour_nacks_sent_total", "Packets asked of publishers again.",
                  [sums] { return sums.of(&G::nacks); });
  metrics.counter("parlour_nacks_received_total", "Packets that viewers asked for again.",
                  [sums] { return sums.of(&W::nacks); });
  metrics.counter("parlour_key_frame_requests_sent_total", "Key frames asked of publishers.",
                  [sums] { return sums.of(&G::keyFrameRequests); });
  metrics.counter("parlour_key_frame_requests_received_total", "Key frames that viewers asked for.",
                  [sums] { return sums.of(&W::keyFrameRequests); });
}

void addQuality(Metrics& metrics, const Sums& sums) {
  metrics.histogram("parlour_forwarding_delay_seconds",
                    "From a batch's arrival until the kernel had it for the last viewer.",
                    [sums] { return sums.of(&W::delay); });
  metrics.histogram("parlour_round_trip_seconds", "Round trip to viewers, as they report.",
                    [sums] { return sums.of(&W::roundTrip); });
  const auto bothWays = [&](const char* name, const char* help, auto in, auto out) {
    metrics.histograms(name, help, [sums, in, out] {
      return std::vector<HistogramSample>{{{{"direction", "in"}}, sums.of(in)},
                                          {{{"direction", "out"}}, sums.of(out)}};
    });
  };
  bothWays("parlour_jitter_seconds", "Interarrival jitter, once per stream and report.", &G::jitter,
           &W::jitter);
  bothWays("parlour_loss_ratio", "Share of packets lost since the report before.", &G::loss,
           &W::loss);
}

void addThreads(Metrics& metrics, transport::Hub& hub) {
  metrics.counters("parlour_media_busy_seconds_total", "Wall time the media thread was busy.",
                   [&hub] {
                     return perThread(hub.threads(), [](const auto& t) { return t.busyNs(); });
                   });
  metrics.counters("parlour_media_cpu_seconds_total", "CPU time of the media thread.", [&hub] {
    return perThread(hub.threads(), [](const auto& t) { return t.cpuNs(); });
  });
}

void addCensus(Metrics& metrics, const call::Calls& calls) {
  const auto census = std::make_shared<call::Census>();
  metrics.onScrape([census, &calls] { *census = calls.census(); });
  metrics.gauges("parlour_peers", "Participants with a media connection, by its state.", [census] {
    const auto sample = [](const char* state, size_t count) {
      return Sample{{{"state", state}}, static_cast<double>(count)};
    };
    return std::vector<Sample>{
        sample("connecting", census->connecting), sample("connected", census->connected),
        sample("reconnecting", census->reconnecting), sample("parked", census->parked)};
  });
  metrics.gauge("parlour_publishers", "Participants that publish something.",
                [census] { return static_cast<double>(census->publishers); });
  const auto byKind = [&](const char* name, const char* help, size_t call::Census::OfKind::*count) {
    metrics.gauges(name, help, [census, count] {
      return std::vector<Sample>{{{{"kind", "audio"}}, static_cast<double>(census->audio.*count)},
                                 {{{"kind", "video"}}, static_cast<double>(census->video.*count)}};
    });
  };
  using K = call::Census::OfKind;
  byKind("parlour_tracks", "Published tracks.", &K::tracks);
  byKind("parlour_streams", "Published RTP streams; a track has one per layer.", &K::streams);
  byKind("parlour_slots", "Receive slots that viewers offered.", &K::slots);
  byKind("parlour_subscriptions", "Slots in which something is shown.", &K::subscriptions);
}

void addCalls(Metrics& metrics, call::Calls& calls) {
  metrics.gauge("parlour_rooms", "Rooms that are open.",
                [&calls] { return static_cast<double>(calls.rooms().size()); });
  metrics.gauge("parlour_participants", "Participants, those that may still come back included.",
                [&calls] { return static_cast<double>(calls.participants()); });
  addCensus(metrics, calls);
  metrics.counters("parlour_leaves_total", "Stays that ended, by reason.", [&calls] {
    std::vector<Sample> samples;
    for (size_t i = 0; i < calls.leaves().size(); ++i) {
      const auto reason = signalling::textOf(static_cast<room::LeaveReason>(i));
      samples.push_back(
          {{{"reason", std::string(reason)}}, static_cast<double>(calls.leaves()[i])});
    }
    return samples;
  });
  metrics.histograms("parlour_join_duration_seconds", "How long joining took, by phase.", [&calls] {
    std::vector<HistogramSample> samples;
    for (size_t i = 0; i < calls.joins().size(); ++i)
      samples.push_back({{{"phase", call::kJoinPhaseNames[i]}}, calls.joins()[i].read()});
    return samples;
  });
}

}  // namespace

void registerMetrics(Metrics& metrics, transport::Hub& hub, call::Calls& calls) {
  const Sums sums{hub};
  addBuild(metrics);
  metrics.addProcess();
  addCalls(metrics, calls);
  addIngress(metrics, sums);
  addEgress(metrics, sums);
  addFeedback(metrics, sums);
  addQuality(metrics, sums);
  addThreads(metrics, hub);
}

}  // namespace parlour
