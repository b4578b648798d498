// The answer's text, line by line, and the minimal offer for webrtcbin.
#include "answers.hpp"
#include "offers.hpp"

using namespace parlour::sdp;
using namespace parlour::sdp::test;

namespace {

std::string answer(const std::string& offerText, const Policy& policy = {}) {
  return answerTo(read(offerText, policy));
}

/// The answer from its n-th m-line to the next.
std::string section(const std::string& text, int n) {
  size_t at = 0;
  for (int i = 0; i <= n; ++i) at = text.find("\r\nm=", at + 1);
  const size_t end = text.find("\r\nm=", at + 1);
  return text.substr(at + 2, end == std::string::npos ? end : end - at);
}

int count(const std::string& text, std::string_view part) {
  int found = 0;
  for (size_t at = 0; (at = text.find(part, at)) != std::string::npos; ++at) ++found;
  return found;
}

const std::string kFeedback =
    "a=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\na=rtcp-fb:96 ccm fir\r\n";

}  // namespace

START_TEST(a_video_slot_is_answered_in_full) {
  const std::string text =
      answer(session("7") + video("7", "recvonly", kFeedback + "a=fmtp:96 max-fs=12288\r\n"));
  expectText(
      "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n"
      "c=IN IP4 0.0.0.0\r\n"
      "a=ice-ufrag:serv\r\n"
      "a=ice-pwd:0123456789abcdefghijklmn\r\n"
      "a=fingerprint:sha-256 00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:"
      "17:18:19:1A:1B:1C:1D:1E:1F\r\n"
      "a=setup:passive\r\n"
      "a=mid:7\r\n"
      "a=candidate:1 1 UDP 2130706431 127.0.0.1 8443 typ host\r\n"
      "a=end-of-candidates\r\n"
      "a=sendonly\r\n"
      "a=rtcp-mux\r\n"
      "a=rtpmap:96 VP8/90000\r\n"
      "a=rtcp-fb:96 ccm fir\r\n"
      "a=rtcp-fb:96 nack\r\n"
      "a=rtcp-fb:96 nack pli\r\n"
      "a=fmtp:96 max-fs=12288\r\n"
      "a=rtpmap:97 rtx/90000\r\n"
      "a=fmtp:97 apt=96\r\n"
      "a=msid:slot0 track\r\n"
      "a=ssrc-group:FID 1000 1001\r\n"
      "a=ssrc:1000 cname:parlour\r\n"
      "a=ssrc:1000 msid:slot0 track\r\n"
      "a=ssrc:1001 cname:parlour\r\n"
      "a=ssrc:1001 msid:slot0 track\r\n",
      section(text, 0));
  expectText(
      "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=ice-lite\r\n"
      "a=group:BUNDLE 7\r\na=msid-semantic: WMS *\r\n",
      text.substr(0, text.find("m=")));
}
END_TEST

START_TEST(directions_are_mirrored_and_a_missing_slot_receives_nothing) {
  struct Case {
    const char *offered, *answered, *withoutSlots;
  };
  const Case cases[] = {{"sendonly", "a=recvonly\r\n", "a=recvonly\r\n"},
                        {"recvonly", "a=sendonly\r\n", "a=inactive\r\n"},
                        {"sendrecv", "a=sendrecv\r\n", "a=recvonly\r\n"},
                        {"inactive", "a=inactive\r\n", "a=inactive\r\n"}};
  for (const Case& one : cases) {
    const Offer offer = read(session("0") + video("0", one.offered));
    expectPart(answerTo(offer), one.answered);
    const std::string without = writeAnswer(offer, localOf(offer), {});
    expectPart(without, one.withoutSlots);
    expectNoPart(without, "a=ssrc");
    expectNoPart(without, "a=msid:");
  }
}
END_TEST

