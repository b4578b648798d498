#include "transport/stun.hpp"

#include "checks.hpp"
#include "check_suite.hpp"

using namespace parlour::transport;

namespace {

const std::string kPassword = "the-password-of-ours-24b";

const std::string* findOurs(std::string_view ufrag) { return ufrag == "ours" ? &kPassword : nullptr; }

StunVerdict answer(const std::vector<uint8_t>& packet) {
  static StunResponder responder;
  return responder.answer(packet, *Address::parse("192.0.2.9", 4000), findOurs);
}

}  // namespace

START_TEST(a_valid_check_is_answered_and_names_both_sides) {
  const auto verdict = answer(makeCheck({}));
  ck_assert(verdict.kind == StunVerdict::Kind::kCheck);
  ck_assert(!verdict.useCandidate);
  ck_assert_text(verdict.localUfrag, "ours");
  ck_assert_text(verdict.remoteUfrag, "theirs");
  ck_assert_uint_ge(verdict.reply.size(), 20);
  ck_assert_uint_eq(verdict.reply[0], 0x01);  // Binding success response.
  ck_assert_uint_eq(verdict.reply[1], 0x01);
}
END_TEST

START_TEST(a_nomination_is_seen) {
  ck_assert(answer(makeCheck({.nominate = true})).useCandidate);
}
END_TEST

START_TEST(a_wrong_password_proves_nothing_and_gets_nothing) {
  ck_assert(answer(makeCheck({.password = "another"})).kind == StunVerdict::Kind::kIgnore);
}
END_TEST

START_TEST(a_check_for_nobody_here_gets_nothing) {
  ck_assert(answer(makeCheck({.username = "nobody:theirs"})).kind == StunVerdict::Kind::kIgnore);
  ck_assert(answer(makeCheck({.username = "ours"})).kind == StunVerdict::Kind::kIgnore);
  ck_assert(answer(makeCheck({.username = ":"})).kind == StunVerdict::Kind::kIgnore);
}
END_TEST

START_TEST(a_peer_that_claims_our_role_is_told_of_the_conflict) {
  const auto verdict = answer(makeCheck({.controlling = false}));
  ck_assert(verdict.kind == StunVerdict::Kind::kError);
  ck_assert_uint_eq(verdict.reply[0], 0x01);  // Binding error response.
  ck_assert_uint_eq(verdict.reply[1], 0x11);
}
END_TEST

START_TEST(responses_and_indications_prove_nothing) {
  for (const auto& [first, second] : {std::pair{0x01, 0x01}, {0x01, 0x11}, {0x00, 0x11}}) {
    auto packet = makeCheck({});
    packet[0] = static_cast<uint8_t>(first);
    packet[1] = static_cast<uint8_t>(second);
    ck_assert(answer(packet).kind == StunVerdict::Kind::kIgnore);
  }
}
END_TEST

START_TEST(no_part_of_a_check_and_no_changed_bit_is_a_check) {
  const auto whole = makeCheck({});
  for (size_t size = 0; size < whole.size(); ++size)
    ck_assert(answer({whole.begin(), whole.begin() + static_cast<long>(size)}).kind !=
              StunVerdict::Kind::kCheck);
  for (size_t bit = 0; bit < whole.size() * 8; ++bit) {
    auto changed = whole;
    changed[bit / 8] ^= static_cast<uint8_t>(1u << (bit % 8));
    ck_assert_msg(answer(changed).kind != StunVerdict::Kind::kCheck, "bit %zu", bit);
  }
}
END_TEST

int main() {
  return parlour::test::runSuite(
      "stun", {a_valid_check_is_answered_and_names_both_sides, a_nomination_is_seen,
               a_wrong_password_proves_nothing_and_gets_nothing,
               a_check_for_nobody_here_gets_nothing,
               a_peer_that_claims_our_role_is_told_of_the_conflict,
               responses_and_indications_prove_nothing,
               no_part_of_a_check_and_no_changed_bit_is_a_check});
}
