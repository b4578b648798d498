// Offers that follow offers, and those of WHIP and WHEP.
#include "offers.hpp"

using namespace parlour;
using namespace parlour::sdp;
using namespace parlour::sdp::test;

namespace {

const std::string kLines = audio("0", "recvonly") + video("1", "recvonly");
const std::string kBefore = session("0 1") + kLines;

/// "code: message" of a re-offer, or empty.
std::string refusalAfter(const std::string& before, const std::string& after) {
  const auto checked = checkReoffer(read(before), read(after));
  return checked ? "" : checked.error().code + ": " + checked.error().message;
}

std::string stopped(const std::string& line, const char* type) {
  return replaced(line, fmt::format("{} 9", type), fmt::format("{} 0", type));
}

std::string whip(const std::string& text, const Policy& policy = {}) {
  const auto checked = checkWhip(read(text, policy));
  return checked ? "" : checked.error().code + ": " + checked.error().message;
}

std::string whep(const std::string& text, const Policy& policy = {}) {
  const auto checked = checkWhep(read(text, policy));
  return checked ? "" : checked.error().code + ": " + checked.error().message;
}

}  // namespace

START_TEST(a_re_offer_may_append_stop_and_restart_ice) {
  expectText("", refusalAfter(kBefore, kBefore));
  expectText("", refusalAfter(kBefore, session("0 1 2") + kLines + video("2", "sendonly")));
  expectText("", refusalAfter(kBefore, session("0") + audio("0", "recvonly") +
                                           stopped(video("1", "recvonly"), "video")));
  expectText(
      "", refusalAfter(kBefore, session("0 1") + audio("0", "inactive") + video("1", "sendrecv")));
  std::string restarted = kBefore;
  for (int i = 0; i < 2; ++i) restarted = replaced(restarted, "ufrag:abcd", "ufrag:wxyz");
  expectText("", refusalAfter(kBefore, restarted));
}
END_TEST

START_TEST(the_certificate_must_stay) {
  std::string after = kBefore;
  for (int i = 0; i < 2; ++i) after = replaced(after, "sha-256 0F", "sha-256 0E");
  const auto checked = checkReoffer(read(kBefore), read(after));
  ck_assert(!checked);
  expectText("fingerprint_changed", checked.error().code);
  ck_assert(checked.error().kind == ErrorKind::kRefused);
  expectPart(
      refusalAfter(kBefore, replaced(kBefore, kFingerprint,
                                     kFingerprint + replaced(kFingerprint, "0F:01", "0F:02"))),
      "fingerprint_changed");
}
END_TEST

START_TEST(lines_keep_kind_mid_and_number) {
  expectPart(refusalAfter(kBefore, session("0") + audio("0", "recvonly")),
             "bad_offer: 1 m-lines after 2");
  expectPart(
      refusalAfter(kBefore, session("0 1") + audio("0", "recvonly") + audio("1", "recvonly")),
      "bad_offer: m-line 1 was video and is audio");
  expectPart(
      refusalAfter(kBefore, session("0 9") + audio("0", "recvonly") + video("9", "recvonly")),
      "bad_offer: m-line 1 has another mid");
}
END_TEST

START_TEST(the_place_of_a_dead_line_may_be_used_again) {
  const std::string before =
      session("0") + audio("0", "recvonly") + stopped(video("1", "recvonly"), "video");
  expectText(
      "", refusalAfter(before, session("0 2") + audio("0", "recvonly") + audio("2", "sendonly")));
}
END_TEST

START_TEST(the_line_that_carries_the_transport_must_stay) {
  expectPart(refusalAfter(kBefore, session("1") + stopped(audio("0", "recvonly"), "audio") +
                                       video("1", "recvonly")),
             "bad_offer: m-line 0 carries the transport");
  expectPart(refusalAfter(kBefore, session("1 0") + kLines), "bad_offer: m-line 0");
  const std::string second = session("1 0") + kLines;
  expectText("", refusalAfter(second, second));
}
END_TEST

