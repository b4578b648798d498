// What an error on a room's bus ends, and what it does not. Real elements, no network.
#include <gst/gst.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "base/loop.hpp"
#include "call/calls.hpp"
#include "transport/rtp_buffer.hpp"
#include "check_suite.hpp"

using namespace parlour;
using namespace parlour::call;

namespace {

constexpr int64_t kDeadlineUs = 5 * G_USEC_PER_SEC;

struct Heard final : Listener {
  void onEvent(const room::Event& event) override { events.push_back(event); }
  template <typename T>
  std::vector<T> all() const {
    std::vector<T> found;
    for (const auto& event : events)
      if (const auto* one = std::get_if<T>(&event)) found.push_back(*one);
    return found;
  }
  std::vector<room::Event> events;
};

template <typename Done>
bool runUntil(Done done) {
  const gint64 until = g_get_monotonic_time() + kDeadlineUs;
  while (!done() && g_get_monotonic_time() < until)
    if (!g_main_context_iteration(nullptr, FALSE)) g_usleep(1000);
  return done();
}

/// One video slot and one camera.
std::string offerSdp() {
  std::string fingerprint = "AA";
  for (int i = 1; i < 32; ++i) fingerprint += ":AA";
  const auto line = [&](const char* mid, const char* direction) {
    return std::string("m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:") + mid +
           "\r\na=rtpmap:96 VP8/90000\r\na=" + direction +
           "\r\na=rtcp-mux\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n"
           "a=setup:actpass\r\na=fingerprint:sha-256 " + fingerprint + "\r\n";
  };
  return "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n" +
         line("0", "recvonly") + line("1", "sendonly");
}

struct Server {
  Server() {
    gst_init(nullptr, nullptr);
    parlour_rtp_meta_get_info();
    transport::HubOptions options;
    options.listen = {"127.0.0.1"};
    options.port = 0;
    options.threads = 1;
    auto started = transport::Hub::start(options);
    ck_assert_msg(static_cast<bool>(started), "no hub");
    hub = std::move(*started);
    auto made = Calls::create(*hub, clock, {});
    ck_assert_msg(static_cast<bool>(made), "%s", made ? "" : made.error().message.c_str());
    calls = std::move(*made);
    ck_assert(runUntil([this] { return calls->ready(); }));
  }
  ~Server() {
    calls.reset();
    while (g_main_context_iteration(nullptr, FALSE)) {
    }
    ck_assert(drainWorkers(5000));
    while (g_main_context_iteration(nullptr, FALSE)) {
    }
    hub->stop();
  }

  SystemClock clock;
  std::unique_ptr<transport::Hub> hub;
  std::unique_ptr<Calls> calls;
};

/// Someone in the room "lobby" with a camera, whose packets are put in behind its transport.
struct Person {
  Person(Server& server, const std::string& name) : calls(*server.calls) {
    JoinRequest request;
    const Offer offer{offerSdp(), {}};
    request.room = "lobby";
    request.identity = request.name = name;
    request.offer = &offer;
    auto joined = calls.join(request, heard);
    ck_assert_msg(static_cast<bool>(joined), "%s", joined ? "" : joined.error().message.c_str());
    id = joined->snapshot.self.id;
    stream = peer().streams().front();
    sfuPad = Ref<GstPad>::adopt(gst_pad_get_peer(stream.pad.get()));
  }
  peer::Peer& peer() { return *calls.find("lobby")->members().at(id)->peer; }
  Ref<GstElement> pipeline() {
    return Ref<GstElement>::share(GST_ELEMENT(GST_OBJECT_PARENT(peer().bin())));
  }
  Ref<GstElement> element(const char* name) {
    return Ref<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(peer().bin()), name));
  }
  /// A key frame, in the way the transport's I/O thread pushes it.
  void send() {
    uint8_t bytes[12 + 11] = {0x80, 0xe0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0x10, 0};
    bytes[3] = ++sequence;
    stream.output->push(Buf<GstBuffer>::adopt(
        gst_buffer_new_memdup(bytes, sizeof bytes)));
  }
  /// Packets of this person that rtpsfu has taken.
  guint64 packets() const {
    GstStructure* stats = nullptr;
    guint64 count = 0;
    g_object_get(sfuPad.get(), "stats", &stats, nullptr);
    gst_structure_get_uint64(stats, "packets", &count);
    gst_structure_free(stats);
    return count;
  }

  Calls& calls;
  std::shared_ptr<Heard> heard = std::make_shared<Heard>();
  room::ParticipantId id;
  peer::PublishedStream stream;
  Ref<GstPad> sfuPad;
  uint8_t sequence = 0;
};

