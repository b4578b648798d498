// Several I/O threads on one port: peers spread over them, each stays on its own, and what comes on
// a path that another thread reads still reaches it.
#include <poll.h>

#include <functional>
#include <set>
#include <thread>

#include "base/loop.hpp"
#include "transport/rtp_buffer.hpp"

#include "far_end.hpp"

using namespace parlour;
using namespace parlour::transport;

namespace {

constexpr uint8_t kPt = 111;
constexpr uint32_t kSsrc = 0x55555555;
constexpr int64_t kDeadlineNs = 5 * kNsPerSecond;
constexpr unsigned kThreads = 3;

Result<std::unique_ptr<Hub>> startHub(uint16_t port = 0, unsigned threads = kThreads) {
  HubOptions options;
  options.listen = {"127.0.0.1"};
  options.port = port;
  options.threads = threads;
  return Hub::start(options);
}

void waitFor(const std::function<bool()>& holds, const char* what) {
  const int64_t until = nowNs() + kDeadlineNs;
  while (!holds()) {
    ck_assert_msg(nowNs() < until, "not in time: %s", what);
    while (g_main_context_iteration(nullptr, FALSE)) {}
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

/// Where a published stream ends: the sequence numbers, in the order they came.
struct Sink final : StreamOutput {
  void push(Buf<GstBuffer> buffer) noexcept override {
    Lock lock(mutex);
    sequences.push_back(parlour_buffer_get_rtp_meta(buffer.get())->packet.sequence);
    threads.insert(std::this_thread::get_id());
  }
  void onSenderClock(const SenderClock&) noexcept override {}
  void onPayloadType(uint8_t) noexcept override {}
  size_t count() {
    Lock lock(mutex);
    return sequences.size();
  }
  Mutex mutex;
  std::vector<uint16_t> sequences;
  std::set<std::thread::id> threads;
};

struct Microphone {
  Client client;
  std::shared_ptr<Sink> sink = std::make_shared<Sink>();
  uint16_t next = 0;

  Microphone(Hub& hub, const std::string& id) : client(hub, id) {
    IngestLine line;
    line.line.mid = "0";
    line.line.payloads[kPt] = {rtp::Codec::kOpus, 48000, 0};
    line.line.ssrcs = {kSsrc};
    line.outputs = {sink};
    IngestSettings settings;
    settings.lines = {line};
    client.endpoint->postIo([e = client.endpoint, settings](IoThread& io) {
      io.configure(e.get(), settings);
    });
  }
  void send(int fd) {
    const uint16_t sequence = next++;
    const std::array<uint8_t, 12> header{0x80, kPt, static_cast<uint8_t>(sequence >> 8),
                                         static_cast<uint8_t>(sequence), 0, 0, 0, 0,
                                         0x55, 0x55, 0x55, 0x55};
    const std::array<uint8_t, 20> payload{};
    std::array<uint8_t, 100> out;
    const size_t size = client.sender.protect({.header = header, .payload = payload}, out);
    ck_assert_int_gt(::send(fd, out.data(), size, 0), 0);
  }
};

/// Another socket of the same peer, whose packets the given thread does not read.
int otherPath(Hub& hub, Microphone& mic) {
  const int own = mic.client.endpoint->io();
  for (int tries = 0; tries < 64; ++tries) {
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    sockaddr_storage to{};
    const socklen_t size = Address::parse("127.0.0.1", hub.port())->toSockaddr(AF_INET, to);
    ck_assert_int_eq(connect(fd, reinterpret_cast<sockaddr*>(&to), size), 0);
    const auto& names = mic.client.endpoint->names();
    const auto read = [&](int thread) {
      return hub.ioThread(static_cast<size_t>(thread)).counters().datagrams.load();
    };
    const auto readByAll = [&] { return read(0) + read(1) + read(2); };
    const uint64_t ownBefore = read(own), allBefore = readByAll();
    const auto check =
        makeCheck({.username = names.ufrag + ":x", .password = names.pwd, .nominate = true});
    ck_assert_int_gt(send(fd, check.data(), check.size(), 0), 0);
    pollfd answered{fd, POLLIN, 0};
    ck_assert_int_eq(poll(&answered, 1, 2000), 1);
    // Counted after it was answered.
    waitFor([&] { return readByAll() > allBefore; }, "the check is counted");
    if (read(own) == ownBefore) return fd;
    close(fd);
  }
  ck_abort_msg("the kernel gives every address to one thread");
  return -1;
}

}  // namespace

START_TEST(peers_spread_over_the_threads_and_each_stays_on_one) {
  auto hub = std::move(*startHub());
  {
    std::vector<std::unique_ptr<Microphone>> mics;
    for (int i = 0; i < 30; ++i)
      mics.push_back(std::make_unique<Microphone>(*hub, "p_" + std::to_string(i)));
    for (auto& mic : mics)
      waitFor([&] { return mic->client.check(), mic->client.endpoint->flow().valid(); }, "a path");
    for (int round = 0; round < 20; ++round)
      for (auto& mic : mics) mic->send(mic->client.fd);
    for (auto& mic : mics) {
      waitFor([&] { return mic->sink->count() == 20; }, "all packets of a microphone");
      ck_assert_uint_eq(mic->sink->threads.size(), 1);
      ck_assert(std::is_sorted(mic->sink->sequences.begin(), mic->sink->sequences.end()));
    }
    size_t peers = 0;
    for (const auto& io : hub->ioThreads()) {
      ck_assert_uint_gt(io->peers(), 0);
      ck_assert_uint_eq(io->counters().handed, 0);
      peers += io->peers();
    }
    ck_assert_uint_eq(peers, 30);
  }
  for (const auto& io : hub->ioThreads())
    waitFor([&] { return io->peers() == 0; }, "everybody is forgotten");
  hub->stop();
}
END_TEST

START_TEST(a_second_path_that_another_thread_reads_still_works) {
  auto hub = std::move(*startHub());
  int fd = -1;
  {
    Microphone mic(*hub, "p_mover");
    waitFor([&] { return mic.client.check(), mic.client.endpoint->flow().valid(); }, "a path");
    for (int i = 0; i < 10; ++i) mic.send(mic.client.fd);
    waitFor([&] { return mic.sink->count() == 10; }, "packets on the first path");
    const int own = mic.client.endpoint->io();
    fd = otherPath(*hub, mic);
    sockaddr_in here{};
    socklen_t size = sizeof here;
    getsockname(fd, reinterpret_cast<sockaddr*>(&here), &size);
    waitFor([&] { return mic.client.endpoint->flow().remote.port == ntohs(here.sin_port); },
            "the nominated path");
    for (int i = 0; i < 50; ++i) mic.send(fd);
    waitFor([&] { return mic.sink->count() == 60; }, "packets on the second path");
    ck_assert(std::is_sorted(mic.sink->sequences.begin(), mic.sink->sequences.end()));
    ck_assert_int_eq(mic.client.endpoint->io(), own);
    ck_assert_uint_eq(mic.sink->threads.size(), 1);
    uint64_t handed = 0;
    for (const auto& io : hub->ioThreads()) handed += io->counters().handed;
    ck_assert_uint_eq(handed, 50);
  }
  // Gone: its packets are nobody's now, on every thread.
  const auto unknown = [&] {
    uint64_t sum = 0;
    for (const auto& io : hub->ioThreads()) sum += io->counters().unknownPeer;
    return sum;
  };
  waitFor([&] { return hub->ioThreads()[0]->peers() + hub->ioThreads()[1]->peers() +
                           hub->ioThreads()[2]->peers() == 0; }, "the peer is forgotten");
  const uint64_t before = unknown();
  const std::array<uint8_t, 40> media{0x80, kPt};
  waitFor([&] { return send(fd, media.data(), media.size(), 0) > 0 && unknown() > before; },
          "a packet of nobody is dropped");
  close(fd);
  hub->stop();
}
END_TEST

START_TEST(the_first_packet_after_a_calm_is_told_and_only_that) {
  auto hub = std::move(*startHub());
  {
    Microphone mic(*hub, "p_mic");
    waitFor([&] { return mic.client.check(), mic.client.endpoint->flow().valid(); }, "a path");
    int stirred = 0;
    for (int calm = 1; calm <= 2; ++calm) {
      hub->calm([&] { ++stirred; });
      for (int i = 0; i < 5; ++i) mic.send(mic.client.fd);
      waitFor([&] { return stirred == calm && hub->received() == 5u * static_cast<unsigned>(calm); },
              "the first packet is told");
    }
    waitFor([&] { return mic.sink->count() == 10; }, "all packets");
    while (g_main_context_iteration(nullptr, FALSE)) {}
    ck_assert_int_eq(stirred, 2);
  }
  hub->stop();
}
END_TEST

START_TEST(two_servers_never_share_a_port) {
  auto first = std::move(*startHub());
  const auto second = startHub(first->port());
  ck_assert(!second);
  ck_assert_str_eq(second.error().code.c_str(), "port_in_use");
  ck_assert(!startHub(first->port(), 1));
  first->stop();
}
END_TEST

int main() {
  gst_init(nullptr, nullptr);
  return test::runSuite("io_threads", {peers_spread_over_the_threads_and_each_stays_on_one,
                                       a_second_path_that_another_thread_reads_still_works,
                                       the_first_packet_after_a_calm_is_told_and_only_that,
                                       two_servers_never_share_a_port});
}
