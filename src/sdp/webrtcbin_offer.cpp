#include <algorithm>

#include <fmt/format.h>

#include "sdp/sdp.hpp"

namespace parlour::sdp {

namespace {

std::string_view nameOf(Setup setup) {
  if (setup == Setup::kActive) return "active";
  return setup == Setup::kPassive ? "passive" : "actpass";
}

/// The dummy when there is no data channel; a name no m-line of the client can be mixed up with,
/// since webrtcbin's answer never leaves the server.
constexpr std::string_view kDummyMid = "transport";

std::string transportLines(const Transport& transport, Setup setup, std::string_view mid) {
  std::string text =
      fmt::format("c=IN IP4 0.0.0.0\r\na=ice-ufrag:{}\r\na=ice-pwd:{}\r\na=ice-options:trickle\r\n",
                  transport.iceUfrag, transport.icePwd);
  for (const Fingerprint& fingerprint : transport.fingerprints)
    text += fmt::format("a=fingerprint:{} {}\r\n", fingerprint.algorithm, fingerprint.value);
  return text + fmt::format("a=setup:{}\r\na=mid:{}\r\n", nameOf(setup), mid);
}

}  // namespace

std::string writeWebrtcbinOffer(const Offer& offer, Setup clientSetup) {
  const auto data = std::find_if(offer.media.begin(), offer.media.end(), [](const Media& media) {
    return media.role == Media::Role::kData;
  });
  const bool hasData = data != offer.media.end();
  const std::string_view mid =
      hasData && !data->mid.empty() ? std::string_view(data->mid) : kDummyMid;
  std::string text =
      fmt::format("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE {}\r\n", mid);
  if (hasData) {
    text += "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n";
    text += transportLines(offer.transport, clientSetup, mid);
    return text + fmt::format("a=sctp-port:{}\r\na=max-message-size:{}\r\n", data->sctpPort,
                              data->maxMessageSize);
  }
  text += "m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n";
  text += transportLines(offer.transport, clientSetup, mid);
  return text + "a=sendrecv\r\na=rtcp-mux\r\na=rtpmap:0 PCMU/8000\r\n";
}

}  // namespace parlour::sdp
