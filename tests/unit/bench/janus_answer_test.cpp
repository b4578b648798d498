#include "load/janus_answer.hpp"

#include "sdp/description.hpp"

#include "check_suite.hpp"

using namespace parlour;
using bench::OfferShape;

namespace {

constexpr const char* kTransportCcUri =
    "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

/// Two streams as Janus 1.1.2 offers them to a subscriber.
std::string offer(const std::string& setup = "actpass", const std::string& videoCodec = "VP8") {
  const std::string transport =
      "c=IN IP4 192.0.2.1\r\na=sendonly\r\na=rtcp-mux\r\na=ice-ufrag:wxyz\r\n"
      "a=ice-pwd:zyxwvutsrqponmlkjihgfe\r\na=ice-options:trickle\r\n"
      "a=fingerprint:sha-256 BB:BB\r\na=setup:" +
      setup + "\r\n";
  const std::string candidate =
      "a=candidate:1 1 udp 2015363327 192.0.2.1 41394 typ host\r\na=end-of-candidates\r\n";
  return "v=0\r\no=- 1700000000000 1 IN IP4 192.0.2.1\r\ns=VideoRoom 1234\r\nt=0 0\r\n"
         "a=group:BUNDLE a v\r\na=ice-lite\r\na=extmap-allow-mixed\r\na=msid-semantic: WMS *\r\n"
         "m=audio 9 UDP/TLS/RTP/SAVPF 109\r\n" +
         transport + "a=mid:a\r\na=rtpmap:109 opus/48000/2\r\n" +
         "a=extmap:4 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n" +
         "a=extmap:7 urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
         "a=msid:janus janusa\r\na=ssrc:11 cname:janus\r\n" +
         candidate + "m=video 9 UDP/TLS/RTP/SAVPF 100 101\r\n" + transport +
         "a=mid:v\r\na=rtpmap:100 " + videoCodec +
         "/90000\r\na=rtcp-fb:100 nack\r\na=rtpmap:101 rtx/90000\r\na=fmtp:101 apt=100\r\n"
         "a=extmap:7 urn:ietf:params:rtp-hdrext:sdes:mid\r\na=extmap:12 " +
         kTransportCcUri + "\r\na=msid:janus janusv\r\na=ssrc:12 cname:janus\r\n" + candidate;
}

OfferShape shapeOf(uint32_t video = 1) {
  OfferShape shape;
  shape.audioSlots = 1;
  shape.videoSlots = video;
  shape.transport.ufrag = "abcd";
  shape.transport.password = "abcdefghijklmnopqrstuvwx";
  shape.transport.fingerprint = {"sha-256", "AA:AA"};
  return shape;
}

bench::JanusAnswer answered() {
  auto answer = bench::answerJanus(offer(), shapeOf());
  ck_assert_msg(bool(answer), "%s", answer ? "" : answer.error().message.c_str());
  return *answer;
}

const std::string& valueOf(const sdp::Section& section, const char* name) {
  const sdp::Attribute* found = section.find(name);
  ck_assert_msg(found != nullptr, "no a=%s", name);
  return found->value;
}

}  // namespace

START_TEST(every_stream_is_received_with_the_numbers_that_janus_gave) {
  const auto answer = sdp::readDescription(answered().sdp, {});
  ck_assert(bool(answer));
  ck_assert_text(valueOf(answer->session, "group"), "BUNDLE a v");
  ck_assert_uint_eq(answer->media.size(), 2);
  const sdp::Section &audio = answer->media[0], &video = answer->media[1];
  ck_assert_text(audio.mediaType, "audio");
  ck_assert_text(audio.formats.at(0), "109");
  ck_assert_text(valueOf(audio, "mid"), "a");
  ck_assert_text(valueOf(audio, "rtpmap"), "109 opus/48000/2");
  ck_assert_text(video.formats.at(0), "100");
  ck_assert_uint_eq(video.formats.size(), 1);
  ck_assert_text(valueOf(video, "mid"), "v");
  ck_assert_text(valueOf(video, "rtpmap"), "100 VP8/90000");
  for (const sdp::Section& section : answer->media) {
    ck_assert(section.find("recvonly") != nullptr);
    ck_assert_uint_ne(section.port, 0);
  }
}
END_TEST

START_TEST(extensions_keep_their_ids) {
  const std::string sdp = answered().sdp;
  ck_assert(sdp.find("a=extmap:4 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n") !=
            std::string::npos);
  ck_assert(sdp.find("a=extmap:7 urn:ietf:params:rtp-hdrext:sdes:mid\r\n") != std::string::npos);
  ck_assert(sdp.find(std::string("a=extmap:12 ") + kTransportCcUri) != std::string::npos);
  const rtp::ExtensionMap& map = answered().remote.extensions;
  ck_assert(map[12] == rtp::Extension::kTransportCc);
  ck_assert(map[3] == rtp::Extension::kUnknown);
}
END_TEST

START_TEST(we_begin_the_handshake_under_our_own_name) {
  const auto answer = sdp::readDescription(answered().sdp, {});
  ck_assert(bool(answer));
  for (const sdp::Section& section : answer->media) {
    ck_assert_text(valueOf(section, "setup"), "active");
    ck_assert_text(valueOf(section, "ice-ufrag"), "abcd");
    ck_assert_text(valueOf(section, "fingerprint"), "sha-256 AA:AA");
  }
}
END_TEST

START_TEST(the_offer_says_where_to_connect) {
  const bench::Remote remote = answered().remote;
  ck_assert_text(remote.ufrag, "wxyz");
  ck_assert_text(remote.password, "zyxwvutsrqponmlkjihgfe");
  ck_assert_text(remote.fingerprint.value, "BB:BB");
  ck_assert_text(remote.address.text(), "192.0.2.1:41394");
  ck_assert(remote.videoPayloads[100]);
  ck_assert(!remote.videoPayloads[109]);
}
END_TEST

START_TEST(offers_that_are_not_what_was_subscribed_to_are_errors) {
  ck_assert(!bench::answerJanus(offer(), shapeOf(2)));
  ck_assert(!bench::answerJanus(offer("active"), shapeOf()));
  ck_assert(!bench::answerJanus(offer("actpass", "H264"), shapeOf()));
  ck_assert(!bench::answerJanus("v=0", shapeOf()));
}
END_TEST

int main() {
  return parlour::test::runSuite(
      "janus_answer",
      {every_stream_is_received_with_the_numbers_that_janus_gave, extensions_keep_their_ids,
       we_begin_the_handshake_under_our_own_name, the_offer_says_where_to_connect,
       offers_that_are_not_what_was_subscribed_to_are_errors});
}