START_TEST(rejected_and_stopped_lines_keep_their_place_outside_the_bundle) {
  const std::string stopped = replaced(video("1", "recvonly"), "video 9", "video 0");
  const std::string text =
      answer(session("0 2 3") + audio("0", "recvonly") + stopped +
             line("text 9 UDP/TLS/RTP/SAVPF 98", "2") + audio("3", "sendonly"));
  expectPart(text, "a=group:BUNDLE 0 3\r\n");
  expectText("m=video 0 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=inactive\r\n",
             section(text, 1));
  expectText("m=text 0 UDP/TLS/RTP/SAVPF 98\r\nc=IN IP4 0.0.0.0\r\na=mid:2\r\na=inactive\r\n",
             section(text, 2));
  expectPart(section(text, 3), "m=audio 9 ");
}
END_TEST

START_TEST(candidates_are_on_the_first_accepted_line_of_the_bundle) {
  Policy policy;
  policy.audioCodecs = {"PCMU"};
  const std::string text = answer(
      session("0 2 1") + audio("0", "recvonly") + video("1", "recvonly") + video("2", "recvonly"),
      policy);
  expectPart(text, "a=group:BUNDLE 2 1\r\n");
  ck_assert_int_eq(count(text, "a=candidate:"), 1);
  ck_assert_int_eq(count(text, "a=end-of-candidates"), 1);
  expectPart(section(text, 2), "a=candidate:");
}
END_TEST

START_TEST(session_and_line_options_are_answered_only_if_offered) {
  const std::string plain = answer(session("0") + video("0", "recvonly"));
  expectNoPart(plain, "extmap-allow-mixed");
  expectNoPart(plain, "rtcp-rsize");
  const std::string text =
      answer(session("0", "a=extmap-allow-mixed\r\n") + video("0", "recvonly", "a=rtcp-rsize\r\n"));
  expectPart(text.substr(0, text.find("m=")), "a=extmap-allow-mixed\r\n");
  expectPart(text, "a=rtcp-rsize\r\n");
  const std::string own = answer(session("0") + video("0", "recvonly", "a=extmap-allow-mixed\r\n"));
  expectNoPart(own.substr(0, own.find("m=")), "extmap-allow-mixed");
  expectPart(section(own, 0), "a=extmap-allow-mixed\r\n");
}
END_TEST

START_TEST(without_a_bundle_there_is_no_group) {
  const std::string text = answer(session("") + video("0", "recvonly"));
  expectNoPart(text, "a=group");
  expectPart(text, "a=candidate:");
}
END_TEST

START_TEST(a_publisher_is_asked_for_its_layers) {
  const std::string text =
      answer(session("0") +
             video("0", "sendonly",
                   "a=extmap:10/sendonly urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n"
                   "a=rid:q send max-width=320\r\na=rid:f send\r\na=simulcast:send ~q;f\r\n"));
  expectPart(text, "a=extmap:10/recvonly urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n");
  expectPart(text, "a=rid:q recv max-width=320\r\na=rid:f recv\r\na=simulcast:recv ~q;f\r\n");
  expectNoPart(text, "a=ssrc");
}
END_TEST

START_TEST(opus_is_asked_for_with_error_correction_and_the_offered_stereo) {
  struct Case {
    const char *offered, *answered;
  };
  const Case cases[] = {
      {"", "a=fmtp:111 minptime=10;useinbandfec=1\r\n"},
      {"a=fmtp:111 minptime=20;useinbandfec=0\r\n", "a=fmtp:111 minptime=10;useinbandfec=1\r\n"},
      {"a=fmtp:111 stereo=1; sprop-stereo=1;usedtx=1;maxaveragebitrate=96000\r\n",
       "a=fmtp:111 minptime=10;useinbandfec=1;stereo=1;sprop-stereo=1;usedtx=1;"
       "maxaveragebitrate=96000\r\n"},
      {"a=fmtp:111 stereo=x;x=y\r\n", "a=fmtp:111 minptime=10;useinbandfec=1\r\n"}};
  for (const Case& one : cases)
    for (const char* direction : {"sendonly", "recvonly"})
      expectPart(answer(session("0") + audio("0", direction, one.offered)), one.answered);
}
END_TEST

