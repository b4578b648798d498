#include "load/offer.hpp"

#include <fmt/format.h>

#include <optional>
#include <sstream>

#include "sdp/description.hpp"

namespace parlour::bench {
namespace {

using rtp::Extension;

constexpr Extension kUsed[] = {Extension::kMid, Extension::kAudioLevel, Extension::kTransportCc};

Error bad(std::string why) {
  return invalid("bad_answer", std::move(why));
}

class OfferWriter {
 public:
  explicit OfferWriter(const OfferShape& shape) : shape_(shape) {}

  std::string write() {
    const uint32_t lines = shape_.slots() + shape_.publishAudio + shape_.publishVideo;
    std::string group;
    for (uint32_t i = 0; i < lines; ++i) group += fmt::format(" {}", i);
    add("v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE{}\r\n", group);
    uint32_t mid = 0;
    for (uint32_t i = 0; i < shape_.audioSlots; ++i) addMedia(false, "recvonly", mid++, 0);
    for (uint32_t i = 0; i < shape_.videoSlots; ++i) addMedia(true, "recvonly", mid++, 0);
    if (shape_.publishAudio) addMedia(false, "sendonly", mid++, shape_.audioSsrc);
    if (shape_.publishVideo) addMedia(true, "sendonly", mid++, shape_.videoSsrc);
    return std::move(text_);
  }

 private:
  template <typename... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
  }

  void addMedia(bool video, std::string_view direction, uint32_t mid, uint32_t ssrc) {
    add("m={} 9 UDP/TLS/RTP/SAVPF {}\r\nc=IN IP4 0.0.0.0\r\n", video ? "video" : "audio",
        video ? kVideoPayloadType : kAudioPayloadType);
    add("a=ice-ufrag:{}\r\na=ice-pwd:{}\r\na=fingerprint:{} {}\r\na=setup:actpass\r\n",
        shape_.ufrag, shape_.password, shape_.fingerprint.algorithm, shape_.fingerprint.value);
    add("a=mid:{}\r\na={}\r\na=rtcp-mux\r\na=rtcp-rsize\r\n", mid, direction);
    const rtp::ExtensionIds ids = extensionIds();
    for (const Extension extension : kUsed)
      if (!video || extension != Extension::kAudioLevel)
        add("a=extmap:{} {}\r\n", ids[static_cast<size_t>(extension)], rtp::uriOf(extension));
    if (video)
      add("a=rtpmap:{0} VP8/90000\r\na=rtcp-fb:{0} transport-cc\r\na=rtcp-fb:{0} ccm fir\r\n"
          "a=rtcp-fb:{0} nack\r\na=rtcp-fb:{0} nack pli\r\n",
          kVideoPayloadType);
    else
      add("a=rtpmap:{0} opus/48000/2\r\na=rtcp-fb:{0} transport-cc\r\n"
          "a=fmtp:{0} minptime=10;useinbandfec=1\r\n",
          kAudioPayloadType);
    if (ssrc == 0) return;
    const std::string_view track = video ? "video" : "audio";
    add("a=msid:{} {}\r\na=ssrc:{} cname:{}\r\n", shape_.cname, track, ssrc, shape_.cname);
  }

  const OfferShape& shape_;
  std::string text_;
};

/// "candidate:<foundation> <component> <transport> <priority> <address> <port> typ host"
std::optional<transport::Address> addressOf(const std::string& candidate) {
  std::istringstream fields(candidate);
  std::string foundation, component, protocol, priority, ip, port, typ, type;
  fields >> foundation >> component >> protocol >> priority >> ip >> port >> typ >> type;
  if ((protocol != "UDP" && protocol != "udp") || type != "host") return std::nullopt;
  return transport::Address::parse(ip,
                                   static_cast<uint16_t>(std::strtoul(port.c_str(), nullptr, 10)));
}

std::string valueOf(const sdp::Section& section, const sdp::Section& session,
                    std::string_view name) {
  const sdp::Attribute* found = section.find(name);
  if (!found) found = session.find(name);
  return found ? found->value : std::string();
}

Result<void> checkTaken(const sdp::Description& answer, const OfferShape& shape) {
  const size_t offered = shape.slots() + shape.publishAudio + shape.publishVideo;
  if (answer.media.size() != offered)
    return bad(fmt::format("{} m-lines for {} offered", answer.media.size(), offered));
  for (size_t i = 0; i < offered; ++i) {
    const char* wanted = i < shape.slots() ? "sendonly" : "recvonly";
    if (answer.media[i].port == 0 || !answer.media[i].find(wanted))
      return bad(fmt::format("m-line {} is not {}: the server's limits are lower", i, wanted));
  }
  return {};
}

}  // namespace

rtp::ExtensionIds extensionIds() {
  rtp::ExtensionIds ids{};
  for (uint8_t i = 0; i < std::size(kUsed); ++i)
    ids[static_cast<size_t>(kUsed[i])] = static_cast<uint8_t>(i + 1);
  return ids;
}

rtp::ExtensionMap extensionMap() {
  rtp::ExtensionMap map = rtp::emptyExtensionMap();
  for (uint8_t i = 0; i < std::size(kUsed); ++i) map[i + 1] = kUsed[i];
  return map;
}

std::string writeOffer(const OfferShape& shape) {
  return OfferWriter(shape).write();
}

Result<Answer> readAnswer(std::string_view sdp, const OfferShape& shape) {
  const auto description = sdp::readDescription(sdp, {});
  if (!description) return bad(description.error().message);
  if (auto taken = checkTaken(*description, shape); !taken) return taken.error();
  const sdp::Section& first = description->media.front();
  Answer answer;
  answer.ufrag = valueOf(first, description->session, "ice-ufrag");
  answer.password = valueOf(first, description->session, "ice-pwd");
  const std::string fingerprint = valueOf(first, description->session, "fingerprint");
  const size_t blank = fingerprint.find(' ');
  if (answer.ufrag.empty() || answer.password.empty() || blank == std::string::npos)
    return bad("no ICE credentials or fingerprint");
  answer.fingerprint = {fingerprint.substr(0, blank), fingerprint.substr(blank + 1)};
  if (valueOf(first, description->session, "setup") != "passive")
    return bad("the server is not the passive side of DTLS");
  for (const sdp::Attribute& attribute : first.attributes)
    if (attribute.name == "candidate")
      if (const auto address = addressOf(attribute.value)) {
        answer.address = *address;
        return answer;
      }
  return bad("no host candidate over UDP");
}

}  // namespace parlour::bench
