// rtpsfu among ordinary elements: its documented launch line, stock webrtcbins on both sides.
#include <atomic>
#include <fstream>

#include "webrtc_session.hpp"

#include "rtpsfu_fixture.hpp"

using namespace parlour;
using namespace parlour::testing;

namespace {

/// The launch line of the element's documentation, with an end that needs no screen.
std::string documentedLine() {
  std::ifstream file(RTPSFU_SOURCE);
  std::string line, all;
  bool inside = false;
  while (std::getline(file, line)) {
    if (line.find("]|") != std::string::npos) break;
    if (inside) all += line.substr(line.find('*') + 1);
    if (line.find("|[") != std::string::npos) inside = true;
  }
  const std::string command = "gst-launch-1.0 ", screen = "autovideosink";
  all.erase(0, all.find(command) + command.size());
  all.replace(all.find(screen), screen.size(), "fakesink name=end sync=false signal-handoffs=true");
  return all;
}

Ref<GstElement> launch(const std::string& line) {
  GError* error = nullptr;
  GstElement* pipeline = gst_parse_launch(line.c_str(), &error);
  ck_assert_msg(error == nullptr, "%s: %s", line.c_str(), error ? error->message : "");
  return Ref<GstElement>::sink(pipeline);
}

Ref<GstElement> child(const Ref<GstElement>& pipeline, const char* name) {
  auto element = Ref<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(pipeline.get()), name));
  ck_assert(bool(element));
  return element;
}

/// Waits for one of `types`; an error fails the test with its text.
void await(const Ref<GstElement>& pipeline, GstMessageType types) {
  auto bus = Ref<GstBus>::adopt(gst_element_get_bus(pipeline.get()));
  GstMessage* message = gst_bus_timed_pop_filtered(
      bus.get(), 90 * GST_SECOND, static_cast<GstMessageType>(types | GST_MESSAGE_ERROR));
  ck_assert_msg(message != nullptr, "nothing happened for 90 s");
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_ERROR) {
    GError* error = nullptr;
    gst_message_parse_error(message, &error, nullptr);
    ck_abort_msg("%s: %s", GST_OBJECT_NAME(GST_MESSAGE_SRC(message)), error->message);
  }
  gst_message_unref(message);
}

void countFrame(GstElement*, GstBuffer*, GstPad*, gpointer counter) {
  ++*static_cast<std::atomic<int>*>(counter);
}

/// Tells the test's thread, once, that enough frames were decoded.
struct Enough {
  GstElement* pipeline;
  int frames;
  std::atomic<int> seen{0};
  static void onFrame(GstElement*, GstBuffer*, GstPad*, gpointer user) {
    auto* self = static_cast<Enough*>(user);
    if (++self->seen == self->frames)
      gst_element_post_message(self->pipeline,
                               gst_message_new_application(GST_OBJECT(self->pipeline),
                                                           gst_structure_new_empty("enough")));
  }
};

void linkIntoSfu(GstElement*, GstPad* pad, gpointer sfu) {
  if (GST_PAD_DIRECTION(pad) != GST_PAD_SRC) return;
  auto sink = Ref<GstPad>::adopt(gst_element_get_static_pad(GST_ELEMENT(sfu), "sink_0"));
  ck_assert_int_eq(gst_pad_link(pad, sink.get()), GST_PAD_LINK_OK);
}

void linkIntoQueue(GstElement*, GstPad* pad, gpointer queue) {
  if (GST_PAD_DIRECTION(pad) != GST_PAD_SRC) return;
  auto sink = Ref<GstPad>::adopt(gst_element_get_static_pad(GST_ELEMENT(queue), "sink"));
  ck_assert_int_eq(gst_pad_link(pad, sink.get()), GST_PAD_LINK_OK);
}

bool allExist(std::initializer_list<const char*> factories) {
  for (const char* name : factories) {
    auto factory = Ref<GstElementFactory>::adopt(gst_element_factory_find(name));
    if (factory) continue;
    g_printerr("SKIP: element %s is not installed\n", name);
    return false;
  }
  return true;
}

}  // namespace

START_TEST(the_documented_launch_line_runs_to_its_end) {
  const auto pipeline = launch(documentedLine());
  std::atomic<int> frames{0};
  g_signal_connect(child(pipeline, "end").get(), "handoff", G_CALLBACK(countFrame), &frames);
  gst_element_set_state(pipeline.get(), GST_STATE_PLAYING);
  await(pipeline, GST_MESSAGE_EOS);
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  ck_assert_int_gt(frames, 100);
}
END_TEST

START_TEST(stock_webrtcbins_publish_into_it_and_watch_out_of_it) {
  if (!allExist({"webrtcbin", "nicesrc", "dtlsdec", "srtpdec", "vp8enc"})) return;
  const auto pipeline = launch(
      "videotestsrc is-live=true ! video/x-raw,width=320,height=240,framerate=30/1 ! "
      "vp8enc deadline=1 keyframe-max-dist=100000 ! rtpvp8pay ! "
      "application/x-rtp,media=video,encoding-name=VP8,payload=96 ! webrtcbin name=publisher "
      "webrtcbin name=in "
      "rtpsfu name=sfu sink_0::track=1 src_0::source=1 src_0::pt=96 "
      "sfu.src_0 ! application/x-rtp,media=video,encoding-name=VP8,payload=96,clock-rate=90000 ! "
      "webrtcbin name=out "
      "webrtcbin name=viewer "
      "queue name=watch ! rtpvp8depay request-keyframe=true wait-for-keyframe=true ! vp8dec ! "
      "fakesink name=end sync=false signal-handoffs=true");
  const auto sfu = child(pipeline, "sfu");
  auto sink = Ref<GstPad>::adopt(gst_element_request_pad_simple(sfu.get(), "sink_0"));
  const auto publisher = child(pipeline, "publisher"), in = child(pipeline, "in"),
             out = child(pipeline, "out"), viewer = child(pipeline, "viewer"),
             watch = child(pipeline, "watch");
  g_signal_connect(in.get(), "pad-added", G_CALLBACK(linkIntoSfu), sfu.get());
  g_signal_connect(viewer.get(), "pad-added", G_CALLBACK(linkIntoQueue), watch.get());
  WebrtcSession upstream(publisher.get(), in.get()), downstream(out.get(), viewer.get());
  Enough enough{pipeline.get(), 30};
  g_signal_connect(child(pipeline, "end").get(), "handoff", G_CALLBACK(Enough::onFrame), &enough);

  ck_assert_int_ne(gst_element_set_state(pipeline.get(), GST_STATE_PLAYING),
                   GST_STATE_CHANGE_FAILURE);
  await(pipeline, GST_MESSAGE_APPLICATION);
  gst_element_set_state(pipeline.get(), GST_STATE_NULL);
  // The viewer came late: it was served by a key frame that was asked for over RTCP.
  GstStructure* stats = nullptr;
  g_object_get(sink.get(), "stats", &stats, nullptr);
  guint64 keyFrames = 0;
  ck_assert(gst_structure_get_uint64(stats, "key-frames", &keyFrames));
  ck_assert_uint_ge(keyFrames, 1);
  gst_structure_free(stats);
}
END_TEST

int main() {
  return runTests("rtpsfu_pipelines",
                  {
                      NAMED(the_documented_launch_line_runs_to_its_end),
                      NAMED(stock_webrtcbins_publish_into_it_and_watch_out_of_it),
                  },
                  100);  // Four webrtcbins make four RSA keys, on machines that may be busy.
}
