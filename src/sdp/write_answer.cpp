#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sdp/sdp.hpp"
#include "sdp/syntax.hpp"

namespace parlour::sdp {

namespace {

using Role = Media::Role;

/// What of an Opus fmtp is repeated besides what we always say (RFC 7587 section 6.1).
constexpr std::array<std::string_view, 6> kOpusRepeated = {
    "stereo", "sprop-stereo", "usedtx", "cbr", "maxaveragebitrate", "maxplaybackrate"};

std::string_view nameOf(Direction direction) {
  switch (direction) {
    case Direction::kSendRecv:
      return "sendrecv";
    case Direction::kSendOnly:
      return "sendonly";
    case Direction::kRecvOnly:
      return "recvonly";
    case Direction::kInactive:
      break;
  }
  return "inactive";
}

Direction mirrored(Direction direction) {
  if (direction == Direction::kSendOnly) return Direction::kRecvOnly;
  if (direction == Direction::kRecvOnly) return Direction::kSendOnly;
  return direction;
}

/// Collects lines. Nothing written can break one: what could end a line is left out.
class Lines {
 public:
  template <typename... Args>
  void add(fmt::format_string<Args...> format, Args&&... args) {
    const size_t start = text_.size();
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_.erase(std::remove_if(text_.begin() + static_cast<std::ptrdiff_t>(start), text_.end(),
                               [](char c) { return c == '\r' || c == '\n' || c == '\0'; }),
                text_.end());
    text_ += "\r\n";
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string opusParameters(const PayloadType& type) {
  std::string text = "minptime=10;useinbandfec=1";
  for (const std::string_view name : kOpusRepeated)
    if (const auto value = parameterOf(type.fmtp, name); value && numberOf(*value, UINT32_MAX))
      text += fmt::format(";{}={}", name, *value);
  return text;
}

class AnswerWriter {
 public:
  AnswerWriter(const Offer& offer, const Local& local, const std::map<std::string, SlotSsrc>& slots)
      : offer_(offer), local_(local), slots_(slots) {}

  std::string write() {
    writeSession();
    for (const Media& media : offer_.media) {
      if (media.role == Role::kRejected)
        writeRejected(media);
      else if (media.role == Role::kData)
        writeData(media);
      else
        writeRtp(media);
    }
    return lines_.take();
  }

 private:
  void writeSession() {
    lines_.add("v=0");
    lines_.add("o=- {} {} IN IP4 127.0.0.1", local_.sessionId, local_.sessionVersion);
    lines_.add("s=-");
    lines_.add("t=0 0");
    lines_.add("a=ice-lite");
    if (!offer_.bundle.empty()) lines_.add("a=group:BUNDLE {}", fmt::join(offer_.bundle, " "));
    if (offer_.extmapAllowMixed) lines_.add("a=extmap-allow-mixed");
    lines_.add("a=msid-semantic: WMS *");
  }

  void writeRejected(const Media& media) {
    lines_.add("m={} 0 {} {}", media.mediaType, media.protocol, media.format);
    lines_.add("c=IN IP4 0.0.0.0");
    if (!media.mid.empty()) lines_.add("a=mid:{}", media.mid);
    if (media.mediaType != "application") lines_.add("a=inactive");
  }

  void writeTransport(const Media& media) {
    lines_.add("c=IN IP4 0.0.0.0");
    lines_.add("a=ice-ufrag:{}", local_.iceUfrag);
    lines_.add("a=ice-pwd:{}", local_.icePwd);
    lines_.add("a=fingerprint:{} {}", local_.fingerprint.algorithm, local_.fingerprint.value);
    lines_.add("a=setup:{}", local_.setup == Setup::kActive ? "active" : "passive");
    if (!media.mid.empty()) lines_.add("a=mid:{}", media.mid);
    // The answerer's tag (RFC 8843 section 7.3): the first of the group that is accepted.
    if (!offer_.bundle.empty() && media.mid != offer_.bundle.front()) return;
    for (const std::string& candidate : local_.candidates) lines_.add("a={}", candidate);
    lines_.add("a=end-of-candidates");
  }

  void writeData(const Media& media) {
    const bool old = media.format != kDataFormat;  // The form before RFC 8841.
    lines_.add("m=application 9 {} {}", media.protocol,
               old ? std::to_string(kSctpPort) : std::string(kDataFormat));
    writeTransport(media);
    if (old)
      lines_.add("a=sctpmap:{} {} {}", kSctpPort, kDataFormat, kSctpStreams);
    else
      lines_.add("a=sctp-port:{}", kSctpPort);
    lines_.add("a=max-message-size:{}", local_.maxMessageSize);
  }

  const SlotSsrc* slotOf(const Media& media) const {
    if (media.role != Role::kSlot && !media.alsoSlot) return nullptr;
    const auto found = slots_.find(media.mid);
    return found == slots_.end() ? nullptr : &found->second;
  }

  void writeRtp(const Media& media) {
    const SlotSsrc* slot = slotOf(media);
    writeMediaLine(media);
    writeTransport(media);
    for (const auto& [id, extension] : media.extensions) writeExtension(media, id, extension);
    if (media.extmapAllowMixed) lines_.add("a=extmap-allow-mixed");
    const bool receives = media.role == Role::kPublish;
    lines_.add("a={}", receives ? (slot ? "sendrecv" : "recvonly")
                       : slot   ? "sendonly"
                                : "inactive");
    lines_.add("a=rtcp-mux");
    if (media.rtcpReducedSize) lines_.add("a=rtcp-rsize");
    for (const PayloadType& type : media.payloadTypes) writePayloadType(type);
    if (receives) writeSimulcast(media);
    if (slot) writeSlot(media, *slot);
  }

  void writeMediaLine(const Media& media) {
    std::string formats;
    for (const PayloadType& type : media.payloadTypes) {
      formats += fmt::format(" {}", type.pt);
      if (type.rtxPt >= 0) formats += fmt::format(" {}", type.rtxPt);
    }
    lines_.add("m={} 9 {}{}", media.mediaType, media.protocol, formats);
  }

  void writeExtension(const Media& media, uint8_t id, Extension extension) {
    const auto direction = media.extensionDirections.find(id);
    if (direction == media.extensionDirections.end())
      lines_.add("a=extmap:{} {}", id, rtp::uriOf(extension));
    else
      lines_.add("a=extmap:{}/{} {}", id, nameOf(mirrored(direction->second)),
                 rtp::uriOf(extension));
  }

  void writePayloadType(const PayloadType& type) {
    const std::string channels = type.channels > 1 ? fmt::format("/{}", type.channels) : "";
    lines_.add("a=rtpmap:{} {}/{}{}", type.pt, type.codec.name, type.codec.clockRate, channels);
    if (type.transportCc) lines_.add("a=rtcp-fb:{} transport-cc", type.pt);
    if (type.remb) lines_.add("a=rtcp-fb:{} goog-remb", type.pt);
    if (type.fir) lines_.add("a=rtcp-fb:{} ccm fir", type.pt);
    if (type.nack) lines_.add("a=rtcp-fb:{} nack", type.pt);
    if (type.pli) lines_.add("a=rtcp-fb:{} nack pli", type.pt);
    const bool opus = equalsIgnoringCase(type.codec.name, "opus");
    const std::string fmtp = opus ? opusParameters(type) : type.fmtp;
    if (!fmtp.empty()) lines_.add("a=fmtp:{} {}", type.pt, fmtp);
    if (type.rtxPt < 0) return;
    lines_.add("a=rtpmap:{} rtx/{}", type.rtxPt, type.codec.clockRate);
    lines_.add("a=fmtp:{} apt={}", type.rtxPt, type.pt);
  }

  void writeSimulcast(const Media& media) {
    if (media.simulcast.empty()) return;
    for (const std::string& rid : media.rids) {
      const auto found = media.ridRestrictions.find(rid);
      const bool restricted = found != media.ridRestrictions.end() && !found->second.empty();
      lines_.add("a=rid:{} recv{}{}", rid, restricted ? " " : "", restricted ? found->second : "");
    }
    lines_.add("a=simulcast:recv {}", media.simulcast);
  }

  void writeSlot(const Media& media, const SlotSsrc& slot) {
    const bool rtx =
        slot.rtxSsrc != 0 && std::any_of(media.payloadTypes.begin(), media.payloadTypes.end(),
                                         [](const PayloadType& type) { return type.rtxPt >= 0; });
    lines_.add("a=msid:{} {}", slot.stream, slot.track);
    if (rtx) lines_.add("a=ssrc-group:FID {} {}", slot.ssrc, slot.rtxSsrc);
    writeSsrc(slot.ssrc, slot);
    if (rtx) writeSsrc(slot.rtxSsrc, slot);
  }

  void writeSsrc(uint32_t ssrc, const SlotSsrc& slot) {
    lines_.add("a=ssrc:{} cname:{}", ssrc, slot.cname);
    lines_.add("a=ssrc:{} msid:{} {}", ssrc, slot.stream, slot.track);
  }

  static constexpr uint16_t kSctpPort = 5000;  // webrtcbin's; over DTLS any would do.
  static constexpr uint16_t kSctpStreams = 65535;
  static constexpr std::string_view kDataFormat = "webrtc-datachannel";

  const Offer& offer_;
  const Local& local_;
  const std::map<std::string, SlotSsrc>& slots_;
  Lines lines_;
};

}  // namespace

std::string writeAnswer(const Offer& offer, const Local& local,
                        const std::map<std::string, SlotSsrc>& slots) {
  return AnswerWriter(offer, local, slots).write();
}

}  // namespace parlour::sdp
