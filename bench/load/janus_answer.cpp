#include "load/janus_answer.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <optional>
#include <vector>

#include "sdp/description.hpp"

namespace parlour::bench {
namespace {

constexpr size_t kMostStreams = 1000;

Error bad(std::string why) {
  return invalid("bad_answer", std::move(why));
}

/// Whether "rtpmap:<format> <codec>" is there.
bool isOf(const sdp::Section& section, const std::string& format, std::string_view codec) {
  for (const sdp::Attribute& attribute : section.attributes)
    if (attribute.name == "rtpmap" && attribute.value == format + " " + std::string(codec))
      return true;
  return false;
}

/// The first format of the codec we know; empty where there is none.
std::optional<uint8_t> payloadTypeOf(const sdp::Section& section) {
  const char* codec = section.mediaType == "video" ? "VP8/90000" : "opus/48000/2";
  for (const std::string& format : section.formats)
    if (isOf(section, format, codec))
      return static_cast<uint8_t>(std::strtoul(format.c_str(), nullptr, 10));
  return std::nullopt;
}

Result<std::vector<MediaLine>> linesFor(const sdp::Description& offer,
                                        const rtp::ExtensionMap& extensions) {
  std::vector<MediaLine> lines;
  for (const sdp::Section& section : offer.media) {
    const sdp::Attribute* mid = section.find("mid");
    const auto payloadType = payloadTypeOf(section);
    if (section.port == 0 || !mid || !payloadType || !section.find("sendonly"))
      return bad(fmt::format("m-line {} of the offer sends no VP8 or Opus", lines.size()));
    const bool video = section.mediaType == "video";
    lines.push_back({.video = video,
                     .payloadType = *payloadType,
                     .mid = mid->value,
                     .direction = "recvonly",
                     .extensions = usedOf(extensions, video)});
  }
  return lines;
}

}  // namespace

LocalTransport janusTransport(LocalTransport ours) {
  ours.setup = "active";  // To "actpass" Janus would begin the handshake itself.
  return ours;
}

Result<JanusAnswer> answerJanus(std::string_view offer, const OfferShape& shape) {
  sdp::Limits limits;
  limits.maxMediaLines = kMostStreams;
  const auto description = sdp::readDescription(offer, limits);
  if (!description) return bad(description.error().message);
  if (description->media.size() != shape.slots())
    return bad(fmt::format("{} m-lines for {} streams", description->media.size(), shape.slots()));
  auto remote = readRemote(*description, "actpass");
  if (!remote) return remote.error();
  const auto lines = linesFor(*description, remote->extensions);
  if (!lines) return lines.error();
  const LocalTransport ours = janusTransport(shape.transport);
  JanusAnswer answer;
  answer.remote = *remote;
  std::vector<std::string> mids;
  for (const MediaLine& line : *lines) mids.push_back(line.mid);
  writeSession(answer.sdp, mids);
  for (const MediaLine& line : *lines) writeMediaLine(answer.sdp, ours, line);
  return answer;
}

}  // namespace parlour::bench
