// Codecs: what is taken of an m-line, in which order, and who can decode what.
#include "sdp/codecs.hpp"
#include "offers.hpp"

using namespace parlour;
using namespace parlour::sdp;
using namespace parlour::sdp::test;

namespace {

/// The payload types an m-line keeps, "96+97 98" with their rtx.
std::string kept(const std::string& m, const std::string& lines, const Policy& policy = {},
                 const char* direction = "sendonly") {
  const Offer offer =
      read(session("0") + line(m, "0", fmt::format("a={}\r\n", direction) + lines), policy);
  std::string text;
  for (const PayloadType& type : offer.media[0].payloadTypes)
    text += (text.empty() ? "" : " ") + std::to_string(type.pt) +
            (type.rtxPt < 0 ? "" : "+" + std::to_string(type.rtxPt));
  return text;
}

room::Codec h264(const char* profile) {
  return {"H264", 90000, profile};
}

const char* kVideo = "video 9 UDP/TLS/RTP/SAVPF 96 97 98 99";
const char* kAudio = "audio 9 UDP/TLS/RTP/SAVPF 111 63 0 8 13 126";

}  // namespace

START_TEST(h264_profiles_are_normalised) {
  struct Case {
    const char *fmtp, *expected;
  };
  const Case cases[] = {
      {"profile-level-id=42e01f;packetization-mode=1", "42e0/1"},
      {"profile-level-id=42c01f;packetization-mode=1", "42e0/1"},
      {"profile-level-id=42E034;packetization-mode=0", "42e0/0"},
      {"profile-level-id=42401f", "42e0/0"},
      {"profile-level-id=4d801f", "42e0/0"},
      {"profile-level-id=58c01f", "42e0/0"},
      {"profile-level-id=42001f; packetization-mode = 1", "4200/1"},
      {"profile-level-id=42801f", "4200/0"},
      {"profile-level-id=58801f", "4200/0"},
      {"profile-level-id=4d001f", "4d00/0"},
      {"profile-level-id=4d401f", "4d00/0"},
      {"profile-level-id=58001f", "5800/0"},
      {"profile-level-id=64001f;packetization-mode=1", "6400/1"},
      {"profile-level-id=640c1f;packetization-mode=1", "640c/1"},
      {"profile-level-id=f4001f", "f400/0"},
      {"profile-level-id=640033;packetization-mode=2", "6400/2"},
      {"profile-level-id=2c101f", "2c10/0"},
      {"", "4200/0"},
      {"packetization-mode=1", "4200/1"},
      {"profile-level-id=42", "?/0"},
      {"profile-level-id=zz001f", "?/0"},
      {"profile-level-id=42e01f;packetization-mode=x", "42e0/?"},
  };
  for (const Case& one : cases) expectText(one.expected, profileOf("h264", one.fmtp));
}
END_TEST

START_TEST(vp9_and_av1_have_a_profile_number_and_others_none) {
  expectText("0", profileOf("VP9", ""));
  expectText("2", profileOf("vp9", "profile-id=2"));
  expectText("0", profileOf("AV1", "level-idx=5;tier=0"));
  expectText("1", profileOf("AV1", "level-idx=5;profile=1;tier=0"));
  expectText("", profileOf("VP8", "max-fs=12288"));
  expectText("", profileOf("opus", "profile=1"));
}
END_TEST

START_TEST(a_receiver_decodes_what_its_profiles_include) {
  struct Case {
    room::Codec receiver, codec;
    bool expected;
  };
  const Case cases[] = {
      {h264("42e0/1"), h264("42e0/1"), true},
      {h264("42e0/1"), h264("42e0/0"), false},
      {h264("4200/1"), h264("42e0/1"), true},
      {h264("42e0/1"), h264("4200/1"), false},
      {h264("4d00/1"), h264("42e0/1"), true},
      {h264("4d00/1"), h264("4200/1"), false},
      {h264("6400/1"), h264("4d00/1"), true},
      {h264("6400/1"), h264("640c/1"), true},
      {h264("640c/1"), h264("6400/1"), false},
      {h264("6400/1"), h264("4200/1"), false},
      {h264("6400/0"), h264("42e0/1"), false},
      {h264("f400/1"), h264("7a00/1"), true},
      {h264("9999/1"), h264("9999/1"), true},
      {h264("9999/1"), h264("42e0/1"), false},
      {{"VP9", 90000, "0"}, {"VP9", 90000, "0"}, true},
      {{"VP9", 90000, "2"}, {"VP9", 90000, "0"}, false},
      {{"AV1", 90000, "1"}, {"AV1", 90000, "0"}, true},
      {{"AV1", 90000, "0"}, {"AV1", 90000, "1"}, false},
      {{"VP8", 90000, ""}, {"vp8", 90000, ""}, true},
      {{"VP8", 90000, ""}, {"VP9", 90000, "0"}, false},
      {{"opus", 48000, ""}, {"opus", 48000, ""}, true},
      {{"L16", 48000, ""}, {"L16", 44100, ""}, false},
  };
  for (const Case& one : cases)
    ck_assert_msg(canDecode({one.receiver}, one.codec) == one.expected, "%s %s with %s",
                  one.codec.name.c_str(), one.codec.profile.c_str(), one.receiver.profile.c_str());
  ck_assert(!canDecode({}, h264("42e0/1")));
  ck_assert(canDecode({{"VP8", 90000, ""}, h264("42e0/1")}, h264("42e0/1")));
}
END_TEST

