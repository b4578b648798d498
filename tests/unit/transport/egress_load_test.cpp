// Many threads at once: a publisher's packets come in through the I/O thread and go out to forty
// viewers over two workers, while viewers come, go, switch and lose packets. Run it with
// ThreadSanitizer: the transport's threads meet here as they do in a full room.
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <set>
#include <thread>

#include "base/loop.hpp"
#include "rtp/rtcp.hpp"
#include "transport/hub.hpp"
#include "transport/rtp_buffer.hpp"
#include "transport/srtp/srtp.hpp"

#include "far_end.hpp"

using namespace parlour;
using namespace parlour::transport;

namespace {

constexpr uint8_t kPt = 96, kRtxPt = 97;
constexpr uint32_t kSsrc = 0x11111111, kRtxSsrc = 0x22222222;  // Of every viewer's slot.
constexpr std::array<uint32_t, 2> kPublished = {0x33333333, 0x44444444};
constexpr size_t kViewers = 40;
constexpr int64_t kLoadNs = 2 * kNsPerSecond;
constexpr int64_t kDeadlineNs = 10 * kNsPerSecond;
constexpr int64_t kPacketEveryNs = 8 * kNsPerMs;  // Of each of the two tracks.
constexpr size_t kLeastSteps = 120;  // Three turns for everyone, on a slow machine as well.
constexpr int64_t kChurnEveryNs = 5 * kNsPerMs;

bool isRtcp(const std::vector<uint8_t>& packet) { return packet[1] >= 192 && packet[1] <= 223; }

/// One published track between the I/O thread and the workers, in the place of rtpsfu.
struct Feed final : StreamOutput, KeyFrameSource {
  Feed(Hub& of, std::shared_ptr<Endpoint> from, uint32_t id)
      : hub(of), publisher(std::move(from)), fanout(hub.addFanout(id, true, 90000)) {}
  void push(Buf<GstBuffer> buffer) noexcept override {
    fanout->deliver(buffer.get(), parlour_buffer_get_rtp_meta(buffer.get())->packet);
  }
  void onSenderClock(const SenderClock& clock) noexcept override { fanout->setSenderClock(clock); }
  void onPayloadType(uint8_t) noexcept override {}
  void requestKeyFrame() noexcept override {
    publisher->postIo(
        [this](IoThread& io) { io.requestKeyFrame(publisher.get(), this); });
  }
  Hub& hub;
  const std::shared_ptr<Endpoint> publisher;
  const std::shared_ptr<TrackFanout> fanout;
};

/// Two VP8 tracks, sent by a thread of its own until stop(); key frames where they are asked for.
struct Publisher {
  Client client;
  std::array<std::shared_ptr<Feed>, 2> feeds;
  std::array<bool, 2> keyFrame = {true, true};
  std::array<uint16_t, 2> sequence = {65000, 0};  // One of them wraps on the way.
  std::atomic<bool> stopping{false};
  std::atomic<int> asked{0};
  std::thread thread;

