#include "peer/session.hpp"

#include <fmt/format.h>
#include <gst/sdp/sdp.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/loop.hpp"
#include "peer/data_channel.hpp"
#include "transport/ice_agent.hpp"
#include "transport/lite_elements.hpp"

namespace parlour::peer {
namespace {

constexpr log::Topic kTopic{"peer"};
constexpr std::chrono::seconds kBarrierTimeout{2};

}  // namespace

/// What handlers on other threads hold: they reach the session only through a post.
struct Session::Shared : std::enable_shared_from_this<Session::Shared> {
  Session* session = nullptr;  ///< Control thread; null once closed.
  /// Set when the session closes: nothing more is asked of webrtcbin.
  std::atomic<bool> closing{false};
  DataLimits dataLimits;  ///< Constant once webrtcbin runs.

  template <typename F>
  void post(F work) {
    parlour::post([self = shared_from_this(), work] {
      if (self->session) work(*self->session);
    });
  }
};

namespace {

/// Sends `signal` to webrtcbin with the description and goes on on its thread with the promise.
using Then = std::function<void(GstPromise*)>;

void runThen(GstPromise* promise, gpointer data) noexcept {
  (*static_cast<Then*>(data))(promise);
  gst_promise_unref(promise);
}

void freeThen(gpointer data) { delete static_cast<Then*>(data); }

GstPromise* promiseOf(Then then) {
  return gst_promise_new_with_change_func(runThen, new Then(std::move(then)), freeThen);
}

/// The error in a promise's reply, empty where it went well.
std::string errorOf(GstPromise* promise) {
  if (gst_promise_wait(promise) != GST_PROMISE_RESULT_REPLIED) return "webrtcbin was stopped";
  const GstStructure* reply = gst_promise_get_reply(promise);
  if (!reply || !gst_structure_has_field(reply, "error")) return {};
  GError* error = nullptr;
  gst_structure_get(reply, "error", G_TYPE_ERROR, &error, nullptr);
  std::string text = error ? error->message : "unknown error";
  g_clear_error(&error);
  return text;
}

void setDescription(GstElement* webrtcbin, const char* signal,
                    GstWebRTCSessionDescription* description, Then then) {
  g_signal_emit_by_name(webrtcbin, signal, description, promiseOf(std::move(then)));
}

GstWebRTCSessionDescription* answerIn(GstPromise* promise) {
  const GstStructure* reply = gst_promise_get_reply(promise);
  GstWebRTCSessionDescription* answer = nullptr;
  if (reply)
    gst_structure_get(reply, "answer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &answer, nullptr);
  return answer;
}

/// The queue behind litesrc, in webrtcbin's receive bin.
void boundReceiveQueue(GstElement* webrtcbin) {
  GstElement* litesrc = gst_bin_get_by_name(GST_BIN(webrtcbin), "litesrc");
  if (!litesrc) return;
  GstObject* parent = gst_object_get_parent(GST_OBJECT(litesrc));
  GstIterator* children = gst_bin_iterate_elements(GST_BIN(parent));
  GValue item = G_VALUE_INIT;
  while (gst_iterator_next(children, &item) == GST_ITERATOR_OK) {
    auto* element = GST_ELEMENT(g_value_get_object(&item));
    GstElementFactory* factory = gst_element_get_factory(element);
    if (factory && g_strcmp0(GST_OBJECT_NAME(factory), "queue") == 0)
      transport::parlour_lite_src_set_queue(litesrc, element);
    g_value_reset(&item);
  }
  g_value_unset(&item);
  gst_iterator_free(children);
  gst_object_unref(parent);
  gst_object_unref(litesrc);
}

}  // namespace

Result<std::shared_ptr<Session>> Session::create(transport::Hub& hub,
                                                 const Certificate& certificate, std::string id,
                                                 std::string room,
                                                 const DataLimits& dataLimits, Callbacks callbacks) {
  assertControlThread();
  std::shared_ptr<Session> self(new Session);
  self->hub_ = &hub;
  self->callbacks_ = std::move(callbacks);
  self->certificatePem_ = certificate.pem;
  self->shared_ = std::make_shared<Shared>();
  self->shared_->session = self.get();
  self->shared_->dataLimits = dataLimits;
  std::weak_ptr<Shared> weak = self->shared_;
  self->endpoint_ = hub.addEndpoint(std::move(id), std::move(room),
                                    {.onReachable =
                                         [weak] {
                                           if (auto s = weak.lock(); s && s->session)
                                             s->session->onReachable();
                                         },
                                     .onMoved =
                                         [weak] {
                                           if (auto s = weak.lock(); s && s->session)
                                             s->session->callbacks_.onMoved();
                                         }});
  self->agent_ = Ref<GstWebRTCICE>::adopt(transport::parlour_ice_agent_new(self->endpoint_));
  // webrtcbin keeps the agent without adding a reference and drops one in the end (to 1.28).
  gst_object_ref(self->agent_.get());
  GstElement* webrtcbin = gst_element_factory_make_full(
      "webrtcbin", "name", "webrtc", "ice-agent", self->agent_.get(), "bundle-policy",
      GST_WEBRTC_BUNDLE_POLICY_MAX_BUNDLE, nullptr);
  if (!webrtcbin) {
    gst_object_unref(self->agent_.get());
    hub.removeEndpoint(self->endpoint_);
    self->closed_ = true;
    return failed("missing_plugin", "GStreamer has no webrtcbin: install gstreamer1.0-plugins-bad");
  }
  self->webrtcbin_ = Ref<GstElement>::sink(webrtcbin);
  return self;
}

Session::~Session() { close(); }

sdp::Setup Session::roleFor(const sdp::Offer& offer) {
  return offer.transport.setup == sdp::Setup::kPassive ? sdp::Setup::kActive
                                                       : sdp::Setup::kPassive;
}

void Session::start(const sdp::Offer& offer) {
  if (std::exchange(started_, true)) return;
  endpoint_->setRemoteUfrag(offer.transport.iceUfrag);
  watchKeys(offer);
  listenForChannel();
  describe(offer);
}

void Session::watchKeys(const sdp::Offer& offer) {
  std::weak_ptr<Shared> weak = shared_;
  DtlsGuard::watch(
      webrtcbin_.get(), endpoint_, offer.transport.fingerprints, certificatePem_,
      {.onKeys =
           [weak, endpoint = endpoint_, hub = hub_](const DtlsGuard::Keys& keys) {
             endpoint->postIo([endpoint, keys](transport::IoThread& io) {
               io.setKeys(endpoint.get(), keys.receive);
             });
             hub->egressOf(*endpoint).post(
                 transport::CommandItem{[endpoint, keys](transport::EgressWorker& worker) {
                   worker.setKeys(endpoint.get(), keys.send);
                 }});
             if (auto s = weak.lock())
               s->post([atNs = SystemClock().nowNs()](Session& self) {
                 self.connectedNs_ = atNs;
                 self.callbacks_.onConnected();
               });
           },
       .onRefused =
           [weak](const std::string& why) {
             if (auto s = weak.lock())
               s->post([why](Session& self) { self.callbacks_.onFailed(why); });
           }});
}

void Session::listenForChannel() {
  const auto onChannel = +[](GstElement*, GstWebRTCDataChannel* channel, gpointer data) {
    auto s = (*static_cast<std::weak_ptr<Shared>*>(data)).lock();
    if (!s) return;
    // Listening begins before this handler returns: messages may follow at once.
    std::weak_ptr<Shared> back = s;
    auto made = std::make_shared<DataChannel>(
        channel, s->dataLimits, [back](const std::string& text) {
          if (auto owner = back.lock(); owner && owner->session)
            owner->session->callbacks_.onMessage(text);
        });
    s->post([made](Session& self) {
      if (!self.channel_) self.channel_ = made;  // One per participant; others stay unheard.
    });
  };
  onDataChannel_ = SignalConnection(
      webrtcbin_.get(),
      g_signal_connect_data(
          webrtcbin_.get(), "on-data-channel", G_CALLBACK(onChannel),
          new std::weak_ptr<Shared>(shared_),
          [](gpointer data, GClosure*) { delete static_cast<std::weak_ptr<Shared>*>(data); },
          static_cast<GConnectFlags>(0)));
}

/// Offer in, answer out, inside webrtcbin: nobody sees either, they only make it run.
void Session::describe(const sdp::Offer& offer) {
  std::weak_ptr<Shared> weak = shared_;
  // Where the client leaves the roles open it is to be the active one.
  const auto clientSetup = roleFor(offer) == sdp::Setup::kPassive ? sdp::Setup::kActive
                                                                  : sdp::Setup::kPassive;
  const std::string text = sdp::writeWebrtcbinOffer(offer, clientSetup);
  GstSDPMessage* message = nullptr;
  gst_sdp_message_new_from_text(text.c_str(), &message);
  GstWebRTCSessionDescription* description =
      gst_webrtc_session_description_new(GST_WEBRTC_SDP_TYPE_OFFER, message);

  const auto closing = [](const std::weak_ptr<Shared>& of) {
    auto s = of.lock();
    return !s || s->closing;
  };
  const auto fail = [weak](const std::string& why) {
    if (auto s = weak.lock())
      s->post([why](Session& self) { self.callbacks_.onFailed("webrtcbin: " + why); });
  };
  auto webrtcbin = webrtcbin_;
  setDescription(webrtcbin.get(), "set-remote-description", description,
                 [weak, webrtcbin, fail, closing](GstPromise* remote) {
    if (const auto why = errorOf(remote); !why.empty()) return fail(why);
    if (closing(weak)) return;
    g_signal_emit_by_name(webrtcbin.get(), "create-answer", nullptr,
                          promiseOf([weak, webrtcbin, fail, closing](GstPromise* created) {
      if (const auto why = errorOf(created); !why.empty()) return fail(why);
      if (closing(weak)) return;
      GstWebRTCSessionDescription* answer = answerIn(created);
      if (!answer) return fail("no answer");
      setDescription(webrtcbin.get(), "set-local-description", answer,
                     [weak, fail](GstPromise* local) {
        if (const auto why = errorOf(local); !why.empty()) return fail(why);
        if (auto s = weak.lock()) s->post([](Session& self) { self.onDescribed(); });
      });
      gst_webrtc_session_description_free(answer);
    }));
  });
  gst_webrtc_session_description_free(description);
}

void Session::onReachable() {
  reachedNs_ = SystemClock().nowNs();
  tellWebrtcbinReachable();
}

void Session::onDescribed() {
  described_ = true;
  tellWebrtcbinReachable();
}

void Session::tellWebrtcbinReachable() {
  if (reachedNs_ == 0 || !described_) return;
  // webrtcbin starts DTLS inside the notification: 1-15 ms that the control thread must not lose.
  runOnWorker([agent = agent_, webrtcbin = webrtcbin_, endpoint = endpoint_, hub = hub_] {
    boundReceiveQueue(webrtcbin.get());
    transport::parlour_ice_agent_connected(agent.get());
    endpoint->postIo([endpoint](transport::IoThread&) { endpoint->dtlsStarted(); });
  });
}

bool Session::sendText(const std::string& text) { return channel_ && channel_->send(text); }

void Session::close() {
  if (std::exchange(closed_, true)) return;
  shared_->session = nullptr;
  shared_->closing = true;
  onDataChannel_.disconnect();
  channel_.reset();
  hub_->removeEndpoint(endpoint_);
}

void Session::settle() {
  // What webrtcbin was asked for runs on its thread, and must be over before its state changes:
  // its tasks do not expect the elements they work on to go (so in 1.22). One more task, which
  // only reads, comes after all of them.
  struct Barrier {
    std::mutex mutex;
    std::condition_variable passed;
    bool done = false;
  };
  auto barrier = std::make_shared<Barrier>();
  g_signal_emit_by_name(webrtcbin_.get(), "get-stats", nullptr, promiseOf([barrier](GstPromise*) {
    std::lock_guard lock(barrier->mutex);
    barrier->done = true;
    barrier->passed.notify_all();
  }));
  std::unique_lock lock(barrier->mutex);
  if (!barrier->passed.wait_for(lock, kBarrierTimeout, [&] { return barrier->done; }))
    log::warning(kTopic, {.room = endpoint_->names().room, .peer = endpoint_->names().id},
                 "webrtcbin does not finish what it was asked for; it is stopped anyway");
}

}  // namespace parlour::peer
