// Transport and BUNDLE of an offer.
#include "offers.hpp"

using namespace parlour::sdp;
using namespace parlour::sdp::test;

namespace {

const std::string kGood = session("0") + audio("0", "recvonly");

std::string refusalOf(std::string_view from, std::string_view to) {
  return refusal(replaced(kGood, from, to));
}

std::string hexPairs(size_t count, char digit) {
  std::string text;
  for (size_t i = 0; i < count; ++i) text += std::string(i ? ":" : "") + digit + digit;
  return text;
}

/// kGood with only these fingerprints.
std::string withFingerprint(const std::string& lines) {
  return replaced(kGood, kFingerprint, lines);
}

}  // namespace

START_TEST(ice_credentials_of_the_right_form_are_taken) {
  const Offer offer = read(kGood);
  expectText("abcd", offer.transport.iceUfrag);
  expectText("abcdefghijklmnopqrstuvwx", offer.transport.icePwd);
  for (const char* ufrag : {"abc", "a bcd", "ab-cd", "abc\xc3\xa9", ""})
    expectPart(refusalOf("ice-ufrag:abcd", fmt::format("ice-ufrag:{}", ufrag)), "bad_offer");
  expectPart(refusalOf("ice-ufrag:abcd", "ice-ufrag:" + std::string(257, 'a')), "bad_offer");
  expectText("", refusalOf("ice-ufrag:abcd", "ice-ufrag:" + std::string(256, '+')));
  expectPart(refusalOf("uvwx\r", "\r"), "a=ice-pwd is malformed");
  expectText("", refusalOf("wx\r", "\r"));
  expectPart(refusalOf("ice-pwd:", "ice-nopwd:"),
             "unsupported_offer: m-line 0 (audio, mid 0): no a=");
}
END_TEST

START_TEST(the_session_level_stands_in_for_the_m_line) {
  const std::string text =
      session("0", kTransport) + replaced(audio("0", "recvonly"), kTransport, "");
  const Offer offer = read(text);
  expectText("abcd", offer.transport.iceUfrag);
  ck_assert_uint_eq(offer.transport.fingerprints.size(), 1);
  const Offer own =
      read(session("0", "a=ice-ufrag:wxyz\r\na=setup:passive\r\n") + audio("0", "recvonly"));
  expectText("abcd", own.transport.iceUfrag);
  ck_assert(own.transport.setup == Setup::kActpass);
}
END_TEST

START_TEST(the_bundle_tag_carries_the_transport) {
  const std::string second = replaced(video("1", "recvonly"), "ice-ufrag:abcd", "ice-ufrag:wxyz");
  expectText("abcd", read(session("0 1") + audio("0", "recvonly") + second).transport.iceUfrag);
  const Offer offer = read(session("1 0") + audio("0", "recvonly") + second);
  expectText("wxyz", offer.transport.iceUfrag);
  expectText("1", offer.bundleTag);
}
END_TEST

START_TEST(fingerprints_are_sha_2_and_of_the_right_length) {
  struct Case {
    std::string line, expected;
  };
  const Case cases[] = {
      {"a=fingerprint:sha-256 " + hexPairs(32, 'a'), ""},
      {"a=fingerprint:SHA-384 " + hexPairs(48, 'B'), ""},
      {"a=fingerprint:sha-512 " + hexPairs(64, '0'), ""},
      {"a=fingerprint:sha-256 " + hexPairs(31, 'a'), "bad_offer"},
      {"a=fingerprint:sha-256 " + hexPairs(32, 'g'), "bad_offer"},
      {"a=fingerprint:sha-256", "bad_offer"},
      {"a=fingerprint:sha-1 " + hexPairs(20, 'a'), "unsupported_offer"},
      {"a=fingerprint:md5 " + hexPairs(16, 'a'), "unsupported_offer"},
      {"a=x", "unsupported_offer"},
  };
  for (const Case& one : cases) {
    const std::string why = refusal(withFingerprint(one.line + "\r\n"));
    expectText(one.expected, why.substr(0, why.find(':')));
  }
}
END_TEST

START_TEST(fingerprints_are_normalised_and_all_kept) {
  const Offer offer = read(
      withFingerprint("a=fingerprint:sha-1 " + hexPairs(20, 'a') + "\r\na=fingerprint:sha-256 " +
                      hexPairs(32, 'a') + "\r\na=fingerprint:SHA-512 " + hexPairs(64, 'b') +
                      "\r\na=fingerprint:sha-256 " + hexPairs(32, 'A') + "\r\n"));
  const std::vector<Fingerprint> expected = {{"sha-256", hexPairs(32, 'A')},
                                             {"sha-512", hexPairs(64, 'B')}};
  ck_assert(offer.transport.fingerprints == expected);
}
END_TEST

START_TEST(setup_is_read_and_holdconn_refused) {
  ck_assert(read(kGood).transport.setup == Setup::kActpass);
  const auto setupOf = [](const char* to) {
    return read(replaced(kGood, "a=setup:actpass\r\n", to)).transport.setup;
  };
  ck_assert(setupOf("a=setup:active\r\n") == Setup::kActive);
  ck_assert(setupOf("a=setup:passive\r\n") == Setup::kPassive);
  ck_assert(setupOf("") == Setup::kActpass);
  expectPart(refusalOf("setup:actpass", "setup:holdconn"), "unsupported_offer");
  expectPart(refusalOf("setup:actpass", "setup:maybe"), "bad_offer");
}
END_TEST