START_TEST(a_data_channel_is_answered_in_the_form_it_was_offered) {
  const std::string text = answer(session("0") + data("0"));
  expectPart(text, "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n");
  expectPart(text, "a=sctp-port:5000\r\na=max-message-size:65536\r\n");
  const std::string old =
      answer(session("0") + replaced(data("0", "a=sctpmap:5000 webrtc-datachannel 65535\r\n"),
                                     "UDP/DTLS/SCTP webrtc-datachannel", "DTLS/SCTP 5000"));
  expectPart(old, "m=application 9 DTLS/SCTP 5000\r\n");
  expectPart(old, "a=sctpmap:5000 webrtc-datachannel 65535\r\n");
}
END_TEST

START_TEST(our_side_of_dtls_is_written) {
  Offer offer = read(session("0") + video("0", "recvonly"));
  Local local = localOf(offer);
  local.setup = Setup::kActive;
  expectPart(writeAnswer(offer, local, {}), "a=setup:active\r\n");
}
END_TEST

/// What an offer says is checked when it is read; were a value to get past that, a line of the
/// answer still could not be ended early.
START_TEST(no_value_can_break_a_line) {
  Offer offer = read(session("0") + video("0", "sendonly"));
  offer.media[0].payloadTypes[0].fmtp = "a=1\r\na=candidate:6 1 UDP 1 192.0.2.1 1 typ host";
  std::map<std::string, SlotSsrc> slots;
  slots["0"] = {1, 2, "c\nd", "s\re", "t"};
  offer.media[0].alsoSlot = true;
  const std::string text = writeAnswer(offer, localOf(offer), slots);
  expectPart(text, "a=fmtp:96 a=1a=candidate:6");
  expectPart(text, "a=ssrc:1 cname:cd\r\n");
  for (size_t at = 0; (at = text.find('\n', at)) != std::string::npos; ++at)
    ck_assert_int_eq(text[at - 1], '\r');
}
END_TEST

START_TEST(fmtp_with_unprintable_characters_is_not_repeated) {
  const std::string text =
      answer(session("0") + video("0", "recvonly", "a=fmtp:96 x=\xc3\xa9\r\n"));
  expectNoPart(text, "a=fmtp:96");
}
END_TEST

START_TEST(webrtcbin_is_offered_the_data_channel_or_a_dummy) {
  const Offer withData = read(session("0 5") + audio("0", "recvonly") +
                              data("5", "a=sctp-port:5001\r\na=max-message-size:1000\r\n"));
  const std::string text = writeWebrtcbinOffer(withData, Setup::kActive);
  ck_assert_int_eq(count(text, "m="), 1);
  for (const char* part :
       {"a=group:BUNDLE 5\r\n", "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n",
        "a=mid:5\r\n", "a=sctp-port:5001\r\n", "a=max-message-size:1000\r\n", "a=setup:active\r\n",
        "a=ice-ufrag:abcd\r\n", "a=ice-pwd:abcdefghijklmnopqrstuvwx\r\n"})
    expectPart(text, part);
  expectPart(text, kFingerprint);
  const std::string dummy =
      writeWebrtcbinOffer(read(session("0") + audio("0", "recvonly")), Setup::kActpass);
  for (const char* part : {"m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n", "a=sendrecv\r\n",
                           "a=rtpmap:0 PCMU/8000\r\n", "a=setup:actpass\r\n"})
    expectPart(dummy, part);
}
END_TEST

int main() {
  return runSuite(
      "sdp answer",
      {a_video_slot_is_answered_in_full,
       directions_are_mirrored_and_a_missing_slot_receives_nothing,
       rejected_and_stopped_lines_keep_their_place_outside_the_bundle,
       candidates_are_on_the_first_accepted_line_of_the_bundle,
       session_and_line_options_are_answered_only_if_offered, without_a_bundle_there_is_no_group,
       a_publisher_is_asked_for_its_layers,
       opus_is_asked_for_with_error_correction_and_the_offered_stereo,
       a_data_channel_is_answered_in_the_form_it_was_offered, our_side_of_dtls_is_written,
       no_value_can_break_a_line, fmtp_with_unprintable_characters_is_not_repeated,
       webrtcbin_is_offered_the_data_channel_or_a_dummy});
}
