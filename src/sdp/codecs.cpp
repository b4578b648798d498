#include "sdp/codecs.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "sdp/syntax.hpp"

namespace parlour::sdp {

namespace {

/// Payload types an RTCP packet of ours could be taken for (RFC 5761 section 4).
bool clashesWithRtcp(uint8_t pt) {
  return pt >= 64 && pt <= 95;
}

/// A row of RFC 6184 table 5: profile_idc, profile-iop under a mask, and the name we give it.
struct H264Profile {
  uint8_t idc, mask, iop;
  std::string_view name;
};

constexpr std::array kH264Profiles = {
    H264Profile{0x42, 0x4f, 0x40, "42e0"},  // Constrained Baseline, three spellings
    H264Profile{0x4d, 0x8f, 0x80, "42e0"}, H264Profile{0x58, 0xcf, 0xc0, "42e0"},
    H264Profile{0x42, 0x4f, 0x00, "4200"},                                         // Baseline
    H264Profile{0x58, 0xcf, 0x80, "4200"}, H264Profile{0x4d, 0xaf, 0x00, "4d00"},  // Main
    H264Profile{0x58, 0xcf, 0x00, "5800"},                                         // Extended
    H264Profile{0x64, 0xff, 0x0c, "640c"},  // Constrained High (H.264 A.2.4.2)
    H264Profile{0x64, 0xff, 0x00, "6400"},  // High
    H264Profile{0x6e, 0xff, 0x00, "6e00"},  // High 10
    H264Profile{0x7a, 0xff, 0x00, "7a00"},  // High 4:2:2
    H264Profile{0xf4, 0xff, 0x00, "f400"},  // High 4:4:4 Predictive
};

/// Without profile-level-id: Baseline, RFC 6184 section 8.1.
constexpr std::string_view kDefaultH264Profile = "4200";

std::string h264Profile(std::string_view fmtp) {
  const std::string id = lowered(parameterOf(fmtp, "profile-level-id").value_or(""));
  if (id.empty()) return std::string(kDefaultH264Profile);
  const bool hex = id.size() == 6 && id.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!hex) return "?";
  const unsigned idc = std::stoul(id.substr(0, 2), nullptr, 16);
  const unsigned iop = std::stoul(id.substr(2, 2), nullptr, 16);
  for (const H264Profile& row : kH264Profiles)
    if (idc == row.idc && (iop & row.mask) == row.iop) return std::string(row.name);
  return id.substr(0, 4);
}

/// H.264 profiles whose decoders take the one named; transitive, itself not listed.
std::string_view includedBy(std::string_view decoder) {
  if (decoder == "4200" || decoder == "4d00" || decoder == "640c") return "42e0";
  if (decoder == "5800") return "42e0 4200 4d00";
  if (decoder == "6400") return "42e0 4d00 640c";
  if (decoder == "6e00") return "42e0 4d00 640c 6400";
  if (decoder == "7a00") return "42e0 4d00 640c 6400 6e00";
  if (decoder == "f400") return "42e0 4d00 640c 6400 6e00 7a00";
  return {};
}

bool decodesH264(std::string_view decoder, std::string_view codec) {
  if (decoder == codec) return true;
  const std::string_view profile = takeUntil(codec, '/');
  const auto included = words(includedBy(takeUntil(decoder, '/')));
  return decoder == codec &&  // What is left of both: packetization-mode.
         std::find(included.begin(), included.end(), profile) != included.end();
}

/// Where policy puts a codec, or nothing where it does not allow it.
std::optional<size_t> rankOf(const std::vector<std::string>& allowed, std::string_view name) {
  for (size_t i = 0; i < allowed.size(); ++i)
    if (equalsIgnoringCase(allowed[i], name)) return i;
  return std::nullopt;
}

int rtxOf(const std::vector<OfferedFormat>& formats, const OfferedFormat& primary) {
  for (const OfferedFormat& format : formats) {
    if (format.name != "rtx" || format.clockRate != primary.clockRate || clashesWithRtcp(format.pt))
      continue;
    const auto apt = numberOf(parameterOf(format.fmtp, "apt").value_or(""), 127);
    if (apt && *apt == primary.pt) return format.pt;
  }
  return -1;
}

PayloadType accepted(const OfferedFormat& format, const std::string& name, int rtxPt) {
  PayloadType type;
  type.pt = format.pt;
  type.codec = {name, format.clockRate, profileOf(format.name, format.fmtp)};
  type.fmtp = format.fmtp;
  type.rtxPt = rtxPt;
  type.nack = format.nack;
  type.pli = format.pli;
  type.fir = format.fir;
  type.transportCc = format.transportCc;
  type.remb = format.remb;
  type.channels = format.channels;
  return type;
}

/// Within one codec, what most receivers can decode goes first; else the offered order.
bool isWidelyDecodable(const room::Codec& codec) {
  if (equalsIgnoringCase(codec.name, "H264")) return codec.profile == "42e0/1";
  return codec.profile.empty() || codec.profile == "0";
}

bool isRedundancy(const PayloadType& type) {
  return equalsIgnoringCase(type.codec.name, "red");
}

/// RFC 2198 redundancy is only of use with the codecs it repeats.
void dropRedundancyOfNothing(std::vector<PayloadType>& types) {
  const auto accepts = [&](std::string_view text) {
    const auto pt = numberOf(trimmed(text), 127);
    return pt && std::any_of(types.begin(), types.end(),
                             [&](const PayloadType& type) { return type.pt == *pt; });
  };
  const auto useless = [&](const PayloadType& type) {
    if (!isRedundancy(type)) return false;
    if (std::all_of(types.begin(), types.end(), isRedundancy)) return true;
    if (type.fmtp.empty()) return false;
    const auto repeated = split(type.fmtp, '/');
    return !std::all_of(repeated.begin(), repeated.end(), accepts);
  };
  std::vector<PayloadType> kept;
  std::remove_copy_if(types.begin(), types.end(), std::back_inserter(kept), useless);
  types = std::move(kept);
}

}  // namespace

