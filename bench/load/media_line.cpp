#include "load/media_line.hpp"

#include <fmt/format.h>

#include <iterator>

namespace parlour::bench {
namespace {

template <typename... Args>
void add(std::string& sdp, fmt::format_string<Args...> format, Args&&... args) {
  fmt::format_to(std::back_inserter(sdp), format, std::forward<Args>(args)...);
}

}  // namespace

void writeSession(std::string& sdp, const std::vector<std::string>& mids) {
  sdp += "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE";
  for (const std::string& mid : mids) sdp += " " + mid;
  sdp += "\r\n";
}

void writeMediaLine(std::string& sdp, const LocalTransport& transport, const MediaLine& line) {
  add(sdp, "m={} 9 UDP/TLS/RTP/SAVPF {}\r\nc=IN IP4 0.0.0.0\r\n", line.video ? "video" : "audio",
      line.payloadType);
  add(sdp, "a=ice-ufrag:{}\r\na=ice-pwd:{}\r\na=fingerprint:{} {}\r\na=setup:{}\r\n",
      transport.ufrag, transport.password, transport.fingerprint.algorithm,
      transport.fingerprint.value, transport.setup);
  add(sdp, "a=mid:{}\r\na={}\r\na=rtcp-mux\r\na=rtcp-rsize\r\n", line.mid, line.direction);
  for (size_t i = 0; i < line.extensions.size(); ++i)
    if (line.extensions[i] != 0)
      add(sdp, "a=extmap:{} {}\r\n", line.extensions[i],
          rtp::uriOf(static_cast<rtp::Extension>(i)));
  if (line.video)
    add(sdp,
        "a=rtpmap:{0} VP8/90000\r\na=rtcp-fb:{0} transport-cc\r\na=rtcp-fb:{0} ccm fir\r\n"
        "a=rtcp-fb:{0} nack\r\na=rtcp-fb:{0} nack pli\r\n",
        line.payloadType);
  else
    add(sdp,
        "a=rtpmap:{0} opus/48000/2\r\na=rtcp-fb:{0} transport-cc\r\n"
        "a=fmtp:{0} minptime=10;useinbandfec=1\r\n",
        line.payloadType);
}

}  // namespace parlour::bench
