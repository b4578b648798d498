// Two stock webrtcbins of one process in a session with each other, over loopback.
#pragma once

#include <gst/gst.h>
#include <gst/sdp/sdp.h>
#include <gst/webrtc/webrtc.h>

namespace parlour::testing {

/// Offers from one webrtcbin and answers from the other, and hands candidates over, as an
/// application's signalling would. Everything happens in webrtcbin's own threads.
class WebrtcSession {
 public:
  /// Both are borrowed and in one pipeline; the offer is made when `offerer` needs negotiation.
  WebrtcSession(GstElement* offerer, GstElement* answerer)
      : offerer_(offerer), answerer_(answerer) {
    for (GstElement* element : {offerer, answerer}) {
      GObject* ice = nullptr;
      g_object_get(element, "ice-agent", &ice, nullptr);
      gboolean done = FALSE;
      g_signal_emit_by_name(ice, "add-local-ip-address", "127.0.0.1", &done);
      g_object_unref(ice);
    }
    g_signal_connect(offerer, "on-negotiation-needed", G_CALLBACK(onNegotiationNeeded), this);
    g_signal_connect(offerer, "on-ice-candidate", G_CALLBACK(onCandidate), answerer);
    g_signal_connect(answerer, "on-ice-candidate", G_CALLBACK(onCandidate), offerer);
  }
  WebrtcSession(const WebrtcSession&) = delete;

 private:
  static void onCandidate(GstElement*, guint line, gchar* candidate, gpointer other) {
    g_signal_emit_by_name(other, "add-ice-candidate", line, candidate);
  }
  static void onNegotiationNeeded(GstElement* element, gpointer self) {
    g_signal_emit_by_name(element, "create-offer", nullptr,
                          gst_promise_new_with_change_func(onOffer, self, nullptr));
  }
  static GstWebRTCSessionDescription* take(GstPromise* promise, const char* field) {
    GstWebRTCSessionDescription* description = nullptr;
    gst_structure_get(gst_promise_get_reply(promise), field, GST_TYPE_WEBRTC_SESSION_DESCRIPTION,
                      &description, nullptr);
    gst_promise_unref(promise);
    return description;
  }
  static void onOffer(GstPromise* promise, gpointer user) {
    auto* self = static_cast<WebrtcSession*>(user);
    GstWebRTCSessionDescription* offer = take(promise, "offer");
    g_signal_emit_by_name(self->offerer_, "set-local-description", offer, nullptr);
    g_signal_emit_by_name(self->answerer_, "set-remote-description", offer, nullptr);
    gst_webrtc_session_description_free(offer);
    g_signal_emit_by_name(self->answerer_, "create-answer", nullptr,
                          gst_promise_new_with_change_func(onAnswer, self, nullptr));
  }
  static void onAnswer(GstPromise* promise, gpointer user) {
    auto* self = static_cast<WebrtcSession*>(user);
    GstWebRTCSessionDescription* answer = take(promise, "answer");
    g_signal_emit_by_name(self->answerer_, "set-local-description", answer, nullptr);
    g_signal_emit_by_name(self->offerer_, "set-remote-description", answer, nullptr);
    gst_webrtc_session_description_free(answer);
  }

  GstElement* offerer_;
  GstElement* answerer_;
};

}  // namespace parlour::testing
