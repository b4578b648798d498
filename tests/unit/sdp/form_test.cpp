// The form of an offer, before anything is understood of it.
#include <ctime>

#include "offers.hpp"

using namespace parlour::sdp;
using namespace parlour::sdp::test;

namespace {

/// Generous: it tells linear from quadratic.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kBoundMs = 5000;
#else
constexpr int kBoundMs = 500;
#endif


const std::string kGood = session("0") + audio("0", "recvonly");

struct Spoiled {
  const char *from, *to, *why;
};

void expectRefused(const Spoiled& spoiled) {
  const std::string why = refusal(replaced(kGood, spoiled.from, spoiled.to));
  ck_assert_msg(has(why, spoiled.why), "expected \"%s\", got \"%s\"", spoiled.why, why.c_str());
}

long cpuMsSince(std::clock_t start) {
  return (std::clock() - start) * 1000 / CLOCKS_PER_SEC;
}

}  // namespace

START_TEST(a_plain_offer_is_accepted_with_either_line_end) {
  expectText("", refusal(kGood));
  std::string text = kGood;
  for (size_t at; (at = text.find('\r')) != std::string::npos;) text.erase(at, 1);
  expectText("", refusal(text));
  expectText("", refusal(kGood + "\r\n"));
}
END_TEST

START_TEST(lines_that_are_not_sdp_are_refused_by_number) {
  const Spoiled cases[] = {
      {"v=0", "v=1", "bad_offer: line 1: v=0 must come first"},
      {"v=0\r\n", "", "bad_offer: line 1"},
      {"o=-", "x=-", "bad_offer: line 2: o= must follow"},
      {"o=- 1 2", "o=- 1", "bad_offer: line 2: o= must follow"},
      {"s=-", "s-", "bad_offer: line 3: not of the form"},
      {"s=-", "", "bad_offer: line 3: not of the form"},
      {"s=-", "s=a\rb", "bad_offer: line 3: control characters"},
      {"s=-", "s=\x01", "bad_offer: line 3: control characters"},
      {"s=-", "s=\x7f", "bad_offer: line 3: control characters"},
  };
  for (const Spoiled& spoiled : cases) expectRefused(spoiled);
  std::string nul = kGood;
  nul[nul.find("s=-") + 2] = '\0';
  expectPart(refusal(nul), "line 3: control characters");
  expectPart(refusal(""), "bad_offer: the SDP is empty");
  expectPart(refusal("v=0\r\no=- 1 2 IN IP4 0.0.0.0\r\n"), "bad_offer: there is no m-line");
}
END_TEST

START_TEST(malformed_m_lines_are_refused) {
  for (const char* line :
       {"m=audio", "m=audio 9", "m=audio 9 UDP/TLS/RTP/SAVPF", "m= 9 UDP/TLS/RTP/SAVPF 111",
        "m=audio 65536 UDP/TLS/RTP/SAVPF 111", "m=audio -1 UDP/TLS/RTP/SAVPF 111",
        "m=audio 9/x UDP/TLS/RTP/SAVPF 111", "m=audio  9 UDP/TLS/RTP/SAVPF 111",
        "m=audio 9 UDP//SAVPF 111", "m=audio 9 UDP/TLS/RTP/SAVPF 111 ",
        "m=au:dio 9 UDP/TLS/RTP/SAVPF 111", "m=audio 9 UDP/TLS/RTP/SAVPF 1\"1"})
    expectRefused({"m=audio 9 UDP/TLS/RTP/SAVPF 111", line, "line 6: m= is malformed"});
  expectRefused({"SAVPF 111", "SAVPF 111 128", "payload type is not a number"});
  expectRefused({"SAVPF 111", "SAVPF 111 opus", "payload type is not a number"});
}
END_TEST

START_TEST(what_is_over_a_limit_is_refused) {
  Limits limits;
  limits.maxBytes = kGood.size();
  expectText("", refusal(kGood, {}, limits));
  expectPart(refusal(kGood + "a=x\r\n", {}, limits), "longer than");
  limits = {};
  limits.maxLineBytes = 120;
  expectText("", refusal(kGood, {}, limits));
  expectPart(refusal(kGood + "a=" + std::string(119, 'x'), {}, limits), "it is too long");
  limits = {};
  limits.maxAttributesPerMedia = 10;
  expectText("", refusal(kGood, {}, limits));
  expectPart(refusal(kGood + "a=x\r\na=x\r\na=x\r\n", {}, limits), "too many attributes");
  limits = {};
  limits.maxMediaLines = 1;
  expectText("", refusal(kGood, {}, limits));
  expectPart(refusal(kGood + audio("1", "recvonly"), {}, limits), "more than 1 m-lines");
}
END_TEST

START_TEST(five_hundred_m_lines_are_refused_at_once) {
  std::string bundle, lines;
  for (int i = 0; i < 500; ++i) {
    bundle += fmt::format("{}{}", i ? " " : "", i);
    lines += audio(std::to_string(i), "recvonly");
  }
  const std::clock_t start = std::clock();
  expectPart(refusal(session(bundle) + lines), "bad_offer: line");
  ck_assert_int_lt(cpuMsSince(start), 20);
}
END_TEST

/// The worst a client can send within the limits must not hold the control thread up.
START_TEST(the_largest_offers_take_bounded_time) {
  std::string bundle, lines;
  for (int i = 0; i < 64; ++i) {
    bundle += fmt::format("{}{}", i ? " " : "", i);
    std::string more;
    while (more.size() < 7700)
      more += "a=rtcp-fb:* nack\r\na=ssrc:1 cname:x\r\na=extmap:4096 u\r\n";
    lines += video(std::to_string(i), "recvonly", more);
  }
  const std::string text = session(bundle) + lines;
  ck_assert_uint_gt(text.size(), 490 * 1024);
  const std::clock_t start = std::clock();
  expectText("", refusal(text));
  ck_assert_int_lt(cpuMsSince(start), kBoundMs);
}
END_TEST

START_TEST(mids_are_tokens_and_unique) {
  for (const char* mid : {"", "a b", "a:b", "a\"b", "123456789012345678901234567890123"})
    expectPart(refusal(session("") + audio(mid, "recvonly")), "bad_offer");
  for (const char* mid : {"0", "audio0", "{3a}", "sdparta_0", "-"})
    expectText("", refusal(session(mid) + audio(mid, "recvonly")));
  expectPart(refusal(session("0") + audio("0", "recvonly") + video("0", "recvonly")),
             "bad_offer: m-line 1 (video, mid 0): another m-line has its mid");
}
END_TEST

int main() {
  return runSuite("sdp form",
                  {a_plain_offer_is_accepted_with_either_line_end,
                   lines_that_are_not_sdp_are_refused_by_number, malformed_m_lines_are_refused,
                   what_is_over_a_limit_is_refused, five_hundred_m_lines_are_refused_at_once,
                   the_largest_offers_take_bounded_time, mids_are_tokens_and_unique});
}
