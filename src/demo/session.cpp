#include "demo/session.hpp"

#include <gst/sdp/sdp.h>

#include <atomic>
#include <string_view>
#include <utility>

#include "base/clock.hpp"

namespace parlour::demo {
namespace {

/// Candidates of the machine itself are there at once; a server that answers with its own does
/// not even need them.
constexpr uint32_t kGatherMs = 1000;

/// Reports come every second or so, at most 5 s apart (RFC 3550 section 6.2).
constexpr int64_t kSilenceNs = 8 * kNsPerSecond;
constexpr uint32_t kSilenceCheckMs = 1000;

using WeakSession = std::weak_ptr<Session>;

/// What a callback of another thread holds: never the session itself.
void freeWeak(gpointer data, GClosure*) noexcept {
  delete static_cast<WeakSession*>(data);
}

/// A callback with the session as its last argument, whose work runs on the main thread.
void connect(gpointer instance, const char* signal, GCallback callback, WeakSession session) {
  g_signal_connect_data(instance, signal, callback,
                        std::make_unique<WeakSession>(std::move(session)).release(), freeWeak,
                        GConnectFlags(0));
}

struct FreeDescription {
  void operator()(GstWebRTCSessionDescription* d) const { gst_webrtc_session_description_free(d); }
};
using Description = std::unique_ptr<GstWebRTCSessionDescription, FreeDescription>;

std::string textOf(const GstWebRTCSessionDescription* description) {
  gchar* text = gst_sdp_message_as_text(description->sdp);
  std::string copy(text);
  g_free(text);
  return copy;
}

}  // namespace

Result<std::shared_ptr<Session>> Session::start(const Media& media, Listener listener) {
  const std::shared_ptr<Session> session(new Session);
  session->listener_ = std::move(listener);
  if (auto built = session->build(media); !built) return built.error();
  session->connectSignals();
  if (gst_element_set_state(session->pipeline_.get(), GST_STATE_PLAYING) ==
      GST_STATE_CHANGE_FAILURE)
    return failed("bad_pipeline", "The pipeline does not start.");
  return session;
}

// Stopping waits for streaming threads, which the main thread must not.
Session::~Session() {
  if (busWatch_) g_source_remove(busWatch_);
  if (pipeline_)
    runOnWorker([pipeline = pipeline_] { gst_element_set_state(pipeline.get(), GST_STATE_NULL); });
}

Result<void> Session::build(const Media& media) {
  auto pipeline = buildPipeline(media);
  if (!pipeline) return pipeline.error();
  pipeline_ = *std::move(pipeline);
  webrtc_ = Ref<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(pipeline_.get()), "session"));
  return {};
}

void Session::connectSignals() {
  const WeakSession self = weak_from_this();
  connect(webrtc_.get(), "on-negotiation-needed", G_CALLBACK(+[](GstElement*, gpointer data) {
            post([weak = *static_cast<WeakSession*>(data)] {
              if (const auto session = weak.lock()) session->createOffer();
            });
          }),
          self);
  connect(webrtc_.get(), "notify::ice-gathering-state",
          G_CALLBACK(+[](GstElement* webrtc, GParamSpec*, gpointer data) {
            GstWebRTCICEGatheringState state;
            g_object_get(webrtc, "ice-gathering-state", &state, nullptr);
            if (state != GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE) return;
            post([weak = *static_cast<WeakSession*>(data)] {
              if (const auto session = weak.lock()) session->gathered();
            });
          }),
          self);
  connect(webrtc_.get(), "notify::connection-state",
          G_CALLBACK(+[](GstElement*, GParamSpec*, gpointer data) {
            post([weak = *static_cast<WeakSession*>(data)] {
              if (const auto session = weak.lock()) session->connectionChanged();
            });
          }),
          self);
  GstBus* bus = gst_pipeline_get_bus(GST_PIPELINE(pipeline_.get()));
  busWatch_ = gst_bus_add_watch(
      bus,
      [](GstBus*, GstMessage* message, gpointer data) -> gboolean {
        static_cast<Session*>(data)->onBusMessage(message);
        return G_SOURCE_CONTINUE;
      },
      this);  // Removed in the destructor, on the same thread.
  gst_object_unref(bus);
}

// A server that dies says nothing, and libnice's keep-alives want no reply. But who receives media
// reports on it (RFC 3550), so that silence means that nobody does.
void Session::watchReports() {
  const auto rtpbin = Ref<GstElement>::adopt(gst_bin_get_by_name(GST_BIN(webrtc_.get()), "rtpbin"));
  GObject* rtp = nullptr;
  if (rtpbin) g_signal_emit_by_name(rtpbin.get(), "get-internal-session", 0u, &rtp);
  if (!rtp) return end("webrtcbin has no RTP session");
  // The receiving thread must never hold the session: it could be the last to let go of it.
  using Time = std::atomic<int64_t>;
  const auto lastNs = std::make_shared<Time>(SystemClock().nowNs());
  g_signal_connect_data(
      rtp, "on-receiving-rtcp", G_CALLBACK(+[](GObject*, GstBuffer*, gpointer data) {
        **static_cast<std::shared_ptr<Time>*>(data) = SystemClock().nowNs();
      }),
      std::make_unique<std::shared_ptr<Time>>(lastNs).release(),
      [](gpointer data, GClosure*) { delete static_cast<std::shared_ptr<Time>*>(data); },
      GConnectFlags(0));
  g_object_unref(rtp);
  silence_ = Timer::every(kSilenceCheckMs, [this, lastNs] {
    if (SystemClock().nowNs() - *lastNs < kSilenceNs) return true;
    end("the server is silent");
    return false;
  });
}

