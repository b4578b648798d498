// SDP fragments of WHIP and WHEP (RFC 8840 §9, RFC 9725 §4.3): trickled candidates and ICE
// restarts. Pure. Thread: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace parlour::signalling {

struct SdpFragment {
  std::string iceUfrag, icePwd;          ///< Empty where it has none.
  std::vector<std::string> candidates;   ///< "candidate:…", checked for form.
};

/// Error (kInvalid): bad_offer, naming the line.
Result<SdpFragment> readFragment(std::string_view text);

/// `offer` with other ICE credentials and without candidates: the offer that a restart stands for.
std::string offerForRestart(std::string_view offer, const SdpFragment& fragment);

/// The fragment that tells a client our side of a restart, out of the whole answer.
std::string fragmentOfAnswer(std::string_view answer);

/// The first `a=ice-ufrag` of a description, empty without.
std::string iceUfragOf(std::string_view sdp);

}  // namespace parlour::signalling