  explicit Publisher(Hub& hub) : client(hub, "p_publisher") {
    IngestSettings settings;
    for (uint32_t i = 0; i < 2; ++i) {
      feeds[i] = std::make_shared<Feed>(hub, client.endpoint, i + 1);
      IngestLine line;
      line.line.mid = std::to_string(i);
      line.line.payloads[kPt] = {rtp::Codec::kVp8, 90000, 0};
      line.line.ssrcs = {kPublished[i]};
      line.outputs = {feeds[i]};
      line.video = true;
      settings.lines.push_back(std::move(line));
      feeds[i]->fanout->setKeyFrameSource(feeds[i].get());
    }
    client.endpoint->postIo([e = client.endpoint, settings](IoThread& io) {
      io.configure(e.get(), settings);
    });
  }
  void start() {
    thread = std::thread([this] {
      // Never more at once than it is behind: a busy machine gets less load, not a burst.
      for (int64_t next = nowNs(); !stopping; next = std::max(next + kPacketEveryNs, nowNs())) {
        client.check();
        for (size_t i = 0; i < 2; ++i) publish(i);
        pollfd p{client.fd, POLLIN, 0};
        while (nowNs() < next + kPacketEveryNs)
          if (poll(&p, 1, 1) > 0) hearFeedback();
      }
    });
  }
  void stop() {
    stopping = true;
    thread.join();
    for (auto& feed : feeds) client.hub.removeFanout(feed->fanout);
    // Nothing of it is on its way to a feed after this.
    std::atomic<bool> done{false};
    client.endpoint->postIo([e = client.endpoint, &done](IoThread& io) {
      io.configure(e.get(), {});
      done = true;
    });
    while (!done) std::this_thread::yield();
  }
  void publish(size_t track) {
    const uint16_t seq = sequence[track]++;
    const uint32_t ssrc = kPublished[track];
    const bool key = std::exchange(keyFrame[track], false);
    std::array<uint8_t, 1100> packet{0x80, 0x80 | kPt, static_cast<uint8_t>(seq >> 8),
                                     static_cast<uint8_t>(seq), 0, 0, static_cast<uint8_t>(seq >> 8),
                                     static_cast<uint8_t>(seq), static_cast<uint8_t>(ssrc >> 24),
                                     static_cast<uint8_t>(ssrc >> 16), static_cast<uint8_t>(ssrc >> 8),
                                     static_cast<uint8_t>(ssrc),
                                     // VP8 descriptor, then the frame tag with the inverted P bit.
                                     0x10, static_cast<uint8_t>(key ? 0 : 1), 0, 0, 0x9d, 0x01, 0x2a};
    // What a viewer knows the packet by.
    std::fill(packet.begin() + 24, packet.begin() + 1000, static_cast<uint8_t>(seq * 31 + track));
    std::array<uint8_t, 1100> out;
    const size_t size = client.sender.protect(
        {.header = {packet.data(), 12}, .payload = {packet.data() + 12, 988}}, out);
    must(size > 0, "a packet is encrypted");
    send(client.fd, out.data(), size, 0);
  }
  void hearFeedback() {
    for (auto data = client.take(); !data.empty(); data = client.take()) {
      must(isRtcp(data), "a publisher gets no media");
      rtp::RtcpReader reader(data);
      rtp::RtcpPacket packet;
      while (reader.next(packet)) {
        if (packet.kind != rtp::RtcpKind::kPli) continue;
        ++asked;
        keyFrame[packet.mediaSsrc == kPublished[0] ? 0 : 1] = true;
      }
    }
  }
};

struct Viewer {
  Client client;
  std::shared_ptr<SlotCounters> counters = std::make_shared<SlotCounters>();
  std::map<uint16_t, std::vector<uint8_t>> payloads;  ///< By sequence.
  std::set<uint16_t> asked;
  std::set<uint32_t> sources;
  size_t repeats = 0;

