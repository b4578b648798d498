#include <algorithm>

#include <fmt/format.h>

#include "sdp/sdp.hpp"

namespace parlour::sdp {

namespace {

bool sameFingerprints(const Transport& a, const Transport& b) {
  return std::is_permutation(a.fingerprints.begin(), a.fingerprints.end(), b.fingerprints.begin(),
                             b.fingerprints.end());
}

/// Where the transport is: the first m-line of the group that was accepted, or the only one.
std::optional<size_t> transportLine(const Offer& offer) {
  for (size_t i = 0; i < offer.media.size(); ++i) {
    const Media& media = offer.media[i];
    if (media.role == Media::Role::kRejected) continue;
    if (offer.bundle.empty() || media.mid == offer.bundle.front()) return i;
  }
  return std::nullopt;
}

/// SCTP runs from the first negotiation on or never: webrtcbin is told of one m-line, once.
bool addsDataChannel(const Offer& before, const Offer& after) {
  const auto offered = [](const Media& media) { return media.mediaType == "application"; };
  const auto accepted = [](const Media& media) { return media.role == Media::Role::kData; };
  return std::none_of(before.media.begin(), before.media.end(), offered) &&
         std::any_of(after.media.begin(), after.media.end(), accepted);
}

}  // namespace

Result<void> checkReoffer(const Offer& before, const Offer& after) {
  if (!sameFingerprints(before.transport, after.transport))
    return refused("fingerprint_changed", "a re-offer must keep the certificate of the first one");
  if (after.media.size() < before.media.size())
    return invalid("bad_offer",
                   fmt::format("{} m-lines after {}: they can be stopped, never removed",
                               after.media.size(), before.media.size()));
  for (size_t i = 0; i < before.media.size(); ++i) {
    const Media &was = before.media[i], &is = after.media[i];
    if (was.role == Media::Role::kRejected) continue;  // Its place may be used again.
    if (was.mediaType != is.mediaType)
      return invalid("bad_offer",
                     fmt::format("m-line {} was {} and is {}", i, was.mediaType, is.mediaType));
    if (!is.stopped && was.mid != is.mid)
      return invalid("bad_offer", fmt::format("m-line {} has another mid than before", i));
  }
  const auto transport = transportLine(before);
  if (transport && transport != transportLine(after))
    return invalid("bad_offer", fmt::format("m-line {} carries the transport and must stay the "
                                            "first of the BUNDLE group",
                                            *transport));
  if (addsDataChannel(before, after))
    return invalid("unsupported_offer", "a data channel must be in the first offer");
  return {};
}

}  // namespace parlour::sdp
