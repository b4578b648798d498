#include <string>

#include "signalling/sdp_fragment.hpp"
#include "suite.hpp"

using namespace parlour::signalling;
using namespace parlour::test;

namespace {

constexpr const char* kTrickle =
    "a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n"
    "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n"
    "a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw\r\n"
    "a=candidate:3471623853 1 udp 2122194687 198.51.100.2 61765 typ host\r\n"
    "a=end-of-candidates\r\n";

}  // namespace

START_TEST(a_trickle_fragment_is_read) {
  const auto fragment = readFragment(kTrickle);
  ck_assert(static_cast<bool>(fragment));
  assertText(fragment->iceUfrag, "EsAw");
  ck_assert_uint_eq(fragment->candidates.size(), 2);
}
END_TEST

START_TEST(wrong_lines_are_refused) {
  for (const char* text :
       {"a=candidate:1 1 udp\r\n", "a=candidate:1 1 udp x 192.0.2.1 1 typ host\r\n",
        "a=candidate:1 1 udp 1 192.0.2.1 99999 typ host\r\n",
        "a=candidate:1 1 udp 1 192.0.2.1 1 tip host\r\n", "nonsense", "a=ice-ufrag:x y z w\r\n",
        "a=ice-ufrag:ab\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n", "a=ice-ufrag:abcd\r\n",
        "a=ice-ufrag:abcd\r\na=ice-pwd:short\r\n"})
    ck_assert_msg(!readFragment(text), "%s was taken", text);
  std::string long_;
  for (int i = 0; i < 2000; ++i) long_ += "a=x\r\n";
  ck_assert(!readFragment(long_));
}
END_TEST

START_TEST(a_restart_is_the_first_offer_with_other_credentials) {
  const std::string offer =
      "v=0\r\nm=audio 9 X 0\r\na=ice-ufrag:old1\r\na=ice-pwd:oldoldoldoldoldoldoldold\r\n"
      "a=candidate:1 1 udp 1 192.0.2.1 1 typ host\r\na=mid:0\r\n";
  const std::string restarted = offerForRestart(offer, *readFragment(kTrickle));
  assertText(restarted,
             "v=0\r\nm=audio 9 X 0\r\na=ice-ufrag:EsAw\r\n"
             "a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\na=mid:0\r\n");
}
END_TEST

START_TEST(an_answer_becomes_a_fragment_with_each_line_once) {
  const std::string answer =
      "v=0\r\na=ice-lite\r\nm=audio 9 X 0\r\na=mid:0\r\na=ice-ufrag:ours\r\na=ice-pwd:pw\r\n"
      "a=candidate:1 1 udp 1 192.0.2.1 1 typ host\r\nm=video 9 X 0\r\na=mid:1\r\n"
      "a=ice-ufrag:ours\r\na=ice-pwd:pw\r\na=candidate:1 1 udp 1 192.0.2.1 1 typ host\r\n";
  assertText(fragmentOfAnswer(answer),
             "a=ice-lite\r\na=ice-ufrag:ours\r\na=ice-pwd:pw\r\nm=audio 9 X 0\r\na=mid:0\r\n"
             "a=candidate:1 1 udp 1 192.0.2.1 1 typ host\r\na=end-of-candidates\r\n");
  assertText(iceUfragOf(answer), "ours");
}
END_TEST

int main() {
  return runSuite("sdp fragment", {a_trickle_fragment_is_read, wrong_lines_are_refused,
                                   a_restart_is_the_first_offer_with_other_credentials,
                                   an_answer_becomes_a_fragment_with_each_line_once});
}