void breakDown(GstElement* element) {
  GST_ELEMENT_ERROR(element, STREAM, FAILED, ("A test broke it."), (nullptr));
}

GstState stateOf(GstElement* element) {
  GstState state = GST_STATE_NULL;
  gst_element_get_state(element, &state, nullptr, 0);
  return state;
}

}  // namespace

START_TEST(an_error_of_a_peers_element_ends_that_peer_only) {
  claimControlThread();
  Server server;
  Person ada(server, "ada"), bob(server, "bob");
  const auto pipeline = bob.pipeline();
  bob.send();
  const guint64 before = bob.packets();
  ck_assert_uint_eq(before, 1);

  // An element of webrtcbin's own, as deep as there is one.
  breakDown(ada.element("webrtc").get());
  breakDown(ada.element("rtp").get());
  ck_assert(runUntil([&] { return !ada.heard->all<room::Ended>().empty(); }));
  ck_assert(ada.heard->all<room::Ended>()[0].reason == room::LeaveReason::kFailed);
  ck_assert(!ada.heard->all<room::Ended>()[0].message.empty());
  ck_assert(runUntil([&] { return !bob.heard->all<room::ParticipantLeft>().empty(); }));
  const auto left = bob.heard->all<room::ParticipantLeft>();
  ck_assert_uint_eq(left.size(), 1);
  ck_assert_text(left[0].id, ada.id);
  ck_assert(left[0].reason == room::LeaveReason::kFailed);

  for (int i = 0; i < 10; ++i) bob.send();
  ck_assert_uint_eq(bob.packets(), before + 10);
  ck_assert_int_eq(stateOf(pipeline.get()), GST_STATE_PLAYING);
  ck_assert(bob.heard->all<room::Ended>().empty());
  ck_assert(server.calls->find("lobby")->members().count(bob.id));
  ck_assert_uint_eq(server.calls->participants(), 1);
}
END_TEST

START_TEST(an_error_that_was_waiting_when_its_peer_left_harms_nobody) {
  claimControlThread();
  Server server;
  Person ada(server, "ada"), bob(server, "bob");
  const auto deep = ada.element("rtp");
  breakDown(deep.get());
  server.calls->leave(ada.id);  // Before the bus is read.
  const auto seen = std::make_shared<bool>(false);
  post([seen] { *seen = true; });
  ck_assert(runUntil([seen] { return *seen; }));
  while (g_main_context_iteration(nullptr, FALSE)) {
  }
  ck_assert(bob.heard->all<room::Ended>().empty());
  bob.send();
  ck_assert_uint_eq(bob.packets(), 1);
}
END_TEST

START_TEST(an_error_of_the_rooms_own_element_ends_the_room_and_nothing_else) {
  claimControlThread();
  Server server;
  Person ada(server, "ada"), bob(server, "bob");
  const auto pipeline = ada.pipeline();
  const auto rtpsfu = Ref<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(pipeline.get()), "rtpsfu"));
  breakDown(rtpsfu.get());
  breakDown(rtpsfu.get());
  ck_assert(runUntil([&] { return server.calls->find("lobby") == nullptr; }));
  for (const auto* person : {&ada, &bob}) {
    const auto ended = person->heard->all<room::Ended>();
    ck_assert_uint_eq(ended.size(), 1);
    ck_assert(ended[0].reason == room::LeaveReason::kFailed);
    ck_assert(!ended[0].message.empty());
  }
  ck_assert(runUntil([&] { return stateOf(pipeline.get()) == GST_STATE_NULL; }));

  Person again(server, "ada");  // The name is free for a new room.
  again.send();
  ck_assert_uint_eq(again.packets(), 1);
  ck_assert(again.pipeline().get() != pipeline.get());
}
END_TEST

int main() {
  return test::runSuite("element_error",
                        {an_error_of_a_peers_element_ends_that_peer_only,
                         an_error_that_was_waiting_when_its_peer_left_harms_nobody,
                         an_error_of_the_rooms_own_element_ends_the_room_and_nothing_else});
}
