#include "load/offer.hpp"

#include <map>

#include "check_suite.hpp"

using namespace parlour;
using bench::OfferShape;

namespace {

OfferShape shapeOf() {
  OfferShape shape;
  shape.publishAudio = shape.publishVideo = true;
  shape.audioSlots = 1;
  shape.videoSlots = 2;
  shape.audioSsrc = 11;
  shape.videoSsrc = 12;
  shape.cname = "load-0";
  shape.transport.ufrag = "abcd";
  shape.transport.password = "abcdefghijklmnopqrstuvwx";
  shape.transport.fingerprint = {"sha-256", "AA"};
  for (int i = 1; i < 32; ++i) shape.transport.fingerprint.value += ":AA";
  return shape;
}

sdp::Offer read(const OfferShape& shape) {
  auto offer = sdp::readOffer(bench::writeOffer(shape), {});
  ck_assert_msg(bool(offer), "%s", offer ? "" : offer.error().message.c_str());
  return *offer;
}

/// What the server would answer.
std::string answerTo(const sdp::Offer& offer, sdp::Setup setup = sdp::Setup::kPassive) {
  sdp::Local local;
  local.iceUfrag = "wxyz";
  local.icePwd = "zyxwvutsrqponmlkjihgfedc";
  local.fingerprint = {"sha-256", "BB"};
  local.setup = setup;
  local.candidates = {"candidate:1 1 TCP 9 127.0.0.1 9 typ host",
                      "candidate:2 1 UDP 2130706431 127.0.0.1 8443 typ host"};
  std::map<std::string, sdp::SlotSsrc> slots;
  for (const auto& media : offer.media)
    if (media.role == sdp::Media::Role::kSlot) slots[media.mid] = {1, 0, "c", "s", "t"};
  return sdp::writeAnswer(offer, local, slots);
}

}  // namespace

START_TEST(the_server_understands_the_offer) {
  const sdp::Offer offer = read(shapeOf());
  ck_assert_uint_eq(offer.media.size(), 5);
  for (size_t i = 0; i < 5; ++i)
    ck_assert(offer.media[i].role ==
              (i < 3 ? sdp::Media::Role::kSlot : sdp::Media::Role::kPublish));
  ck_assert_text(offer.media[3].mid, shapeOf().audioMid());
  ck_assert_text(offer.media[4].mid, shapeOf().videoMid());
  ck_assert_uint_eq(offer.media[4].ssrcs.at(0), 12);
  ck_assert_uint_eq(offer.media[4].payloadTypes.at(0).pt, bench::kVideoPayloadType);
}
END_TEST

START_TEST(the_answer_says_where_to_connect) {
  const auto answer = bench::readAnswer(answerTo(read(shapeOf())), shapeOf());
  ck_assert_msg(bool(answer), "%s", answer ? "" : answer.error().message.c_str());
  ck_assert_text(answer->ufrag, "wxyz");
  ck_assert_text(answer->password, "zyxwvutsrqponmlkjihgfedc");
  ck_assert_text(answer->fingerprint.value, "BB");
  ck_assert_text(answer->address.text(), "127.0.0.1:8443");
}
END_TEST

START_TEST(answers_that_cannot_be_used_are_errors) {
  const sdp::Offer offer = read(shapeOf());
  OfferShape more = shapeOf();
  ++more.videoSlots;
  ck_assert(!bench::readAnswer(answerTo(offer), more));
  ck_assert(!bench::readAnswer(answerTo(offer, sdp::Setup::kActive), shapeOf()));
  ck_assert(!bench::readAnswer("v=0", shapeOf()));
  sdp::Policy policy;
  policy.maxSlotsVideo = 1;
  const auto limited = sdp::readOffer(bench::writeOffer(shapeOf()), policy);
  ck_assert(!bench::readAnswer(answerTo(*limited), shapeOf()));
}
END_TEST

int main() {
  return parlour::test::runSuite(
      "offer", {the_server_understands_the_offer, the_answer_says_where_to_connect,
                answers_that_cannot_be_used_are_errors});
}