  Viewer(Hub& hub, const std::string& id) : client(hub, id) {
    // More slots than are filled, as a client offers them.
    std::vector<std::pair<SlotIdentity, std::shared_ptr<SlotCounters>>> slots{
        {{"0", true, kSsrc, kRtxSsrc, "cname", {}}, counters},
        {{"1", true, kSsrc + 1, kRtxSsrc + 1, "cname", {}}, std::make_shared<SlotCounters>()}};
    command([slots](EgressWorker& w, const Endpoint* e) { w.setSlots(e, slots); });
  }
  void command(std::function<void(EgressWorker&, const Endpoint*)> run) {
    client.hub.egressOf(*client.endpoint)
        .post(CommandItem{[e = client.endpoint, run](EgressWorker& w) { run(w, e.get()); }});
  }
  void watch(const Publisher& publisher, size_t track) {
    command([fanout = publisher.feeds[track]->fanout, track](EgressWorker& w, const Endpoint* e) {
      w.fillSlot(e, "0", fanout,
                 {static_cast<uint32_t>(track + 1), rtp::Codec::kVp8, kPt, kRtxPt});
    });
  }
  void takeAll() {
    for (auto data = client.take(); !data.empty(); data = client.take())
      if (!isRtcp(data)) take(data);
  }
  void take(std::vector<uint8_t>& data) {
    rtp::ParsedPacket packet;
    must(rtp::parse(data.data(), data.size(), rtp::emptyExtensionMap(), packet), "it is RTP");
    auto payload = packet.payload();
    if (packet.ssrc == kRtxSsrc) {
      must(packet.payloadType == kRtxPt && payload.size() == 990, "it is a repeat");
      const auto sequence = static_cast<uint16_t>(payload[0] << 8 | payload[1]);
      payload = payload.subspan(2);
      // Whatever is in the slot by now.
      must(asked.count(sequence) == 1 && std::ranges::equal(payload, payloads[sequence]),
           "a repeat is of what was asked for and equals it");
      ++repeats;
      return;
    }
    must(packet.ssrc == kSsrc && packet.csrcCount == 1 && payload.size() == 988, "it is the slot's");
    sources.insert(static_cast<uint32_t>(data[12] << 24 | data[13] << 16 | data[14] << 8 | data[15]));
    must(std::all_of(payload.begin() + 12, payload.end(), [&](uint8_t b) { return b == payload[12]; }),
         "a payload is one packet's");
    payloads[packet.sequence] = {payload.begin(), payload.end()};
    if (packet.sequence % 8 == 0) askAgain(packet.sequence);
  }
  void askAgain(uint16_t sequence) {
    // The one of eight before: what was sent within the last 10 ms is on its way, not lost.
    const auto old = static_cast<uint16_t>(sequence - 8);
    if (!payloads.count(old)) return;
    asked.insert(old);
    std::array<uint8_t, 128> rtcp;
    client.say({rtcp.data(), rtp::writeNack(rtcp, 1, kSsrc, {&old, 1})});
    if (sequence % 256 == 0) client.say({rtcp.data(), rtp::writePli(rtcp, 1, kSsrc)});
  }
};

/// Forty viewers, of whom every few milliseconds one leaves and another comes, or one switches.
struct Room {
  Hub& hub;
  Publisher publisher{hub};
  std::vector<std::unique_ptr<Viewer>> viewers;
  size_t came = 0, steps = 0, packets = 0, repeats = 0;

  explicit Room(Hub& of) : hub(of) {
    for (size_t i = 0; i < kViewers; ++i) viewers.push_back(newcomer());
  }
  std::unique_ptr<Viewer> newcomer() {
    auto viewer = std::make_unique<Viewer>(hub, "p_" + std::to_string(came));
    viewer->watch(publisher, came++ % 2);
    return viewer;
  }
  void churn() {
    // Half of the places are kept by who has them: they see the whole of it.
    const size_t place = kViewers / 2 + steps % (kViewers / 2);
    if (steps % 3 == 0) {
      count(*viewers[place]);
      viewers[place] = newcomer();
    } else {
      viewers[steps % kViewers]->watch(publisher, (steps + steps / kViewers + 1) % 2);
    }
    if (steps % 50 == 7) publisher.feeds[0]->fanout->setKeyFrameSource(nullptr);
    if (steps % 50 == 9) publisher.feeds[0]->fanout->setKeyFrameSource(publisher.feeds[0].get());
    ++steps;
  }
  void count(const Viewer& viewer) {
    packets += viewer.payloads.size();
    repeats += viewer.repeats;
  }
  void receive() {
    std::vector<pollfd> fds;
    for (auto& v : viewers) {
      v->client.check();
      fds.push_back({v->client.fd, POLLIN, 0});
    }
    if (poll(fds.data(), fds.size(), 2) <= 0) return;
    for (size_t i = 0; i < fds.size(); ++i)
      if (fds[i].revents) viewers[i]->takeAll();
  }
  /// Receives until it holds; fails at the deadline.
  void receiveUntil(const std::function<bool()>& holds, const char* what) {
    const int64_t until = nowNs() + kDeadlineNs;
    while (!holds()) {
      ck_assert_msg(nowNs() < until, "not in time: %s", what);
      receive();
      while (g_main_context_iteration(nullptr, FALSE)) {}
    }
  }
};

std::unique_ptr<Hub> startHub() {
  HubOptions options;
  options.listen = {"127.0.0.1"};
  options.port = 0;
  options.threads = 2;
  return std::move(*Hub::start(options));
}

/// What statistics and the watchdog read, all the time.
void readAll(const Hub& hub, const Room& room) {
  uint64_t sum = 0;
  for (const auto& io : hub.ioThreads()) sum += io->counters().rtp;
  for (const auto& w : hub.workers()) sum += w->counters().packets + w->counters().bytes;
  for (const auto& feed : room.publisher.feeds)
    sum += feed->counters.packets + feed->fanout->wanted() +
           static_cast<uint64_t>(feed->fanout->lastPacketNs());
  must(hub.aliveNs() > 0 && sum < UINT64_MAX, "the threads are alive");
}

}  // namespace

