// Any text as an offer: it is refused, or its answer keeps every invariant.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "../unit/sdp/answers.hpp"
#include "sdp_invariants.hpp"

using namespace parlour::sdp;

namespace {

void require(bool held, const std::string& what, std::string_view offer) {
  if (held) return;
  std::fprintf(stderr, "%s\n%.*s\n", what.c_str(), static_cast<int>(offer.size()), offer.data());
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto offer = readOffer(text, Policy{});
  if (!offer) {
    const std::string& code = offer.error().code;
    require(code == "bad_offer" || code == "unsupported_offer", "error code " + code, text);
    return 0;
  }
  const std::string broken = test::brokenInvariant(text, test::answerTo(*offer));
  require(broken.empty(), broken, text);
  const auto minimal = readDescription(writeWebrtcbinOffer(*offer, Setup::kActive), Limits{});
  require(minimal && minimal->media.size() == 1, "webrtcbin's offer is not one m-line", text);
  require(static_cast<bool>(checkReoffer(*offer, *offer)), "an offer cannot follow itself", text);
  return 0;
}