const PayloadType& Media::primary() const {
  const auto found = std::find_if_not(payloadTypes.begin(), payloadTypes.end(), isRedundancy);
  return found == payloadTypes.end() ? payloadTypes.front() : *found;
}

std::string profileOf(std::string_view codecName, std::string_view fmtp) {
  const auto valueOr = [&](std::string_view name, std::string_view standard) {
    const std::string_view value = parameterOf(fmtp, name).value_or(standard);
    const auto number = numberOf(value, 255);
    return number ? std::to_string(*number) : std::string("?");
  };
  if (equalsIgnoringCase(codecName, "H264"))
    return h264Profile(fmtp) + "/" + valueOr("packetization-mode", "0");
  if (equalsIgnoringCase(codecName, "VP9")) return valueOr("profile-id", "0");
  if (equalsIgnoringCase(codecName, "AV1")) return valueOr("profile", "0");
  return {};
}

std::vector<PayloadType> chooseCodecs(const std::vector<OfferedFormat>& formats,
                                      const std::vector<std::string>& allowed) {
  std::vector<PayloadType> types;
  for (const OfferedFormat& format : formats) {
    const auto rank = rankOf(allowed, format.name);
    if (!rank || clashesWithRtcp(format.pt)) continue;
    types.push_back(accepted(format, allowed[*rank], rtxOf(formats, format)));
    if (types.back().codec.profile.find('?') != std::string::npos) types.pop_back();
  }
  dropRedundancyOfNothing(types);
  std::stable_sort(types.begin(), types.end(), [&](const PayloadType& a, const PayloadType& b) {
    const auto rankA = rankOf(allowed, a.codec.name), rankB = rankOf(allowed, b.codec.name);
    if (rankA != rankB) return rankA < rankB;
    return isWidelyDecodable(a.codec) && !isWidelyDecodable(b.codec);
  });
  return types;
}

bool canDecode(const std::vector<room::Codec>& decodable, const room::Codec& codec) {
  return std::any_of(decodable.begin(), decodable.end(), [&](const room::Codec& one) {
    if (!equalsIgnoringCase(one.name, codec.name) || one.clockRate != codec.clockRate) return false;
    if (equalsIgnoringCase(codec.name, "H264")) return decodesH264(one.profile, codec.profile);
    const auto mine = numberOf(codec.profile, 255), theirs = numberOf(one.profile, 255);
    if (equalsIgnoringCase(codec.name, "AV1") && mine && theirs) return *theirs >= *mine;
    return one.profile == codec.profile;
  });
}

}  // namespace parlour::sdp
