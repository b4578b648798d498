// What HTTP headers and WHIP bodies hold: proxies' headers, origins, SDP fragments, and the frame
// headers of a WebSocket. Input: one byte that says which, then the text.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "signalling/forwarded.hpp"
#include "signalling/frame_meter.hpp"
#include "signalling/network.hpp"
#include "signalling/origin.hpp"
#include "signalling/sdp_fragment.hpp"

using namespace parlour::signalling;

namespace {

void forwarded(std::string_view text) {
  static const TrustedProxies proxies = *TrustedProxies::parse({"10.0.0.0/8"});
  for (const ForwardedHeaders& headers :
       {ForwardedHeaders{.forwarded = text}, ForwardedHeaders{.forwardedFor = text},
        ForwardedHeaders{.forwardedHost = text, .forwardedProto = text}}) {
    const ClientView view = proxies.clientOf("10.0.0.1", headers);
    if (!Network::parse(view.address)) std::abort();
  }
}

void fragment(std::string_view text) {
  const auto read = readFragment(text);
  if (!read) return;
  if (read->iceUfrag.empty() != read->icePwd.empty()) std::abort();
  const std::string offer = offerForRestart(text, *read);
  if (("\n" + offer).find("\na=candidate:") != std::string::npos) std::abort();
  fragmentOfAnswer(text);
}

void frames(std::string_view text) {
  FrameMeter whole, bytewise;
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  whole.feed({bytes, text.size()});
  for (size_t i = 0; i < text.size(); ++i) bytewise.feed({bytes + i, 1});
  if (whole.dataBytes() != bytewise.dataBytes() || whole.dataBytes() > text.size() ||
      whole.messageBytes() != bytewise.messageBytes())
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 4) {
    case 0: forwarded(text); break;
    case 1: fragment(text); break;
    case 2: frames(text); break;
    case 3: OriginPolicy({"https://a.example"}, true).allows(text, text); break;
  }
  return 0;
}
