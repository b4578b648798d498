// parlour-bench-forward: what the egress core costs per forwarded packet, without clients.
//
// Publishes frames of synthetic packets into TrackFanouts and waits for the workers to send them to
// sockets that nobody reads. Prints the workers' own CPU time per packet and the packets per second
// of wall time. Under callgrind (--toggle-collect of EgressWorker::round) it counts instructions.
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstring>
#include <optional>

#include "base/clock.hpp"
#include "transport/endpoint.hpp"
#include "transport/hub.hpp"
#include "transport/rtp_buffer.hpp"

using namespace parlour;
using namespace parlour::transport;

namespace {

constexpr uint8_t kPayloadType = 96;
constexpr int64_t kFrameDeadlineNs = 10 * kNsPerSecond;

struct Options {
  int subscribers = 100;
  int publishers = 1;
  int workers = 1;
  int frames = 600;
  int packetsPerFrame = 5;
  int payload = 1100;
  gboolean audio = FALSE;
  gboolean json = FALSE;
};

struct Publisher {
  std::shared_ptr<TrackFanout> fanout;
  uint32_t ssrc = 0;
  uint32_t timestamp = 0;
  uint16_t sequence = 0;
  uint16_t picture = 0;
};

struct Bench {
  Options options;
  std::unique_ptr<Hub> hub;
  std::vector<std::shared_ptr<Endpoint>> viewers;
  std::vector<int> sinks;
  std::vector<Publisher> publishers;
  std::optional<RtpBufferPool> pool;  ///< GStreamer must be up.
};

SrtpKeys keysOf(int seed) {
  std::array<uint8_t, 30> master;
  for (size_t i = 0; i < master.size(); ++i)
    master[i] = static_cast<uint8_t>(seed >> (8 * (i % 4))) ^ static_cast<uint8_t>(i);
  return *SrtpKeys::fromMaster(SrtpProfile::kAes128CmSha1_80, master);
}

/// A bound socket that nobody reads; its address.
Address sink(Bench& bench) {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  bench.sinks.push_back(fd);
  sockaddr_storage address{};
  socklen_t size = Address::parse("127.0.0.1", 0)->toSockaddr(AF_INET, address);
  if (fd < 0 || bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0)
    g_error("a sink socket: %s", g_strerror(errno));
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  return Address::from(reinterpret_cast<sockaddr*>(&address));
}

void addViewer(Bench& bench, int number) {
  auto endpoint = bench.hub->addEndpoint("p_" + std::to_string(number), "bench", {[] {}, [] {}});
  Flow flow;
  flow.remote = sink(bench);
  endpoint->checked(flow, true, SystemClock().nowNs());
  std::vector<std::pair<SlotIdentity, std::shared_ptr<SlotCounters>>> slots;
  for (size_t i = 0; i < bench.publishers.size(); ++i) {
    SlotIdentity identity{std::to_string(i), !bench.options.audio,
                          static_cast<uint32_t>(1000 + 2 * i), static_cast<uint32_t>(1001 + 2 * i),
                          "cname", {}};
    identity.extensions[static_cast<size_t>(rtp::Extension::kMid)] = 1;
    if (bench.options.audio)
      identity.extensions[static_cast<size_t>(rtp::Extension::kAudioLevel)] = 2;
    slots.emplace_back(identity, std::make_shared<SlotCounters>());
  }
  auto& worker = bench.hub->egressOf(*endpoint);
  worker.post(CommandItem{[endpoint, slots, number](EgressWorker& w) {
    w.setKeys(endpoint.get(), keysOf(number));
    w.setSlots(endpoint.get(), slots);
  }});
  const auto codec = bench.options.audio ? rtp::Codec::kOpus : rtp::Codec::kVp8;
  for (size_t i = 0; i < bench.publishers.size(); ++i)
    worker.post(CommandItem{
        [endpoint, mid = std::to_string(i), fanout = bench.publishers[i].fanout, codec, i](
            EgressWorker& w) {
          w.fillSlot(endpoint.get(), mid, fanout,
                     {static_cast<uint32_t>(50 + i), codec, kPayloadType, kPayloadType + 1});
        }});
  bench.viewers.push_back(std::move(endpoint));
}

/// One packet with MID-less header, VP8 descriptor with ids (video) or audio level (audio).
void publish(Bench& bench, Publisher& publisher, bool first, bool last) {
  ParlourRtpMeta* meta = nullptr;
  auto buffer = bench.pool->acquire(meta);
  const bool key = publisher.picture == 0;
  uint8_t* at = meta->bytes;
  std::memset(at, 0, 12);
  at[0] = bench.options.audio ? 0x90 : 0x80;
  at[1] = static_cast<uint8_t>((last ? 0x80 : 0) | 100);
  at[2] = static_cast<uint8_t>(publisher.sequence >> 8);
  at[3] = static_cast<uint8_t>(publisher.sequence++);
  for (int i = 0; i < 4; ++i) {
    at[4 + i] = static_cast<uint8_t>(publisher.timestamp >> (24 - 8 * i));
    at[8 + i] = static_cast<uint8_t>(publisher.ssrc >> (24 - 8 * i));
  }
  at += 12;
  if (bench.options.audio) {
    const uint8_t extension[] = {0xbe, 0xde, 0, 1, 0x10, 0x80 | 30, 0, 0};
    std::memcpy(at, extension, sizeof extension);
    at += sizeof extension;
  }
  const auto payload = static_cast<size_t>(bench.options.payload);
  std::memset(at, publisher.sequence & 0xff, payload);
  if (!bench.options.audio) {
    const uint8_t descriptor[] = {static_cast<uint8_t>(0x80 | (first ? 0x10 : 0)), 0xe0,
                                  static_cast<uint8_t>(0x80 | (publisher.picture >> 8 & 0x7f)),
                                  static_cast<uint8_t>(publisher.picture), 7, 0x20,
                                  static_cast<uint8_t>(key ? 0x10 : 0x11), 2, 0, 0x9d, 0x01, 0x2a};
    std::memcpy(at, descriptor, sizeof descriptor);
  }
  const size_t size = static_cast<size_t>(at - meta->bytes) + payload;
  rtp::ExtensionMap map = rtp::emptyExtensionMap();
  map[1] = rtp::Extension::kAudioLevel;
  if (!rtp::parse(meta->bytes, size, map, meta->packet)) g_error("the bench's own packet is bad");
  rtp::classify(bench.options.audio ? rtp::Codec::kOpus : rtp::Codec::kVp8, meta->packet);
  meta->packet.arrivalNs = SystemClock().nowNs();
  RtpBufferPool::finish(buffer.get(), static_cast<uint32_t>(size));
  publisher.fanout->deliver(buffer.get(), meta->packet);
}

uint64_t handled(const Hub& hub) {
  uint64_t sum = 0;
  for (const auto& worker : hub.workers())
    sum += worker->counters().packets + worker->counters().dropped + worker->counters().refused;
  return sum;
}

uint64_t busyNs(const Hub& hub) {
  uint64_t sum = 0;
  for (const auto& thread : hub.threads()) sum += thread->cpuNs();
  return sum;
}

/// Until every viewer's slots take its stream: workers listen to one only after their commands.
void settle(Bench& bench) {
  std::atomic<size_t> idle{0};
  for (const auto& worker : bench.hub->workers())
    worker->post(CommandItem{[&idle](EgressWorker&) { ++idle; }});
  const int64_t deadlineNs = SystemClock().nowNs() + kFrameDeadlineNs;
  while (idle < bench.hub->workers().size()) {
    if (SystemClock().nowNs() > deadlineNs) g_error("the workers do not take commands");
    const timespec nap{0, 100'000};
    nanosleep(&nap, nullptr);
  }
}

/// One frame of every publisher, and until the workers have sent it to everybody.
void frame(Bench& bench) {
  const int packets = bench.options.audio ? 1 : bench.options.packetsPerFrame;
  const uint64_t until = handled(*bench.hub) + bench.viewers.size() * bench.publishers.size() *
                                                   static_cast<uint64_t>(packets);
  for (auto& publisher : bench.publishers) {
    for (int i = 0; i < packets; ++i) publish(bench, publisher, i == 0, i == packets - 1);
    publisher.timestamp += bench.options.audio ? 960 : 3000;
    ++publisher.picture;
  }
  bench.hub->flushProduced();
  const int64_t deadlineNs = SystemClock().nowNs() + kFrameDeadlineNs;
  while (handled(*bench.hub) < until) {
    if (SystemClock().nowNs() > deadlineNs) g_error("the workers sent %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " packets in 10 s", handled(*bench.hub), until);
    const timespec nap{0, 20'000};
    nanosleep(&nap, nullptr);
  }
}

void start(Bench& bench) {
  const Options& o = bench.options;
  HubOptions options;
  options.listen = {"127.0.0.1"};
  options.port = 0;
  options.threads = static_cast<unsigned>(o.workers);
  options.consentNs = INT64_MAX / 2;
  auto hub = Hub::start(options);
  if (!hub) g_error("%s", hub.error().message.c_str());
  bench.hub = std::move(*hub);
  for (int i = 0; i < o.publishers; ++i) {
    Publisher publisher;
    publisher.fanout = bench.hub->addFanout(static_cast<uint32_t>(i + 1), !o.audio,
                                            o.audio ? 48000 : 90000);
    publisher.ssrc = static_cast<uint32_t>(0x1000 + i);
    bench.publishers.push_back(publisher);
  }
  for (int i = 0; i < o.subscribers; ++i) addViewer(bench, i);
  bench.hub->beginProducing();
  settle(bench);
  frame(bench);  // Slots are live after the key frame.
}

void run(Bench& bench) {
  const uint64_t packetsBefore = handled(*bench.hub), cpuBefore = busyNs(*bench.hub);
  const int64_t begin = SystemClock().nowNs();
  for (int i = 0; i < bench.options.frames; ++i) frame(bench);
  const auto wall = static_cast<double>(SystemClock().nowNs() - begin);
  const auto packets = static_cast<double>(handled(*bench.hub) - packetsBefore);
  const auto cpu = static_cast<double>(busyNs(*bench.hub) - cpuBefore);
  uint64_t dropped = 0;
  for (const auto& worker : bench.hub->workers())
    dropped += worker->counters().dropped + worker->counters().refused;
  std::printf(bench.options.json
                  ? "{\"packets\":%.0f,\"dropped\":%" G_GUINT64_FORMAT
                    ",\"cpuUsPerPacket\":%.3f,\"packetsPerSecond\":%.0f}\n"
                  : "%.0f packets, %" G_GUINT64_FORMAT
                    " dropped, %.3f us of worker CPU per packet, %.0f packets/s\n",
              packets, dropped, cpu / packets / 1000, packets / wall * 1e9);
}

void stop(Bench& bench) {
  for (auto& publisher : bench.publishers) bench.hub->removeFanout(publisher.fanout);
  for (auto& viewer : bench.viewers) bench.hub->removeEndpoint(viewer);
  bench.publishers.clear();
  bench.hub->flushProduced();
  bench.hub->endProducing();
  bench.hub->stop();
  for (int fd : bench.sinks) close(fd);
}

}  // namespace

int main(int argc, char** argv) {
  Bench bench;
  Options& o = bench.options;
  const GOptionEntry entries[] = {
      {"subscribers", 's', 0, G_OPTION_ARG_INT, &o.subscribers, "Viewers (100)", "N"},
      {"publishers", 'p', 0, G_OPTION_ARG_INT, &o.publishers, "Streams that all of them get (1)", "N"},
      {"workers", 'w', 0, G_OPTION_ARG_INT, &o.workers, "Egress workers (1)", "N"},
      {"frames", 'f', 0, G_OPTION_ARG_INT, &o.frames, "Frames of each stream (600)", "N"},
      {"packets", 'k', 0, G_OPTION_ARG_INT, &o.packetsPerFrame, "Packets of a picture (5)", "N"},
      {"payload", 'b', 0, G_OPTION_ARG_INT, &o.payload, "Bytes of payload (1100)", "N"},
      {"audio", 'a', 0, G_OPTION_ARG_NONE, &o.audio, "Opus-shaped: one packet a frame", nullptr},
      {"json", 'j', 0, G_OPTION_ARG_NONE, &o.json, "For programs", nullptr},
      {}};
  GOptionContext* context = g_option_context_new("- cost of the egress core per packet");
  g_option_context_add_main_entries(context, entries, nullptr);
  GError* error = nullptr;
  if (!g_option_context_parse(context, &argc, &argv, &error)) {
    std::fprintf(stderr, "%s\n", error->message);
    return 2;
  }
  g_option_context_free(context);
  gst_init(nullptr, nullptr);
  parlour_rtp_meta_get_info();
  bench.pool.emplace(64, 0);
  start(bench);
  run(bench);
  stop(bench);
  return 0;
}
