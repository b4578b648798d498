// The hub end to end: a client socket of the test's own, real checks, real SRTP, real workers.
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <map>

#include "rtp/rtcp.hpp"
#include "transport/hub.hpp"
#include "transport/rtp_buffer.hpp"
#include "transport/srtp/srtp.hpp"

#include "checks.hpp"
#include "check_suite.hpp"

using namespace parlour;
using namespace parlour::transport;

namespace {

constexpr uint32_t kSsrc = 0x11111111, kRtxSsrc = 0x22222222, kSecondSsrc = 0x33333333;
constexpr uint8_t kPt = 96, kRtxPt = 97;
constexpr int kWaitMs = 5000;

SrtpKeys keysOf(uint8_t seed) {
  std::array<uint8_t, 30> master;
  master.fill(seed);
  return *SrtpKeys::fromMaster(SrtpProfile::kAes128CmSha1_80, master);
}

struct Asked final : KeyFrameSource {
  std::atomic<int> count{0};
  void requestKeyFrame() noexcept override { ++count; }
};

/// A viewer with one video slot on "0", connected and with keys.
struct Viewer {
  std::unique_ptr<Hub> hub;
  std::shared_ptr<Endpoint> endpoint;
  std::shared_ptr<SlotCounters> counters = std::make_shared<SlotCounters>();
  RtpBufferPool pool{8, 0};
  SrtpReceiver receiver{keysOf(1)};
  SrtpSender sender{keysOf(2)};
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  std::map<uint16_t, rtp::ParsedPacket> packets;  ///< Media, by sequence.
  std::map<uint16_t, std::vector<uint8_t>> bytes;
  std::vector<std::vector<uint8_t>> repeats;      ///< RTX, decrypted.
  std::vector<uint8_t> second;                    ///< Marks that came in a second slot.
  int reports = 0;

  Viewer() {
    HubOptions options;
    options.listen = {"127.0.0.1"};
    options.port = 0;
    options.threads = 2;
    hub = std::move(*Hub::start(options));
    sockaddr_storage to{};
    const socklen_t size = Address::parse("127.0.0.1", hub->port())->toSockaddr(AF_INET, to);
    ck_assert_int_eq(connect(fd, reinterpret_cast<sockaddr*>(&to), size), 0);
    endpoint = hub->addEndpoint("p_viewer", "room", {[] {}, [] {}});
    check();
    waitFor([this] { return endpoint->flow().valid(); });
    auto keep = endpoint;
    endpoint->postIo([keep](IoThread& io) { io.setKeys(keep.get(), keysOf(2)); });
    SlotIdentity identity{"0", true, kSsrc, kRtxSsrc, "cname", {}};
    command([keep, identity, c = counters](EgressWorker& w) {
      w.setKeys(keep.get(), keysOf(1));
      w.setSlots(keep.get(), {{identity, c}});
    });
  }
  ~Viewer() {
    hub->removeEndpoint(endpoint);
    hub->stop();
    close(fd);
  }

  void command(std::function<void(EgressWorker&)> run) {
    hub->egressOf(*endpoint).post(CommandItem{std::move(run)});
  }
  void fill(const std::shared_ptr<TrackFanout>& fanout, uint32_t csrc = 7) {
    command([keep = endpoint, fanout, csrc](EgressWorker& w) {
      w.fillSlot(keep.get(), "0", fanout, {csrc, rtp::Codec::kVp8, kPt, kRtxPt});
    });
  }
  void check() {
    const auto packet = makeCheck({.username = endpoint->names().ufrag + ":x",
                                   .password = endpoint->names().pwd, .nominate = true});
    ck_assert_int_gt(send(fd, packet.data(), packet.size(), 0), 0);
  }

