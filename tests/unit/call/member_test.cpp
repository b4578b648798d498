#include "call/member.hpp"

#include "call/data_message.hpp"
#include "peer/certificate.hpp"
#include "check_suite.hpp"

using namespace parlour;
using namespace parlour::call;

namespace {

constexpr int64_t kSecond = 1'000'000'000;

Liveness after(double media, double signalling) {
  Silence silence;
  silence.hasMedia = media >= 0;
  silence.hasSignalling = signalling >= 0;
  silence.mediaNs = static_cast<int64_t>(media * kSecond);
  silence.signallingNs = static_cast<int64_t>(signalling * kSecond);
  return livenessOf(silence, {});
}

}  // namespace

START_TEST(a_sign_of_life_on_either_side_keeps_a_member) {
  ck_assert(after(0, 0) == Liveness::kAlive);
  ck_assert(after(4.9, 9) == Liveness::kAlive);
  ck_assert(after(9, 4.9) == Liveness::kAlive);
  ck_assert(after(-1, 4.9) == Liveness::kAlive);
  ck_assert(after(4.9, -1) == Liveness::kAlive);
}
END_TEST

START_TEST(five_silent_seconds_on_both_are_reconnecting) {
  ck_assert(after(5, 5) == Liveness::kReconnecting);
  ck_assert(after(5, -1) == Liveness::kReconnecting);
  ck_assert(after(-1, 5) == Liveness::kReconnecting);
  ck_assert(after(9.9, 9.9) == Liveness::kReconnecting);
}
END_TEST

START_TEST(ten_silent_seconds_on_both_are_gone) {
  ck_assert(after(10, 10) == Liveness::kGone);
  ck_assert(after(10, -1) == Liveness::kGone);
  ck_assert(after(-1, 10) == Liveness::kGone);
}
END_TEST

START_TEST(media_that_stopped_with_signalling_alive_is_reconnecting) {
  ck_assert(after(10, 1) == Liveness::kReconnecting);
  ck_assert(after(1000, 1) == Liveness::kReconnecting);
}
END_TEST

START_TEST(quality_follows_the_worst_of_loss_delay_and_jitter) {
  ck_assert_uint_eq(qualityOf(0, 0, 0), 3);
  ck_assert_uint_eq(qualityOf(0.05, 20, 5), 2);
  ck_assert_uint_eq(qualityOf(0, 400, 5), 2);
  ck_assert_uint_eq(qualityOf(0, 20, 60), 2);
  ck_assert_uint_eq(qualityOf(0.2, 20, 5), 1);
  ck_assert_uint_eq(qualityOf(0, 700, 5), 1);
}
END_TEST

START_TEST(a_data_message_is_an_object_with_a_payload) {
  const auto message = readDataMessage(R"({"to":"p_1","payload":"hi \u00e4"})");
  ck_assert(message.has_value());
  ck_assert_text(message->to, "p_1");
  ck_assert_text(message->payload, "hi ä");
  for (const char* bad : {"", "x", "[]", "{}", R"({"payload":1})", R"({"payload":null})", "{\"payload\":"})
    ck_assert_msg(!readDataMessage(bad), "%s", bad);
  ck_assert(!readDataMessage("{\"payload\":\"" + std::string(16 * 1024 + 1, 'x') + "\"}"));
  ck_assert(readDataMessage("{\"payload\":\"" + std::string(16 * 1024, 'x') + "\"}").has_value());
}
END_TEST

START_TEST(a_data_message_is_written_with_its_sender) {
  ck_assert_text(writeDataMessage({"p_1", "", "a\"b"}), R"({"from":"p_1","payload":"a\"b"})");
  ck_assert_text(writeDataMessage({"p_1", "p_2", "x"}), R"({"from":"p_1","to":"p_2","payload":"x"})");
}
END_TEST

START_TEST(a_certificate_has_its_own_fingerprint_and_no_other) {
  const auto mine = peer::makeCertificate();
  const auto other = peer::makeCertificate();
  ck_assert(mine && other);
  ck_assert(peer::matches(mine->pem, {mine->fingerprint}));
  ck_assert(peer::matches(mine->pem, {other->fingerprint, mine->fingerprint}));
  ck_assert(!peer::matches(mine->pem, {other->fingerprint}));
  ck_assert(!peer::matches(mine->pem, {}));
  ck_assert(!peer::matches("", {mine->fingerprint}));
  // The same bytes under another algorithm's name are no match.
  ck_assert(!peer::matches(mine->pem, {{"sha-512", mine->fingerprint.value}}));
  ck_assert(!peer::matches(mine->pem, {{"sha-1", mine->fingerprint.value}}));
}
END_TEST

int main() {
  return test::runSuite("call member",
                        {a_sign_of_life_on_either_side_keeps_a_member,
                         five_silent_seconds_on_both_are_reconnecting,
                         ten_silent_seconds_on_both_are_gone,
                         media_that_stopped_with_signalling_alive_is_reconnecting,
                         quality_follows_the_worst_of_loss_delay_and_jitter,
                         a_data_message_is_an_object_with_a_payload,
                         a_data_message_is_written_with_its_sender,
                         a_certificate_has_its_own_fingerprint_and_no_other});
}
