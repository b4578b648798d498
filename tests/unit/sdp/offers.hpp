// Offers to test with, made of parts, and what the suites share.
#pragma once

#include <cstdlib>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "sdp/sdp.hpp"

#include <check.h>  // Last: it takes the name "fail".

namespace parlour::sdp::test {

inline const std::string kFingerprint =
    "a=fingerprint:sha-256 0F:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:"
    "10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F\r\n";
inline const std::string kTransport = "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n" +
                                      kFingerprint + "a=setup:actpass\r\n";

inline std::string session(std::string_view bundle, std::string_view more = "") {
  return fmt::format("v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n{}{}",
                     bundle.empty() ? "" : fmt::format("a=group:BUNDLE {}\r\n", bundle), more);
}

/// An m-line with transport and rtcp-mux; `more` are its further lines.
inline std::string line(std::string_view m, std::string_view mid, std::string_view more = "") {
  return fmt::format("m={}\r\nc=IN IP4 0.0.0.0\r\n{}a=mid:{}\r\na=rtcp-mux\r\n{}", m, kTransport,
                     mid, more);
}

inline std::string audio(std::string_view mid, std::string_view direction,
                         std::string_view more = "") {
  return line("audio 9 UDP/TLS/RTP/SAVPF 111", mid,
              fmt::format("a={}\r\na=rtpmap:111 opus/48000/2\r\n{}", direction, more));
}

inline std::string video(std::string_view mid, std::string_view direction,
                         std::string_view more = "") {
  return line("video 9 UDP/TLS/RTP/SAVPF 96 97", mid,
              fmt::format("a={}\r\na=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\n"
                          "a=fmtp:97 apt=96\r\n{}",
                          direction, more));
}

inline std::string data(std::string_view mid, std::string_view more = "a=sctp-port:5000\r\n") {
  return fmt::format(
      "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\n"
      "{}a=mid:{}\r\n{}",
      kTransport, mid, more);
}

/// `text` with the first `from` replaced, which must be there.
inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  ck_assert_msg(at != std::string::npos, "no \"%.*s\" to replace", static_cast<int>(from.size()),
                from.data());
  return text.replace(at, from.size(), to);
}

inline Offer read(const std::string& text, const Policy& policy = {}) {
  auto offer = readOffer(text, policy);
  ck_assert_msg(static_cast<bool>(offer), "refused: %s",
                offer ? "" : offer.error().message.c_str());
  return *offer;
}

/// "code: message", or empty where the offer is accepted.
inline std::string refusal(const std::string& text, const Policy& policy = {},
                           const Limits& limits = {}) {
  const auto offer = readOffer(text, policy, limits);
  return offer ? "" : offer.error().code + ": " + offer.error().message;
}

inline bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

inline void expectText(const std::string& expected, const std::string& actual) {
  ck_assert_str_eq(actual.c_str(), expected.c_str());
}

inline void expectPart(const std::string& text, std::string_view part) {
  ck_assert_msg(has(text, part), "\"%.*s\" is missing in:\n%s", static_cast<int>(part.size()),
                part.data(), text.c_str());
}

inline void expectNoPart(const std::string& text, std::string_view part) {
  ck_assert_msg(!has(text, part), "\"%.*s\" is in:\n%s", static_cast<int>(part.size()), part.data(),
                text.c_str());
}

inline int runSuite(const char* name, std::initializer_list<const TTest*> tests) {
  TCase* cases = tcase_create(name);
  for (const TTest* test : tests) tcase_add_test(cases, test);
  Suite* suite = suite_create(name);
  suite_add_tcase(suite, cases);
  SRunner* runner = srunner_create(suite);
  srunner_run_all(runner, CK_NORMAL);
  const int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace parlour::sdp::test