  /// A VP8 packet of a source; a key frame's first where `key`. Its payload ends in `mark`.
  void publish(TrackFanout& fanout, uint16_t sequence, uint32_t ssrc, bool key, uint8_t mark) {
    ParlourRtpMeta* meta = nullptr;
    auto buffer = pool.acquire(meta);
    const uint8_t header[] = {0x80, 0x80 | 100, static_cast<uint8_t>(sequence >> 8),
                              static_cast<uint8_t>(sequence), 0, 0, 0, static_cast<uint8_t>(sequence),
                              static_cast<uint8_t>(ssrc >> 24), static_cast<uint8_t>(ssrc >> 16),
                              static_cast<uint8_t>(ssrc >> 8), static_cast<uint8_t>(ssrc)};
    // VP8 descriptor without extensions, start of partition 0; the P bit of the frame is inverted.
    const uint8_t payload[] = {0x10, static_cast<uint8_t>(key ? 0x00 : 0x01), 0, 0, 0x9d, 0x01, 0x2a,
                               0, 0, 0, 0, mark};
    memcpy(meta->bytes, header, sizeof header);
    memcpy(meta->bytes + sizeof header, payload, sizeof payload);
    const size_t size = sizeof header + sizeof payload;
    ck_assert(rtp::parse(meta->bytes, size, rtp::emptyExtensionMap(), meta->packet));
    rtp::classify(rtp::Codec::kVp8, meta->packet);
    ck_assert(meta->packet.keyFrame == key);
    meta->packet.arrivalNs = SystemClock().nowNs();
    RtpBufferPool::finish(buffer.get(), size);
    fanout.deliver(buffer.get(), meta->packet);
  }

  void takeOne() {
    std::vector<uint8_t> data(2048);
    const ssize_t got = recv(fd, data.data(), data.size(), 0);
    ck_assert_int_gt(got, 0);
    size_t size = static_cast<size_t>(got);
    if (looksLikeStun(data[0])) return;
    if (data[1] >= 192 && data[1] <= 223) {
      ck_assert(receiver.unprotectRtcp(data.data(), size) == SrtpStatus::kOk);
      if (data[1] == 200) ++reports;
      return;
    }
    ck_assert(receiver.unprotect(data.data(), size) == SrtpStatus::kOk);
    data.resize(size);
    rtp::ParsedPacket packet;
    ck_assert(rtp::parse(data.data(), size, rtp::emptyExtensionMap(), packet));
    if (packet.ssrc == kRtxSsrc) {
      ck_assert_uint_eq(packet.payloadType, kRtxPt);
      repeats.push_back(data);
      return;
    }
    if (packet.ssrc == kSecondSsrc) {
      second.push_back(data.back());
      return;
    }
    ck_assert_uint_eq(packet.ssrc, kSsrc);
    ck_assert_uint_eq(packet.payloadType, kPt);
    ck_assert_uint_eq(packet.csrcCount, 1);
    bytes[packet.sequence] = data;
    packets[packet.sequence] = packet;
  }
  /// Receives until it holds; fails after kWaitMs.
  void waitFor(const std::function<bool()>& holds) {
    const int64_t until = SystemClock().nowNs() + kWaitMs * kNsPerMs;
    while (!holds()) {
      ck_assert_msg(SystemClock().nowNs() < until, "nothing came in time");
      pollfd p{fd, POLLIN, 0};
      if (poll(&p, 1, 10) > 0) takeOne();
    }
  }
  void say(std::span<const uint8_t> rtcp) {
    std::vector<uint8_t> packet(rtcp.begin(), rtcp.end());
    packet.resize(rtcp.size() + kSrtcpMaxOverhead);
    const size_t size = sender.protectRtcp(packet.data(), rtcp.size(), packet.size());
    ck_assert_uint_gt(size, 0);
    ck_assert_int_gt(send(fd, packet.data(), size, 0), 0);
  }
  uint8_t markOf(uint16_t sequence) { return bytes[sequence].back(); }
};

}  // namespace

START_TEST(a_slot_shows_nothing_before_a_key_frame_and_asks_for_one) {
  Viewer v;
  Asked asked;
  auto fanout = v.hub->addFanout(1, true, 90000);
  fanout->setKeyFrameSource(&asked);
  v.fill(fanout);
  v.waitFor([&] { return fanout->wanted() && asked.count >= 2; });
  v.publish(*fanout, 10, 5, false, 1);
  v.publish(*fanout, 11, 5, true, 2);
  v.publish(*fanout, 12, 5, false, 3);
  v.waitFor([&] { return v.packets.size() == 2; });
  const uint16_t first = v.packets.begin()->first;
  ck_assert_uint_eq(v.markOf(first), 2);
  ck_assert_uint_eq(v.markOf(static_cast<uint16_t>(first + 1)), 3);
  v.waitFor([&] { return v.reports > 0; });
  v.hub->removeFanout(fanout);
}
END_TEST

