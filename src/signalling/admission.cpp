#include "signalling/admission.hpp"

#include "base/loop.hpp"

namespace parlour::signalling {
namespace {

constexpr size_t kMaxAddresses = 65536;  // About 10 MB when an attacker has that many.
constexpr size_t kGuestBytes = 6;

std::string firstOf(std::initializer_list<std::string_view> texts) {
  for (const std::string_view text : texts)
    if (!text.empty()) return std::string(text);
  return {};
}

}  // namespace

Admission::Admission(auth::Authenticator& auth, const conf::Limits& limits, const Clock& clock)
    : auth_(auth),
      clock_(clock),
      joins_({static_cast<double>(limits.joinsPerSecond), static_cast<double>(limits.joinBurst)},
             kMaxAddresses),
      turns_({static_cast<double>(limits.messagesPerSecond),
              static_cast<double>(limits.messageBurst)},
             kMaxAddresses) {}

Admission::Outcome Admission::admit(const Applicant& applicant) {
  const auto verdict = joins_.take(applicant.address, clock_.nowNs());
  if (!verdict.allowed)
    return {unavailable("too_many_joins", "Too many joins from your address. Try again shortly."),
            verdict.retryAfterMs};
  auto verified = auth_.verify(applicant.token, applicant.room);
  if (!verified) return {verified.error()};
  Admitted admitted;
  admitted.identity = firstOf({verified->identity, applicant.identity});
  if (admitted.identity.empty()) admitted.identity = "guest-" + randomToken(kGuestBytes);
  admitted.name = firstOf({verified->name, applicant.name, admitted.identity});
  admitted.grants = verified->grants;
  return {std::move(admitted)};
}

Result<auth::Identity> Admission::verify(std::string_view token, std::string_view room) {
  return auth_.verify(token, room);
}

RateLimit::Verdict Admission::takeTurn(std::string_view address) {
  return turns_.take(address, clock_.nowNs());
}

}  // namespace parlour::signalling
