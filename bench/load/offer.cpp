#include "load/offer.hpp"

#include <fmt/format.h>

#include <vector>

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
    std::vector<std::string> mids;
    for (uint32_t i = 0; i < lines; ++i) mids.push_back(std::to_string(i));
    writeSession(text_, mids);
    for (uint32_t i = 0; i < shape_.audioSlots; ++i) addMedia(false, "recvonly", 0);
    for (uint32_t i = 0; i < shape_.videoSlots; ++i) addMedia(true, "recvonly", 0);
    if (shape_.publishAudio) addMedia(false, "sendonly", shape_.audioSsrc);
    if (shape_.publishVideo) addMedia(true, "sendonly", shape_.videoSsrc);
    return std::move(text_);
  }

 private:
  void addMedia(bool video, std::string_view direction, uint32_t ssrc) {
    const bool simulcast = video && ssrc != 0 && !shape_.rids.empty();
    rtp::ExtensionIds extensions = usedOf(extensionMap(), video);
    if (simulcast) extensions[static_cast<size_t>(Extension::kRid)] = kRidExtensionId;
    writeMediaLine(text_, shape_.transport,
                   {.video = video,
                    .payloadType = video ? kVideoPayloadType : kAudioPayloadType,
                    .mid = std::to_string(mid_++),
                    .direction = direction,
                    .extensions = extensions});
    if (simulcast) return addLayers();
    if (ssrc != 0)
      text_ += fmt::format("a=msid:{0} {1}\r\na=ssrc:{2} cname:{0}\r\n", shape_.cname,
                           video ? "video" : "audio", ssrc);
  }

  /// RFC 8853: layers are named by rid and have no a=ssrc, as in browsers.
  void addLayers() {
    text_ += fmt::format("a=msid:{} video\r\n", shape_.cname);
    for (const std::string& rid : shape_.rids) text_ += fmt::format("a=rid:{} send\r\n", rid);
    text_ += fmt::format("a=simulcast:send {}\r\n", fmt::join(shape_.rids, ";"));
  }

  const OfferShape& shape_;
  std::string text_;
  uint32_t mid_ = 0;
};

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
  return usedOf(extensionMap(), false);
}

rtp::ExtensionMap extensionMap() {
  rtp::ExtensionMap map = rtp::emptyExtensionMap();
  for (uint8_t i = 0; i < std::size(kUsed); ++i) map[i + 1] = kUsed[i];
  return map;
}

rtp::ExtensionIds usedOf(const rtp::ExtensionMap& map, bool video) {
  rtp::ExtensionIds ids{};
  for (size_t id = 1; id < map.size(); ++id)
    for (const Extension extension : kUsed)
      if (map[id] == extension && !(video && extension == Extension::kAudioLevel))
        ids[static_cast<size_t>(extension)] = static_cast<uint8_t>(id);
  return ids;
}

std::string writeOffer(const OfferShape& shape) {
  return OfferWriter(shape).write();
}

Result<Remote> readAnswer(std::string_view sdp, const OfferShape& shape) {
  const auto description = sdp::readDescription(sdp, {});
  if (!description) return bad(description.error().message);
  if (auto taken = checkTaken(*description, shape); !taken) return taken.error();
  return readRemote(*description, "passive");
}

}  // namespace parlour::bench