START_TEST(a_switch_continues_the_stream_at_the_new_key_frame) {
  Viewer v;
  auto one = v.hub->addFanout(1, true, 90000), two = v.hub->addFanout(2, true, 90000);
  v.fill(one);
  v.waitFor([&] { return one->wanted(); });
  v.publish(*one, 10, 5, true, 1);
  v.waitFor([&] { return v.packets.size() == 1; });
  const uint16_t first = v.packets.begin()->first;
  v.fill(two);
  v.waitFor([&] { return two->wanted(); });
  v.publish(*one, 11, 5, false, 2);      // The old one flows on ...
  v.publish(*two, 60000, 6, false, 99);  // ... until the new one has a key frame.
  v.publish(*two, 60001, 6, true, 3);
  v.waitFor([&] { return v.packets.size() == 3; });
  v.publish(*one, 12, 5, false, 98);
  v.publish(*two, 60002, 6, false, 4);
  v.waitFor([&] { return v.packets.size() == 4; });
  for (uint16_t i = 0; i < 4; ++i) ck_assert_uint_eq(v.markOf(static_cast<uint16_t>(first + i)), i + 1);
  v.waitFor([&] { return !one->wanted(); });
  v.hub->removeFanout(one);
  v.hub->removeFanout(two);
}
END_TEST

START_TEST(a_repeat_from_before_a_switch_carries_the_old_payload) {
  Viewer v;
  auto one = v.hub->addFanout(1, true, 90000), two = v.hub->addFanout(2, true, 90000);
  v.fill(one);
  v.waitFor([&] { return one->wanted(); });
  v.publish(*one, 10, 5, true, 41);
  v.waitFor([&] { return v.packets.size() == 1; });
  const uint16_t old = v.packets.begin()->first;
  v.fill(two);
  v.waitFor([&] { return two->wanted(); });
  v.publish(*two, 77, 6, true, 42);
  v.waitFor([&] { return v.packets.size() == 2; });
  std::array<uint8_t, 64> nack;
  const size_t size = rtp::writeNack(nack, 1, kSsrc, {&old, 1});
  v.waitFor([&] {
    // A packet asked for within 10 ms of being sent is still on its way: ask again.
    if (v.repeats.empty()) v.say({nack.data(), size});
    return !v.repeats.empty();
  });
  rtp::ParsedPacket repeat;
  ck_assert(rtp::parse(v.repeats[0].data(), v.repeats[0].size(), rtp::emptyExtensionMap(), repeat));
  const auto payload = repeat.payload();
  ck_assert_uint_eq(payload[0] << 8 | payload[1], old);
  ck_assert_uint_eq(payload.back(), 41);
  v.hub->removeFanout(one);
  v.hub->removeFanout(two);
}
END_TEST

START_TEST(an_empty_slot_begins_with_a_key_frame_that_has_just_passed) {
  Viewer v;
  auto fanout = v.hub->addFanout(1, true, 90000);
  v.fill(fanout);
  v.waitFor([&] { return fanout->wanted(); });
  v.publish(*fanout, 9, 5, true, 40);
  v.publish(*fanout, 10, 5, true, 41);
  v.publish(*fanout, 11, 5, false, 42);
  v.waitFor([&] { return v.packets.size() == 3; });
  v.command([keep = v.endpoint, fanout, c = v.counters](EgressWorker& w) {
    w.setSlots(keep.get(), {{{"0", true, kSsrc, kRtxSsrc, "cname", {}}, c},
                            {{"1", true, kSecondSsrc, 0, "cname", {}}, c}});
    w.fillSlot(keep.get(), "1", fanout, {7, rtp::Codec::kVp8, kPt, kRtxPt});
  });
  v.waitFor([&] { return v.second.size() == 2; });
  v.publish(*fanout, 12, 5, false, 43);
  v.waitFor([&] { return v.second.size() == 3; });
  ck_assert(v.second == (std::vector<uint8_t>{41, 42, 43}));
  v.hub->removeFanout(fanout);
}
END_TEST

START_TEST(a_picture_loss_is_passed_on) {
  Viewer v;
  Asked asked;
  auto fanout = v.hub->addFanout(1, true, 90000);
  v.fill(fanout);
  v.waitFor([&] { return fanout->wanted(); });
  v.publish(*fanout, 10, 5, true, 1);
  v.waitFor([&] { return v.packets.size() == 1; });
  fanout->setKeyFrameSource(&asked);
  std::array<uint8_t, 64> pli;
  v.say({pli.data(), rtp::writePli(pli, 1, kSsrc)});
  v.waitFor([&] { return asked.count >= 1; });
  v.hub->removeFanout(fanout);
}
END_TEST