START_TEST(a_data_channel_comes_with_the_first_offer_or_never) {
  const std::string after = session("0 1 2") + kLines + data("2");
  expectPart(refusalAfter(kBefore, after),
             "unsupported_offer: a data channel must be in the first");
  expectText("", refusalAfter(after, after));
}
END_TEST

START_TEST(whip_takes_one_sound_and_one_picture) {
  const std::string sound = audio("0", "sendonly"), picture = video("1", "sendonly");
  expectText("", whip(session("0 1") + sound + picture));
  expectText("", whip(session("0") + sound));
  expectText("", whip(session("0 1") + audio("0", "sendrecv") + picture));
  expectText("", whip(session("0 1 2") + sound + picture + data("2")));
  expectPart(whip(session("0 1 2") + sound + picture + video("2", "sendonly")),
             "unsupported_offer: more than one");
  expectPart(whip(session("0 1") + sound + audio("1", "sendonly")), "more than one");
  expectPart(whip(session("0") + audio("0", "recvonly")), "unsupported_offer: m-line 0");
  expectPart(whip(session("0 1") + sound + video("1", "inactive")), "m-line 1 is not sendonly");
  expectPart(whip(session("2") + data("2")), "neither audio nor video");
}
END_TEST

START_TEST(whip_takes_one_media_stream) {
  const auto offered = [](const char* first, const char* second) {
    return session("0 1") + audio("0", "sendonly", fmt::format("a=msid:{}\r\n", first)) +
           video("1", "sendonly", fmt::format("a=msid:{}\r\n", second));
  };
  expectText("", whip(offered("s a", "s b")));
  expectText("", whip(offered("- a", "s b")));
  expectPart(whip(offered("s a", "t b")), "more than one MediaStream");
}
END_TEST

START_TEST(whip_and_whep_are_never_answered_in_part) {
  Policy policy;
  policy.videoCodecs = {"AV1"};
  expectPart(whip(session("0 1") + audio("0", "sendonly") + video("1", "sendonly"), policy),
             "unsupported_offer: m-line 1: no codec in common");
  expectPart(whip(session("0") + audio("0", "sendonly") + video("1", "sendonly")),
             "not in the BUNDLE group");
  expectPart(whep(session("0 1") + audio("0", "recvonly") + video("1", "recvonly"), policy),
             "no codec in common");
}
END_TEST

START_TEST(whip_sendrecv_is_answered_one_way) {
  Policy policy;
  policy.subscribeAllowed = false;
  const Offer offer = read(session("0") + audio("0", "sendrecv"), policy);
  ck_assert(static_cast<bool>(checkWhip(offer)));
  ck_assert(offer.media[0].role == Media::Role::kPublish && !offer.media[0].alsoSlot);
}
END_TEST

START_TEST(whep_takes_any_number_of_receiving_lines) {
  std::string lines = audio("0", "recvonly"), bundle = "0";
  for (int i = 1; i < 9; ++i) {
    lines += video(std::to_string(i), i % 2 ? "recvonly" : "sendrecv");
    bundle += " " + std::to_string(i);
  }
  Policy policy;
  policy.publishAllowed = false;
  expectText("", whep(session(bundle) + lines, policy));
  expectPart(whep(session("0") + audio("0", "sendonly")), "m-line 0 is not recvonly");
  expectPart(whep(session("0") + audio("0", "inactive")), "m-line 0 is not recvonly");
  expectPart(whep(session("2") + data("2")), "neither audio nor video");
}
END_TEST

int main() {
  return runSuite(
      "sdp sessions",
      {a_re_offer_may_append_stop_and_restart_ice, the_certificate_must_stay,
       lines_keep_kind_mid_and_number, the_place_of_a_dead_line_may_be_used_again,
       the_line_that_carries_the_transport_must_stay,
       a_data_channel_comes_with_the_first_offer_or_never, whip_takes_one_sound_and_one_picture,
       whip_takes_one_media_stream, whip_and_whep_are_never_answered_in_part,
       whip_sendrecv_is_answered_one_way, whep_takes_any_number_of_receiving_lines});
}
