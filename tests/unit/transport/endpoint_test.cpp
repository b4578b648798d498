// What an endpoint does with DTLS that comes before webrtcbin's runs.
#include "transport/endpoint.hpp"

#include <gst/check/gstharness.h>

#include <span>

#include "transport/hub.hpp"
#include "transport/lite_elements.hpp"

#include "check_suite.hpp"

using namespace parlour;
using namespace parlour::transport;

namespace {

struct Fixture {
  std::unique_ptr<Hub> hub;
  std::shared_ptr<Endpoint> endpoint;
  GstElement* litesrc = nullptr;
  GstHarness* harness = nullptr;

  Fixture() {
    HubOptions options;
    options.listen = {"127.0.0.1"};
    options.port = 0;
    hub = std::move(*Hub::start(options));
    endpoint = hub->addEndpoint("p_1", "room", {[] {}, [] {}});
    litesrc = GST_ELEMENT(gst_object_ref_sink(parlour_lite_src_new(endpoint)));
    harness = gst_harness_new_with_element(litesrc, nullptr, "src");
    gst_harness_play(harness);
    endpoint->setDtlsInput(litesrc);
  }
  ~Fixture() {
    endpoint->setDtlsInput(nullptr);
    gst_harness_teardown(harness);
    gst_object_unref(litesrc);
    hub->removeEndpoint(endpoint);
    hub->stop();
  }
  void receive(uint8_t mark) {
    const uint8_t record[] = {22, 254, 253, mark};
    endpoint->receiveDtls(record, sizeof record);
  }
  void expect(std::span<const uint8_t> marks) {
    ck_assert_uint_eq(gst_harness_buffers_in_queue(harness), marks.size());
    for (const uint8_t mark : marks) {
      GstBuffer* buffer = gst_harness_pull(harness);
      uint8_t record[4];
      ck_assert_uint_eq(gst_buffer_extract(buffer, 0, record, sizeof record), sizeof record);
      ck_assert_uint_eq(record[3], mark);
      gst_buffer_unref(buffer);
    }
  }
};

}  // namespace

START_TEST(what_comes_before_dtls_runs_is_kept_for_it) {
  Fixture f;
  f.receive(1);
  f.receive(2);
  f.expect({});
  f.endpoint->dtlsStarted();
  const uint8_t kept[] = {1, 2};
  f.expect(kept);
  f.receive(3);
  const uint8_t later[] = {3};
  f.expect(later);
}
END_TEST

START_TEST(only_the_newest_early_packets_are_kept) {
  Fixture f;
  for (uint8_t i = 0; i < 100; ++i) f.receive(i);
  f.endpoint->dtlsStarted();
  const uint8_t kept[] = {92, 93, 94, 95, 96, 97, 98, 99};
  f.expect(kept);
}
END_TEST

START_TEST(a_closed_endpoint_gives_nothing_to_dtls) {
  Fixture f;
  f.receive(1);
  f.endpoint->close();
  f.endpoint->dtlsStarted();
  f.receive(2);
  f.expect({});
}
END_TEST

int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  return test::runSuite("endpoint", {what_comes_before_dtls_runs_is_kept_for_it,
                                     only_the_newest_early_packets_are_kept,
                                     a_closed_endpoint_gives_nothing_to_dtls});
}
