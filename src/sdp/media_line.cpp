#include "sdp/media_line.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sdp/simulcast.hpp"
#include "sdp/ssrc.hpp"
#include "sdp/syntax.hpp"

namespace parlour::sdp {

namespace {

constexpr size_t kLongestMid = 32;
constexpr uint32_t kHighestMessageSize = 1u << 30;

/// RFC 8829 section 5.1.2: all of these name the same thing.
constexpr std::array<std::string_view, 6> kRtpProtocols = {
    "UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP", "TCP/DTLS/RTP/SAVPF",
    "TCP/DTLS/RTP/SAVP", "RTP/SAVPF",        "RTP/SAVP"};
constexpr std::array<std::string_view, 2> kDataProtocols = {"UDP/DTLS/SCTP", "TCP/DTLS/SCTP"};
/// Before RFC 8841: the format is the port, a=sctpmap says what runs on it. aiortc offers this.
constexpr std::string_view kOldDataProtocol = "DTLS/SCTP";

template <size_t N>
bool has(const std::array<std::string_view, N>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

/// Of the m-line, or of the session, or the default.
Direction directionOf(const Section& section, const Section& session) {
  for (const Section* level : {&section, &session})
    for (const Attribute& attribute : level->attributes) {
      if (attribute.name == "sendrecv") return Direction::kSendRecv;
      if (attribute.name == "sendonly") return Direction::kSendOnly;
      if (attribute.name == "recvonly") return Direction::kRecvOnly;
      if (attribute.name == "inactive") return Direction::kInactive;
    }
  return Direction::kSendRecv;
}

/// Takes a slot from what policy leaves, false where none is left.
bool takeSlot(Deciding& deciding, room::Kind kind) {
  const Policy& policy = deciding.policy;
  if (!policy.subscribeAllowed) return false;
  if (kind == room::Kind::kAudio)
    return deciding.slotsAudio < policy.maxSlotsAudio && ++deciding.slotsAudio;
  return deciding.slotsVideo < policy.maxSlotsVideo && ++deciding.slotsVideo;
}

void decideRole(Deciding& deciding, Media& media) {
  using Role = Media::Role;
  const bool sends = media.offered == Direction::kSendOnly || media.offered == Direction::kSendRecv;
  const bool receives =
      media.offered == Direction::kRecvOnly || media.offered == Direction::kSendRecv;
  const bool publishes = sends && deciding.policy.publishAllowed;
  const bool slot = receives && takeSlot(deciding, media.kind);
  media.role = publishes ? Role::kPublish : slot ? Role::kSlot : Role::kInactive;
  media.alsoSlot = publishes && slot;
}

/// What of a=rtcp-fb holds: for publishers as offered; a slot's sender answers key-frame requests
/// and losses of video, and estimates nothing.
void decideFeedback(Media& media) {
  const auto hasTransportCc =
      std::any_of(media.extensions.begin(), media.extensions.end(),
                  [](const auto& entry) { return entry.second == Extension::kTransportCc; });
  const bool slotOnly = media.role == Media::Role::kSlot;
  for (PayloadType& type : media.payloadTypes) {
    type.transportCc = type.transportCc && hasTransportCc && !slotOnly;
    type.remb = type.remb && !type.transportCc && !slotOnly;
    if (!slotOnly || media.kind == room::Kind::kVideo) continue;
    type.nack = type.pli = type.fir = false;
  }
}

Result<void> readPublished(const Section& section, const Policy& policy, Media& media) {
  if (auto read = readSsrcs(section, media); !read) return read;
  media.msid = readMsid(section);
  const auto offersRid = [&] {
    return std::any_of(media.extensions.begin(), media.extensions.end(),
                       [](const auto& entry) { return entry.second == Extension::kRid; });
  };
  if (!policy.simulcast || media.kind != room::Kind::kVideo || !offersRid()) return {};
  return readSimulcast(section, media);
}

}  // namespace

bool isMid(std::string_view text) {
  return isToken(text, kLongestMid);
}

bool isSrtp(const Section& section) {
  return (section.mediaType == "audio" || section.mediaType == "video") &&
         has(kRtpProtocols, section.protocol);
}

std::string nameOf(const Section& section, size_t index) {
  const Attribute* mid = section.find("mid");
  const bool named = mid && isMid(mid->value);
  return fmt::format("m-line {} ({}{})", index, section.mediaType,
                     named ? ", mid " + mid->value : "");
}

void reject(Media& media, std::string why) {
  media.role = Media::Role::kRejected;
  media.alsoSlot = false;
  media.rejectedWhy = std::move(why);
}

Result<Media> readMediaLine(const Section& section) {
  Media media;
  media.mediaType = section.mediaType;
  media.protocol = section.protocol;
  media.format = section.formats.front();
  media.kind = section.mediaType == "audio" ? room::Kind::kAudio : room::Kind::kVideo;
  if (const Attribute* mid = section.find("mid")) {
    if (!isMid(mid->value)) return invalid("bad_offer", "a=mid is not a token of 1 to 32");
    media.mid = mid->value;
  }
  return media;
}

Result<void> decideRtp(const Section& section, const std::vector<OfferedFormat>& formats,
                       const std::vector<OfferedExtension>& extensions, Deciding& deciding,
                       Media& media) {
  const bool audio = media.kind == room::Kind::kAudio;
  const Policy& policy = deciding.policy;
  media.payloadTypes = chooseCodecs(formats, audio ? policy.audioCodecs : policy.videoCodecs);
  if (media.payloadTypes.empty()) {
    reject(media, "no codec in common");
    return {};
  }
  media.offered = directionOf(section, deciding.session);
  media.rtcpReducedSize = section.find("rtcp-rsize") != nullptr;
  media.extmapAllowMixed = section.find("extmap-allow-mixed") != nullptr;
  decideRole(deciding, media);
  const bool mixed = media.extmapAllowMixed || deciding.session.find("extmap-allow-mixed");
  chooseExtensions(extensions, mixed, media);
  decideFeedback(media);
  if (media.role != Media::Role::kPublish) return {};
  return readPublished(section, policy, media);
}

Result<void> decideData(const Section& section, Deciding& deciding, Media& media) {
  const std::string& format = section.formats.front();
  const bool old = section.protocol == kOldDataProtocol && section.find("sctpmap");
  if (!old && (!has(kDataProtocols, section.protocol) || format != "webrtc-datachannel")) {
    reject(media, "not a data channel over SCTP and DTLS");
    return {};
  }
  if (deciding.dataChannel) {
    reject(media, "there is a data channel m-line already");
    return {};
  }
  const Attribute* port = section.find("sctp-port");
  const auto number = numberOf(old ? format : port ? port->value : "5000", UINT16_MAX);
  if (!number || *number == 0) return invalid("bad_offer", "the SCTP port is malformed");
  media.sctpPort = static_cast<uint16_t>(*number);
  if (const Attribute* size = section.find("max-message-size")) {
    const auto bytes = numberOf(size->value, UINT32_MAX);
    if (!bytes) return invalid("bad_offer", "a=max-message-size is malformed");
    // 0 is any size, RFC 8841 section 6.1.
    media.maxMessageSize =
        *bytes == 0 ? kHighestMessageSize : std::min(*bytes, kHighestMessageSize);
  }
  deciding.dataChannel = true;
  media.role = Media::Role::kData;
  return {};
}

}  // namespace parlour::sdp