START_TEST(a_worker_counts_delays_and_what_its_viewers_report) {
  Viewer v;
  auto fanout = v.hub->addFanout(1, true, 90000);
  v.fill(fanout);
  v.waitFor([&] { return fanout->wanted(); });
  const auto& c = v.hub->egressOf(*v.endpoint).counters();
  const auto countOf = [](const HistogramReading& reading) {
    uint64_t all = 0;
    for (const uint64_t n : reading.counts) all += n;
    return all;
  };
  ck_assert_int_eq(v.counters->firstPacketNs, 0);
  v.publish(*fanout, 9, 5, false, 1);  // Sent to nobody: no key frame yet.
  v.publish(*fanout, 10, 5, true, 2);
  v.waitFor([&] { return v.packets.size() == 1; });
  v.waitFor([&] { return countOf(c.delay.read()) > 0; });
  const auto delay = c.delay.read();
  ck_assert_uint_eq(countOf(delay), 1);
  ck_assert(delay.sum > 0 && delay.sum < 5);
  ck_assert_int_gt(v.counters->firstPacketNs, 0);

  std::array<uint8_t, 256> rtcp;
  rtp::ReportBlock block;
  block.ssrc = kSsrc;
  block.fractionLost = 64;  // A quarter.
  block.jitter = 1800;      // 20 ms of 90 kHz.
  v.say({rtcp.data(), rtp::writeReceiverReport(rtcp, 1, {&block, 1})});
  v.say({rtcp.data(), rtp::writePli(rtcp, 1, kSsrc)});
  const uint16_t asked[] = {v.packets.begin()->first};
  v.say({rtcp.data(), rtp::writeNack(rtcp, 1, kSsrc, asked)});
  v.waitFor([&] { return c.nacks == 1 && c.keyFrameRequests == 1; });
  ck_assert_double_eq(c.loss.read().sum, 0.25);
  ck_assert_double_eq_tol(c.jitter.read().sum, 0.02, 1e-9);
  ck_assert_uint_eq(countOf(c.roundTrip.read()), 0);  // The report answers none of ours.
  v.hub->removeFanout(fanout);
}
END_TEST

START_TEST(a_closed_endpoint_is_sent_nothing) {
  Viewer v;
  auto fanout = v.hub->addFanout(1, true, 90000);
  v.fill(fanout);
  v.waitFor([&] { return fanout->wanted(); });
  v.publish(*fanout, 10, 5, true, 1);
  v.waitFor([&] { return v.packets.size() == 1; });
  v.endpoint->close();
  for (uint16_t i = 0; i < 20; ++i) v.publish(*fanout, static_cast<uint16_t>(11 + i), 5, true, 2);
  std::atomic<bool> done{false};
  v.command([&done](EgressWorker&) { done = true; });
  v.waitFor([&] { return done.load(); });
  ck_assert_uint_eq(v.packets.size(), 1);
  v.hub->removeFanout(fanout);
}
END_TEST

START_TEST(a_stream_that_ends_leaves_its_slot_empty_and_ready) {
  Viewer v;
  auto one = v.hub->addFanout(1, true, 90000), two = v.hub->addFanout(2, true, 90000);
  v.fill(one);
  v.waitFor([&] { return one->wanted(); });
  v.publish(*one, 10, 5, true, 1);
  v.waitFor([&] { return v.packets.size() == 1; });
  v.hub->removeFanout(one);
  v.waitFor([&] { return !one->wanted(); });
  v.fill(two);
  v.waitFor([&] { return two->wanted(); });
  v.publish(*two, 5, 9, true, 2);
  v.waitFor([&] { return v.packets.size() == 2; });
  v.hub->removeFanout(two);
}
END_TEST

int main() {
  gst_init(nullptr, nullptr);
  return test::runSuite("egress", {a_slot_shows_nothing_before_a_key_frame_and_asks_for_one,
                                   a_switch_continues_the_stream_at_the_new_key_frame,
                                   a_repeat_from_before_a_switch_carries_the_old_payload,
                                   an_empty_slot_begins_with_a_key_frame_that_has_just_passed,
                                   a_picture_loss_is_passed_on,
                         a_worker_counts_delays_and_what_its_viewers_report, a_closed_endpoint_is_sent_nothing,
                                   a_stream_that_ends_leaves_its_slot_empty_and_ready});
}
