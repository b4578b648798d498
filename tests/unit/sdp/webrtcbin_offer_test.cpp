// The minimal offer against a real webrtcbin: an answer comes out, and its one m-line lives.
#include <memory>

#include <gst/gst.h>
#include <gst/webrtc/webrtc.h>

#include "offers.hpp"

using namespace parlour::sdp;
using namespace parlour::sdp::test;

namespace {

struct FreeDescription {
  void operator()(GstWebRTCSessionDescription* one) const {
    gst_webrtc_session_description_free(one);
  }
};
struct FreeText {
  void operator()(char* text) const { g_free(text); }
};
using Description = std::unique_ptr<GstWebRTCSessionDescription, FreeDescription>;

/// Waits for what `promise` was given to.
const GstStructure* reply(GstPromise* promise) {
  ck_assert_int_eq(gst_promise_wait(promise), GST_PROMISE_RESULT_REPLIED);
  const GstStructure* structure = gst_promise_get_reply(promise);
  GError* error = nullptr;
  if (structure) gst_structure_get(structure, "error", G_TYPE_ERROR, &error, nullptr);
  ck_assert_msg(!error, "%s", error ? error->message : "");
  return structure;
}

void set(GstElement* webrtcbin, const char* action,
         const GstWebRTCSessionDescription* description) {
  GstPromise* promise = gst_promise_new();
  g_signal_emit_by_name(webrtcbin, action, description, promise);
  reply(promise);
  gst_promise_unref(promise);
}

Description parsed(const std::string& text) {
  GstSDPMessage* message = nullptr;
  ck_assert_int_eq(gst_sdp_message_new_from_text(text.c_str(), &message), GST_SDP_OK);
  return Description(gst_webrtc_session_description_new(GST_WEBRTC_SDP_TYPE_OFFER, message));
}

/// What a playing webrtcbin answers to `offer`.
std::string answerOf(const std::string& offer) {
  GstElement* pipeline = gst_pipeline_new("pipeline");
  GstElement* webrtcbin = gst_element_factory_make("webrtcbin", "webrtcbin");
  ck_assert_msg(webrtcbin != nullptr, "webrtcbin is not installed");
  gst_util_set_object_arg(G_OBJECT(webrtcbin), "bundle-policy", "max-bundle");
  gst_bin_add(GST_BIN(pipeline), webrtcbin);
  ck_assert_int_ne(gst_element_set_state(pipeline, GST_STATE_PLAYING), GST_STATE_CHANGE_FAILURE);
  set(webrtcbin, "set-remote-description", parsed(offer).get());
  GstPromise* promise = gst_promise_new();
  g_signal_emit_by_name(webrtcbin, "create-answer", nullptr, promise);
  GstWebRTCSessionDescription* given = nullptr;
  const GstStructure* structure = reply(promise);
  ck_assert(
      gst_structure_get(structure, "answer", GST_TYPE_WEBRTC_SESSION_DESCRIPTION, &given, nullptr));
  gst_promise_unref(promise);
  const Description answer(given);
  set(webrtcbin, "set-local-description", answer.get());
  const std::unique_ptr<char, FreeText> text(gst_sdp_message_as_text(answer->sdp));
  gst_element_set_state(pipeline, GST_STATE_NULL);
  gst_object_unref(pipeline);
  return text.get();
}

}  // namespace

START_TEST(webrtcbin_answers_for_the_data_channel) {
  const Offer offer = read(session("0 5") + video("0", "recvonly") + data("5"));
  const std::string answer = answerOf(writeWebrtcbinOffer(offer, Setup::kActive));
  expectPart(answer, "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n");
  expectPart(answer, "a=setup:passive\r\n");
  expectPart(answer, "a=mid:5\r\n");
}
END_TEST

START_TEST(webrtcbin_answers_for_the_dummy_and_not_inactive) {
  const Offer offer = read(session("0 1") + audio("0", "recvonly") + video("1", "sendonly"));
  const std::string answer = answerOf(writeWebrtcbinOffer(offer, Setup::kPassive));
  expectPart(answer, "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n");
  expectPart(answer, "a=setup:active\r\n");
  expectNoPart(answer, "a=inactive");
}
END_TEST

START_TEST(webrtcbin_takes_several_fingerprints) {
  std::string longer = "a=fingerprint:sha-512 ";
  for (int i = 0; i < 64; ++i) longer += i ? ":AB" : "AB";
  const Offer offer =
      read(session("0") + replaced(data("0"), kFingerprint, kFingerprint + longer + "\r\n"));
  ck_assert_uint_eq(offer.transport.fingerprints.size(), 2);
  expectPart(answerOf(writeWebrtcbinOffer(offer, Setup::kActive)), "m=application 9");
}
END_TEST

int main(int argc, char** argv) {
  gst_init(&argc, &argv);
  // In this process: GStreamer's threads do not come along into a fork.
  g_setenv("CK_FORK", "no", TRUE);
  return runSuite("sdp webrtcbin offer", {webrtcbin_answers_for_the_data_channel,
                                          webrtcbin_answers_for_the_dummy_and_not_inactive,
                                          webrtcbin_takes_several_fingerprints});
}