void Session::prepareTransceivers() {
  GArray* transceivers = nullptr;
  g_signal_emit_by_name(webrtc_.get(), "get-transceivers", &transceivers);
  if (!transceivers) return;
  for (guint i = 0; i < transceivers->len; ++i)
    g_object_set(g_array_index(transceivers, GstWebRTCRTPTransceiver*, i), "direction",
                 GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDONLY, "do-nack", TRUE, nullptr);
  g_array_unref(transceivers);
}

void Session::createOffer() {
  if (std::exchange(offering_, true)) return;  // One offer a session.
  prepareTransceivers();
  GstPromise* promise = gst_promise_new_with_change_func(
      [](GstPromise* done, gpointer data) {
        GstWebRTCSessionDescription* offer = nullptr;
        if (gst_promise_wait(done) == GST_PROMISE_RESULT_REPLIED)
          gst_structure_get(gst_promise_get_reply(done), "offer",
                            GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &offer, nullptr);
        post([weak = *static_cast<WeakSession*>(data), offer] {
          const Description owned(offer);
          if (const auto session = weak.lock()) session->takeOffer(offer);
        });
        gst_promise_unref(done);
      },
      std::make_unique<WeakSession>(weak_from_this()).release(),
      [](gpointer data) { freeWeak(data, nullptr); });
  g_signal_emit_by_name(webrtc_.get(), "create-offer", nullptr, promise);
}

void Session::takeOffer(GstWebRTCSessionDescription* offer) {
  if (!offer) return end("webrtcbin makes no offer");
  for (guint i = 0; i < gst_sdp_message_medias_len(offer->sdp); ++i) {
    const GstSDPMedia* media = gst_sdp_message_get_media(offer->sdp, i);
    const char* mid = gst_sdp_media_get_attribute_val(media, "mid");
    if (mid)
      setMid(pipeline_.get(), std::string_view(gst_sdp_media_get_media(media)) == "video", mid);
  }
  gathering_ = Timer::once(kGatherMs, [this] { gathered(); });
  g_signal_emit_by_name(webrtc_.get(), "set-local-description", offer, nullptr);
}

void Session::gathered() {
  gathering_.stop();
  if (ended_ || std::exchange(offered_, true)) return;
  GstWebRTCSessionDescription* local = nullptr;
  g_object_get(webrtc_.get(), "local-description", &local, nullptr);
  const Description owned(local);
  if (!local) return end("webrtcbin has no local description");
  listener_.onOffer(textOf(local));
}

void Session::answer(const std::string& sdp) {
  GstSDPMessage* message = nullptr;
  if (gst_sdp_message_new_from_text(sdp.c_str(), &message) != GST_SDP_OK)
    return end("the answer is no SDP");
  const Description answer(gst_webrtc_session_description_new(GST_WEBRTC_SDP_TYPE_ANSWER, message));
  GstPromise* promise = gst_promise_new_with_change_func(
      [](GstPromise* done, gpointer data) {
        const GstStructure* reply = gst_promise_wait(done) == GST_PROMISE_RESULT_REPLIED
                                        ? gst_promise_get_reply(done)
                                        : nullptr;
        GError* error = nullptr;
        if (reply && gst_structure_has_field(reply, "error"))
          gst_structure_get(reply, "error", G_TYPE_ERROR, &error, nullptr);
        if (error)
          post([weak = *static_cast<WeakSession*>(data), why = std::string(error->message)] {
            if (const auto session = weak.lock()) session->end("the answer does not fit: " + why);
          });
        g_clear_error(&error);
        gst_promise_unref(done);
      },
      std::make_unique<WeakSession>(weak_from_this()).release(),
      [](gpointer data) { freeWeak(data, nullptr); });
  g_signal_emit_by_name(webrtc_.get(), "set-remote-description", answer.get(), promise);
}

void Session::connectionChanged() {
  GstWebRTCPeerConnectionState state;
  g_object_get(webrtc_.get(), "connection-state", &state, nullptr);
  if (ended_) return;
  switch (state) {
    case GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED:
      if (std::exchange(connected_, true)) return;
      watchReports();
      if (!ended_) listener_.onConnected();
      return;
    case GST_WEBRTC_PEER_CONNECTION_STATE_DISCONNECTED:
      return end("the connection was lost");
    case GST_WEBRTC_PEER_CONNECTION_STATE_FAILED:
      return end("the connection failed");
    case GST_WEBRTC_PEER_CONNECTION_STATE_CLOSED:
      return end("the server closed the connection");
    default:
      return;
  }
}

void Session::onBusMessage(GstMessage* message) {
  if (GST_MESSAGE_TYPE(message) == GST_MESSAGE_LATENCY) {
    gst_bin_recalculate_latency(GST_BIN(pipeline_.get()));
    return;
  }
  if (GST_MESSAGE_TYPE(message) != GST_MESSAGE_ERROR) return;
  GError* error = nullptr;
  gst_message_parse_error(message, &error, nullptr);
  const std::string why =
      std::string(GST_MESSAGE_SRC_NAME(message)) + ": " + (error ? error->message : "failed");
  g_clear_error(&error);
  end(why);
}

void Session::end(const std::string& why) {
  if (std::exchange(ended_, true)) return;
  // The listener may let go of the session.
  const auto self = shared_from_this();
  listener_.onEnded(why);
}

}  // namespace parlour::demo