START_TEST(two_lite_agents_cannot_meet) {
  expectPart(refusal(session("0", "a=ice-lite\r\n") + audio("0", "recvonly")), "unsupported_offer");
}
END_TEST

START_TEST(candidates_are_kept_as_they_are_and_bounded) {
  std::string lines;
  for (int i = 0; i < 70; ++i)
    lines += fmt::format("a=candidate:{} 1 udp 1 192.0.2.1 9 typ host\r\n", i);
  const Offer offer = read(session("0") + audio("0", "recvonly", lines));
  ck_assert_uint_eq(offer.transport.candidates.size(), 64);
  expectText("candidate:0 1 udp 1 192.0.2.1 9 typ host", offer.transport.candidates.front());
}
END_TEST

START_TEST(without_a_bundle_one_m_line_is_fine_and_several_are_not) {
  const Offer offer = read(session("") + audio("0", "recvonly"));
  ck_assert(offer.media[0].bundled);
  ck_assert(offer.bundle.empty());
  expectPart(refusal(session("") + audio("0", "recvonly") + video("1", "recvonly")),
             "unsupported_offer: several m-lines without a=group:BUNDLE");
  const std::string stopped = replaced(video("1", "recvonly"), "video 9", "video 0");
  expectText("", refusal(session("") + audio("0", "recvonly") + stopped));
  const std::string nameless = replaced(audio("0", "recvonly"), "a=mid:0\r\n", "");
  expectText("", read(session("") + nameless).media[0].mid);
}
END_TEST

START_TEST(lines_outside_the_bundle_are_rejected) {
  const Offer offer = read(session("0") + audio("0", "recvonly") + video("1", "recvonly"));
  ck_assert(offer.media[0].role == Media::Role::kSlot);
  ck_assert(offer.media[1].role == Media::Role::kRejected);
  expectText("not in the BUNDLE group", offer.media[1].rejectedWhy);
  ck_assert(!offer.media[1].stopped);
}
END_TEST

START_TEST(a_bundle_group_that_makes_no_sense_is_refused) {
  expectPart(refusal(session("0 1") + audio("0", "recvonly")), "names mid 1, of no m-line");
  expectPart(refusal(session("0 0") + audio("0", "recvonly")), "names a mid twice");
  expectPart(refusal(session("0 a:b") + audio("0", "recvonly")), "malformed mid");
}
END_TEST

START_TEST(a_bundle_only_line_lives_at_port_0_and_others_are_stopped) {
  const std::string zero = replaced(video("1", "recvonly"), "video 9", "video 0");
  const std::string bundleOnly = replaced(zero, "a=mid:1\r\n", "a=mid:1\r\na=bundle-only\r\n");
  const std::string first = audio("0", "recvonly");
  const Offer live = read(session("0 1") + first + bundleOnly);
  ck_assert(live.media[1].role == Media::Role::kSlot && !live.media[1].stopped);
  const Offer dead = read(session("0 1") + first + zero);
  ck_assert(dead.media[1].role == Media::Role::kRejected && dead.media[1].stopped);
  ck_assert_uint_eq(dead.bundle.size(), 1);
  ck_assert(read(session("0") + first + bundleOnly).media[1].stopped);
}
END_TEST

START_TEST(a_stopped_tag_hands_the_transport_on) {
  const std::string stopped = replaced(audio("0", "recvonly"), "audio 9", "audio 0");
  const Offer offer = read(session("1") + stopped + video("1", "recvonly"));
  expectText("1", offer.bundleTag);
  expectPart(refusal(session("") + stopped), "every m-line is stopped");
}
END_TEST

START_TEST(rtcp_must_be_muxed) {
  expectPart(refusalOf("a=rtcp-mux\r\n", ""),
             "unsupported_offer: m-line 0 (audio, mid 0): a=rtcp-mux is missing");
  expectText("", refusalOf("a=rtcp-mux\r\n", "a=rtcp-mux-only\r\n"));
}
END_TEST

START_TEST(one_payload_type_with_two_codecs_is_refused_naming_both_lines) {
  const std::string other = replaced(video("1", "recvonly"), "96 VP8", "96 VP9");
  expectPart(refusal(session("0 1") + video("0", "recvonly") + other),
             "bad_offer: m-line 1 (video, mid 1): payload type 96 has one meaning in m-line 0 "
             "(video, mid 0) and another in m-line 1 (video, mid 1)");
  expectText("", refusal(session("0 1") + video("0", "recvonly") + video("1", "sendonly")));
  expectText("", refusal(session("0") + video("0", "recvonly") + other));
  expectText("", refusal(session("0 1") + audio("0", "recvonly") +
                         audio("1", "sendonly", "a=fmtp:111 stereo=1\r\n")));
}
END_TEST

int main() {
  return runSuite(
      "sdp transport",
      {ice_credentials_of_the_right_form_are_taken, the_session_level_stands_in_for_the_m_line,
       the_bundle_tag_carries_the_transport, fingerprints_are_sha_2_and_of_the_right_length,
       fingerprints_are_normalised_and_all_kept, setup_is_read_and_holdconn_refused,
       two_lite_agents_cannot_meet, candidates_are_kept_as_they_are_and_bounded,
       without_a_bundle_one_m_line_is_fine_and_several_are_not,
       lines_outside_the_bundle_are_rejected, a_bundle_group_that_makes_no_sense_is_refused,
       a_bundle_only_line_lives_at_port_0_and_others_are_stopped,
       a_stopped_tag_hands_the_transport_on, rtcp_must_be_muxed,
       one_payload_type_with_two_codecs_is_refused_naming_both_lines});
}