START_TEST(policy_orders_and_filters_codecs_and_rtx_follows) {
  const std::string lines =
      "a=rtpmap:96 H264/90000\r\na=fmtp:96 profile-level-id=42e01f;packetization-mode=1\r\n"
      "a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\na=rtpmap:98 vp8/90000\r\n"
      "a=rtpmap:99 rtx/90000\r\na=fmtp:99 apt=98\r\n";
  expectText("98+99 96+97", kept(kVideo, lines));
  Policy policy;
  policy.videoCodecs = {"H264", "VP8"};
  expectText("96+97 98+99", kept(kVideo, lines, policy));
  policy.videoCodecs = {"H264"};
  expectText("96+97", kept(kVideo, lines, policy));
  const Offer offer = read(session("0") + line(kVideo, "0", "a=sendonly\r\n" + lines));
  expectText("VP8", offer.media[0].payloadTypes[0].codec.name);
}
END_TEST

START_TEST(a_line_without_a_codec_in_common_is_rejected) {
  Policy policy;
  policy.videoCodecs = {"AV1"};
  const Offer offer =
      read(session("0 1") + audio("0", "recvonly") + video("1", "recvonly"), policy);
  ck_assert(offer.media[1].role == Media::Role::kRejected);
  expectText("no codec in common", offer.media[1].rejectedWhy);
  expectPart(refusal(session("1") + video("1", "recvonly"), policy),
             "unsupported_offer: nothing of the offer can be accepted; m-line 0 (video, mid 1): no "
             "codec in common");
}
END_TEST

START_TEST(h264_that_everybody_decodes_goes_first) {
  const std::string lines =
      "a=rtpmap:96 H264/90000\r\na=fmtp:96 profile-level-id=64001f;packetization-mode=1\r\n"
      "a=rtpmap:97 H264/90000\r\na=fmtp:97 profile-level-id=42001f;packetization-mode=1\r\n"
      "a=rtpmap:98 H264/90000\r\na=fmtp:98 profile-level-id=42e01f;packetization-mode=0\r\n"
      "a=rtpmap:99 H264/90000\r\na=fmtp:99 profile-level-id=42e01f;packetization-mode=1\r\n";
  expectText("99 96 97 98", kept(kVideo, lines));
}
END_TEST

START_TEST(audio_keeps_opus_red_and_g711_and_nothing_else) {
  const std::string lines =
      "a=rtpmap:111 opus/48000/2\r\na=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n"
      "a=rtpmap:13 CN/8000\r\na=rtpmap:126 telephone-event/8000\r\n";
  expectText("111 63 0 8", kept(kAudio, lines));
  Policy policy;
  policy.audioCodecs = {"red", "PCMU"};
  expectText("0", kept(kAudio, lines, policy));
  const Offer offer = read(session("0") + line(kAudio, "0", "a=sendonly\r\n" + lines));
  ck_assert_int_eq(offer.media[0].payloadTypes[0].channels, 2);
  ck_assert(offer.media[0].payloadTypes[2].codec == (room::Codec{"PCMU", 8000, ""}));
}
END_TEST

START_TEST(redundancy_alone_is_nothing_and_never_what_a_line_carries) {
  const std::string opus = "a=rtpmap:111 opus/48000/2\r\n", red = "a=rtpmap:63 red/48000/2\r\n";
  Policy policy;
  policy.audioCodecs = {"red", "opus"};
  const char* both = "audio 9 UDP/TLS/RTP/SAVPF 63 111";
  expectText("63 111", kept(both, opus + red + "a=fmtp:63 111/111\r\n", policy));
  const Offer offer = read(session("0") + line(both, "0", "a=sendonly\r\n" + opus + red), policy);
  ck_assert_uint_eq(offer.media[0].payloadTypes[0].pt, 63);
  ck_assert_uint_eq(offer.media[0].primary().pt, 111);
  const char* alone = "audio 9 UDP/TLS/RTP/SAVPF 63";
  ck_assert(!readOffer(session("0") + line(alone, "0", "a=sendonly\r\n" + red), policy, {}));
}
END_TEST

