#include <string>

#include "raw_client.hpp"
#include "signalling/frame_meter.hpp"
#include "suite.hpp"

using namespace parlour::signalling;
using namespace parlour::test;

namespace {

void feed(FrameMeter& meter, const std::string& bytes, size_t step) {
  for (size_t at = 0; at < bytes.size(); at += step) {
    const size_t size = std::min(step, bytes.size() - at);
    meter.feed({reinterpret_cast<const uint8_t*>(bytes.data()) + at, size});
  }
}

}  // namespace

START_TEST(payload_is_counted_however_the_bytes_arrive) {
  const std::string bytes = RawClient::frame(1, std::string(10, 'a')) +
                            RawClient::frame(9, "ping") +
                            RawClient::frame(1, std::string(300, 'b')) +
                            RawClient::frame(2, std::string(70000, 'c'));
  for (const size_t step : {size_t{1}, size_t{3}, size_t{1000}, bytes.size()}) {
    FrameMeter meter;
    feed(meter, bytes, step);
    ck_assert_uint_eq(meter.dataBytes(), 70310);
    ck_assert_uint_eq(meter.controlFrames(), 1);
    ck_assert_uint_eq(meter.messageBytes(), 70000);
  }
}
END_TEST

START_TEST(fragments_add_up_across_control_frames) {
  FrameMeter meter;
  feed(meter, RawClient::frame(1, std::string(100, 'a'), false), 7);
  feed(meter, RawClient::frame(9, "now"), 7);
  feed(meter, RawClient::frame(0, std::string(100, 'b'), false), 7);
  ck_assert_uint_eq(meter.messageBytes(), 200);
  feed(meter, RawClient::frame(0, std::string(5, 'c')), 7);
  ck_assert_uint_eq(meter.messageBytes(), 205);
  feed(meter, RawClient::frame(1, "d"), 7);
  ck_assert_uint_eq(meter.messageBytes(), 1);
}
END_TEST

START_TEST(a_size_is_known_from_the_header_alone) {
  FrameMeter meter;
  const std::string header = RawClient::frame(1, std::string(500000, 'x')).substr(0, 14);
  feed(meter, header, 14);
  ck_assert_uint_eq(meter.messageBytes(), 500000);
  ck_assert_uint_eq(meter.dataBytes(), 0);
}
END_TEST

START_TEST(absurd_sizes_do_not_wrap) {
  FrameMeter meter;
  const std::string huge = "\x01\x7f\xff\xff\xff\xff\xff\xff\xff\xff";
  feed(meter, RawClient::frame(1, "x", false), 1);
  std::string continuation = huge;
  continuation[0] = '\x00';
  feed(meter, continuation, 1);
  ck_assert_uint_eq(meter.messageBytes(), UINT64_MAX);
}
END_TEST

int main() {
  return runSuite("frame meter", {payload_is_counted_however_the_bytes_arrive,
                                  fragments_add_up_across_control_frames,
                                  a_size_is_known_from_the_header_alone,
                                  absurd_sizes_do_not_wrap});
}