START_TEST(viewers_come_go_switch_and_lose_packets_while_packets_flow) {
  auto hub = startHub();
  {
    Room room(*hub);
    std::atomic<bool> stopping{false};
    std::thread statistics([&] {
      while (!stopping) {
        readAll(*hub, room);
        std::this_thread::sleep_for(std::chrono::microseconds(200));
      }
    });
    room.publisher.start();
    const int64_t end = nowNs() + kLoadNs;
    for (int64_t next = nowNs(); nowNs() < end || room.steps < kLeastSteps; room.receive()) {
      while (g_main_context_iteration(nullptr, FALSE)) {}
      if (nowNs() < next) continue;
      next = std::max(next + kChurnEveryNs, nowNs());
      room.churn();
    }
    // Whoever is here now sees its track; those who stayed saw both.
    room.publisher.feeds[0]->fanout->setKeyFrameSource(room.publisher.feeds[0].get());
    std::vector<size_t> had;
    for (size_t i = 0; i < kViewers; ++i) {
      auto& v = *room.viewers[i];
      had.push_back(v.payloads.size());
      if (i < kViewers / 2 && v.sources.size() < 2) v.watch(room.publisher, v.sources.count(1));
    }
    room.receiveUntil(
        [&] {
          for (size_t i = 0; i < kViewers; ++i)
            if (room.viewers[i]->payloads.size() < had[i] + 16 || room.viewers[i]->repeats == 0)
              return false;
          return std::all_of(room.viewers.begin(), room.viewers.begin() + kViewers / 2,
                             [](auto& v) { return v->sources.size() == 2; });
        },
        "packets for everyone");
    for (auto& v : room.viewers) room.count(*v);
    stopping = true;
    statistics.join();
    room.publisher.stop();
    ck_assert_int_gt(room.publisher.asked, 0);
    ck_assert_uint_gt(room.came, kViewers + 20);
    ck_assert_uint_gt(room.packets, 50 * kViewers);
    ck_assert_uint_gt(room.repeats, kViewers);
    for (const auto& w : hub->workers()) {
      ck_assert_uint_gt(w->counters().packets, 0);
      ck_assert_uint_eq(w->counters().refused, 0);
    }
    printf("%zu viewers, %zu packets, %zu repeats, %zu steps\n", room.came, room.packets,
           room.repeats, room.steps);
  }
  hub->stop();
}
END_TEST

int main() {
  gst_init(nullptr, nullptr);
  return test::runSuite("egress_load",
                        {viewers_come_go_switch_and_lose_packets_while_packets_flow});
}
