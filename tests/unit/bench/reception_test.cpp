#include "load/reception.hpp"

#include <array>

#include "load/offer.hpp"
#include "load/publication.hpp"
#include "rtp/bytes.hpp"

#include "check_suite.hpp"

using namespace parlour;
using bench::Publication;
using bench::Reception;

namespace {

bench::Remote senderOf() {
  bench::Remote sender;
  sender.extensions = bench::extensionMap();
  sender.videoPayloads.set(bench::kVideoPayloadType);
  return sender;
}
const bench::Remote kSender = senderOf();

/// A source whose packets go to one receiver, some of them lost.
class Line {
 public:
  Line(uint32_t source, uint32_t ssrc, Reception& reception)
      : publication_({.source = source,
                      .video = false,
                      .ssrc = ssrc,
                      .mid = "0",
                      .packetBytes = 100,
                      .burst = 1,
                      .rate = 50}),
        reception_(reception) {}

  void carry(int packets) {
    for (int i = 0; i < packets; ++i) send(true);
  }
  void lose(int packets) {
    for (int i = 0; i < packets; ++i) send(false);
  }
  /// The slot shows somebody else, who sends nothing: its sequence numbers stand still.
  void lookAway(int packets) {
    lose(packets);
    away_ = static_cast<uint16_t>(away_ + packets);
  }
  uint32_t sent() const { return publication_.sent(); }

 private:
  void send(bool arrives) {
    std::array<uint8_t, 1500> bytes;
    publication_.begin();
    const auto packet = publication_.packet(bytes, 1000, 0);
    std::copy(packet.payload.begin(), packet.payload.end(), bytes.begin() + packet.header.size());
    rtp::write16(&bytes[2], static_cast<uint16_t>(rtp::read16(&bytes[2]) - away_));
    if (arrives)
      reception_.onRtp({bytes.data(), packet.header.size() + packet.payload.size()}, 4000, 6000,
                       delays_);
  }

  Publication publication_;
  Reception& reception_;
  uint16_t away_ = 0;

 public:
  bench::Delays delays_;
};

}  // namespace

START_TEST(what_does_not_come_is_lost) {
  Reception reception(kSender);
  bench::Sources sources(1);
  Line line(0, 5, reception);
  line.carry(10);
  line.lose(3);
  line.carry(10);
  sources.setSent(0, line.sent());
  const auto totals = reception.totals(sources);
  ck_assert_uint_eq(totals.expected, 23);
  ck_assert_uint_eq(totals.received, 20);
  ck_assert_uint_eq(totals.lost(), 3);
}
END_TEST

START_TEST(what_is_missing_at_the_end_is_lost_too) {
  Reception reception(kSender);
  bench::Sources sources(1);
  Line line(0, 5, reception);
  line.carry(10);
  line.lose(4);
  sources.setSent(0, line.sent());
  ck_assert_uint_eq(reception.totals(sources).lost(), 4);
}
END_TEST

START_TEST(a_window_forgets_what_was_before_and_sees_silence_as_loss) {
  Reception reception(kSender);
  bench::Sources sources(1);
  Line line(0, 5, reception);
  line.carry(10);
  line.lose(5);
  line.carry(1);
  reception.beginWindow();
  sources.setSent(0, line.sent());
  ck_assert_uint_eq(reception.totals(sources).expected, 0);
  line.lose(7);
  sources.setSent(0, line.sent());
  ck_assert_uint_eq(reception.totals(sources).expected, 7);
  ck_assert_uint_eq(reception.totals(sources).lost(), 7);
}
END_TEST

START_TEST(what_a_slot_did_not_show_is_not_lost) {
  Reception reception(kSender);
  bench::Sources sources(1);
  Line line(0, 5, reception);
  line.carry(10);
  line.lookAway(46);
  line.carry(10);
  line.lose(2);
  line.carry(1);
  sources.setSent(0, line.sent());
  const auto totals = reception.totals(sources);
  ck_assert_uint_eq(totals.expected, 23);
  ck_assert_uint_eq(totals.lost(), 2);
}
END_TEST

START_TEST(a_slot_that_changes_its_source_counts_each_for_itself) {
  Reception reception(kSender);
  bench::Sources sources(2);
  Line one(0, 5, reception), two(1, 5, reception);
  one.carry(4);
  one.lose(1);
  one.carry(1);
  two.lose(100);  // Before it was shown.
  two.carry(3);
  sources.setSent(0, 500);  // After it was shown.
  sources.setSent(1, two.sent());
  const auto totals = reception.totals(sources);
  ck_assert_uint_eq(totals.expected, 9);
  ck_assert_uint_eq(totals.received, 8);
}
END_TEST

START_TEST(delays_are_of_both_clocks) {
  Reception reception(kSender);
  Line line(0, 5, reception);
  line.carry(1);
  ck_assert_uint_eq(line.delays_.wire.max(), 3000);
  ck_assert_uint_eq(line.delays_.endToEnd.max(), 5000);
}
END_TEST

START_TEST(packets_without_a_stamp_are_told_apart) {
  Reception reception(kSender);
  bench::Delays delays;
  std::array<uint8_t, 60> packet{};
  packet[0] = 0x80;
  reception.onRtp(packet, 0, 0, delays);
  reception.onRtp(std::span(packet).first(3), 0, 0, delays);
  ck_assert_uint_eq(reception.totals(bench::Sources(1)).foreign, 2);
}
END_TEST

START_TEST(reports_name_every_stream) {
  Reception reception(kSender);
  std::array<uint8_t, 500> out;
  ck_assert_uint_eq(reception.writeReport(out, 1, "me", 0), 0);
  Line one(0, 5, reception), two(1, 6, reception);
  one.carry(1);
  two.carry(1);
  const size_t size = reception.writeReport(out, 1, "me", 0);
  rtp::RtcpReader reader({out.data(), size});
  rtp::RtcpPacket packet;
  ck_assert(reader.next(packet));
  ck_assert(packet.kind == rtp::RtcpKind::kReceiverReport);
  ck_assert_uint_eq(packet.count, 2);
  ck_assert(reader.next(packet));
  ck_assert(packet.kind == rtp::RtcpKind::kSdes);
  // Both carried transport-wide sequences.
  ck_assert_uint_gt(reception.writeTransportFeedback(out, 1), 0);
  ck_assert_uint_eq(reception.writeTransportFeedback(out, 1), 0);
}
END_TEST

int main() {
  return parlour::test::runSuite(
      "reception",
      {what_does_not_come_is_lost, what_is_missing_at_the_end_is_lost_too,
       a_window_forgets_what_was_before_and_sees_silence_as_loss,
       what_a_slot_did_not_show_is_not_lost,
       a_slot_that_changes_its_source_counts_each_for_itself, delays_are_of_both_clocks,
       packets_without_a_stamp_are_told_apart, reports_name_every_stream});
}
