// A bad line in virtual time.
#include "wire/impairment.hpp"

#include "base/clock.hpp"

#include "check_suite.hpp"

using namespace parlour;
using namespace parlour::wire;

namespace {

Qualities qualitiesOf(const char* text) {
  Qualities q;
  const auto wrong = q.set(text);
  ck_assert_msg(!wrong, "%s", wrong ? wrong->c_str() : "");
  return q;
}

Packet packetOf(uint8_t mark, size_t size = 100) {
  Packet packet(size);
  packet[0] = mark;
  return packet;
}

int64_t ms(double n) { return static_cast<int64_t>(n * kNsPerMs); }

}  // namespace

START_TEST(a_perfect_line_gives_every_packet_at_once_in_order) {
  Impairment line(1);
  for (uint8_t i = 0; i < 100; ++i) line.put(packetOf(i), ms(5));
  for (uint8_t i = 0; i < 100; ++i) ck_assert_uint_eq((*line.take(ms(5)))[0], i);
  ck_assert(!line.take(ms(1000)));
  ck_assert(!line.nextNs());
}
END_TEST

START_TEST(a_delay_holds_a_packet_that_long) {
  Impairment line(1);
  line.setQualities(qualitiesOf("delay=40"));
  line.put(packetOf(1), ms(100));
  ck_assert_int_eq(*line.nextNs(), ms(140));
  ck_assert(!line.take(ms(140) - 1));
  ck_assert(line.take(ms(140)));
}
END_TEST

START_TEST(jitter_spreads_arrivals_and_keeps_their_order_unless_told) {
  for (const bool reorder : {false, true}) {
    Impairment line(1);
    line.setQualities(qualitiesOf(reorder ? "delay=50 jitter=30 reorder=1" : "delay=50 jitter=30"));
    for (uint8_t i = 0; i < 200; ++i) line.put(packetOf(i), ms(i));
    int overtaken = 0, last = -1;
    while (const auto at = line.nextNs()) {
      const int mark = (*line.take(*at))[0];
      if (mark < last) ++overtaken;
      last = mark;
      ck_assert_int_ge(*at, ms(mark + 20));
      if (reorder) ck_assert_int_le(*at, ms(mark + 80));
    }
    ck_assert_int_eq(overtaken > 0, reorder);
  }
}
END_TEST

START_TEST(loss_takes_its_share) {
  Impairment line(1);
  line.setQualities(qualitiesOf("loss=5"));
  for (int i = 0; i < 20000; ++i) line.put(packetOf(1), 0);
  ck_assert_uint_ge(line.counts().lost, 800);
  ck_assert_uint_le(line.counts().lost, 1200);
}
END_TEST

START_TEST(a_rate_spaces_packets_and_overflows_past_its_queue) {
  Impairment line(1);
  line.setQualities(qualitiesOf("rate=800 queue=50"));  // 100 bytes a millisecond.
  for (uint8_t i = 0; i < 200; ++i) line.put(packetOf(i), 0);
  int64_t expected = 0;
  while (line.nextNs()) {
    expected += ms(1);
    ck_assert_int_eq(*line.nextNs(), expected);
    ck_assert(line.take(expected));
  }
  ck_assert_int_eq(expected, ms(51));
  ck_assert_uint_eq(line.counts().overflowed, 149);
}
END_TEST

START_TEST(qualities_that_make_no_sense_are_refused_with_their_name) {
  Qualities q;
  ck_assert(q.set("dealy=40")->find("dealy") != std::string::npos);
  ck_assert(q.set("delay=-1")->find("delay=-1") != std::string::npos);
  ck_assert(q.set("delay=4x"));
  ck_assert(q.set("delay"));
  ck_assert(!q.set(""));
}
END_TEST

int main() {
  return test::runSuite("impairment",
                        {a_perfect_line_gives_every_packet_at_once_in_order,
                         a_delay_holds_a_packet_that_long,
                         jitter_spreads_arrivals_and_keeps_their_order_unless_told,
                         loss_takes_its_share, a_rate_spaces_packets_and_overflows_past_its_queue,
                         qualities_that_make_no_sense_are_refused_with_their_name});
}