START_TEST(payload_types_that_look_like_rtcp_are_left_out) {
  const std::string lines =
      "a=rtpmap:96 VP8/90000\r\na=rtpmap:72 rtx/90000\r\na=fmtp:72 apt=96\r\n"
      "a=rtpmap:95 VP9/90000\r\na=rtpmap:64 H264/90000\r\n";
  expectText("96", kept("video 9 UDP/TLS/RTP/SAVPF 96 72 95 64", lines));
}
END_TEST

START_TEST(rtx_belongs_to_its_codec_and_clock_rate) {
  const auto with = [](const char* rtx) {
    return kept(kVideo, std::string("a=rtpmap:96 VP8/90000\r\n") + rtx);
  };
  expectText("96+97", with("a=rtpmap:97 RTX/90000\r\na=fmtp:97 rtx-time=3000;apt=96\r\n"));
  expectText("96", with("a=rtpmap:97 rtx/48000\r\na=fmtp:97 apt=96\r\n"));
  expectText("96", with("a=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=98\r\n"));
  expectText("96", with("a=rtpmap:97 rtx/90000\r\n"));
}
END_TEST

START_TEST(malformed_codec_lines_are_refused) {
  for (const char* bad :
       {"a=rtpmap:96", "a=rtpmap:96 VP8", "a=rtpmap:x VP8/90000", "a=rtpmap:128 VP8/90000",
        "a=rtpmap:96 VP8/0", "a=rtpmap:96 VP8/-1", "a=rtpmap:96 VP8/90000/0",
        "a=rtpmap:96 VP8/90000/2/3", "a=rtpmap:96 V\"8/90000", "a=fmtp:x a=1", "a=rtcp-fb:x nack",
        "a=rtpmap:96 VP8/90000\r\na=rtpmap:96 VP9/90000"})
    expectPart(refusal(session("0") + line(kVideo, "0", fmt::format("{}\r\n", bad))), "bad_offer");
}
END_TEST

START_TEST(feedback_is_taken_as_offered_and_goog_remb_only_without_transport_cc) {
  const std::string offered =
      "a=rtcp-fb:96 nack\r\na=rtcp-fb:* nack pli\r\na=rtcp-fb:96 ccm fir\r\n"
      "a=rtcp-fb:96 transport-cc\r\na=rtcp-fb:96 goog-remb\r\n";
  const std::string extension =
      "a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01\r\n";
  const auto first = [](const std::string& text) { return read(text).media[0].payloadTypes[0]; };
  PayloadType type = first(session("0") + video("0", "sendonly", offered + extension));
  ck_assert(type.nack && type.pli && type.fir && type.transportCc && !type.remb);
  type = first(session("0") + video("0", "sendonly", offered));
  ck_assert_msg(!type.transportCc && type.remb, "transport-cc is of no use without its extension");
  type = first(session("0") + video("0", "recvonly", offered + extension));
  ck_assert(type.nack && type.pli && type.fir && !type.transportCc && !type.remb);
  type = first(session("0") + audio("0", "recvonly", "a=rtcp-fb:111 nack\r\n"));
  ck_assert(!type.nack);
  type = first(session("0") + audio("0", "sendonly", "a=rtcp-fb:111 nack\r\n"));
  ck_assert(type.nack && !type.pli);
}
END_TEST

int main() {
  return runSuite(
      "sdp codecs",
      {h264_profiles_are_normalised, vp9_and_av1_have_a_profile_number_and_others_none,
       a_receiver_decodes_what_its_profiles_include,
       policy_orders_and_filters_codecs_and_rtx_follows,
       a_line_without_a_codec_in_common_is_rejected, h264_that_everybody_decodes_goes_first,
       audio_keeps_opus_red_and_g711_and_nothing_else,
       redundancy_alone_is_nothing_and_never_what_a_line_carries,
       payload_types_that_look_like_rtcp_are_left_out, rtx_belongs_to_its_codec_and_clock_rate,
       malformed_codec_lines_are_refused,
       feedback_is_taken_as_offered_and_goog_remb_only_without_transport_cc});
}
