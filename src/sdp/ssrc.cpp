#include "sdp/ssrc.hpp"

#include <algorithm>
#include <set>

#include "sdp/syntax.hpp"

namespace parlour::sdp {

namespace {

constexpr size_t kMostSsrcs = 32;  // Of one m-line: 8 layers, each with rtx and FEC, and some.
constexpr size_t kLongestMsidPart = 64;  // RFC 8830 section 2.

/// "FID a b" and "FEC-FR a b": the second repairs the first.
Result<void> readGroup(std::string_view value, Media& media, std::set<uint32_t>& repairs) {
  const auto parts = words(value);
  if (parts.size() != 3 || (parts[0] != "FID" && parts[0] != "FEC-FR")) return {};
  const auto primary = numberOf(parts[1], UINT32_MAX), repair = numberOf(parts[2], UINT32_MAX);
  if (!primary || !repair || *primary == *repair)
    return invalid("bad_offer", "a=ssrc-group is malformed");
  repairs.insert(*repair);
  if (parts[0] == "FID") media.rtxOf[*repair] = *primary;
  return {};
}

std::string msidOf(std::string_view value) {
  const auto parts = words(value);
  if (parts.empty() || parts.size() > 2) return {};
  std::string msid;
  for (const std::string_view part : parts) {
    // RFC 8830 says tokens; webrtcbin's have an '@'. They are compared, never written.
    if (part.size() > kLongestMsidPart || !isPlain(part)) return {};
    msid += (msid.empty() ? "" : " ") + std::string(part);
  }
  return msid;
}

}  // namespace

Result<void> readSsrcs(const Section& section, Media& media) {
  std::set<uint32_t> repairs;
  for (const Attribute& attribute : section.attributes) {
    if (attribute.name == "ssrc") {
      const auto ssrc = numberOf(attribute.value.substr(0, attribute.value.find(' ')), UINT32_MAX);
      if (!ssrc) return invalid("bad_offer", "a=ssrc is malformed");
      auto& known = media.ssrcs;
      if (std::find(known.begin(), known.end(), *ssrc) != known.end()) continue;
      if (known.size() >= kMostSsrcs) return invalid("bad_offer", "too many a=ssrc in one m-line");
      known.push_back(*ssrc);
    } else if (attribute.name == "ssrc-group") {
      if (repairs.size() >= kMostSsrcs) return invalid("bad_offer", "too many a=ssrc-group");
      if (auto read = readGroup(attribute.value, media, repairs); !read) return read;
    }
  }
  std::stable_partition(media.ssrcs.begin(), media.ssrcs.end(),
                        [&](uint32_t ssrc) { return repairs.count(ssrc) == 0; });
  return {};
}

std::string readMsid(const Section& section) {
  if (const Attribute* msid = section.find("msid")) return msidOf(msid->value);
  for (const Attribute& attribute : section.attributes) {
    if (attribute.name != "ssrc") continue;
    std::string_view rest = attribute.value;
    takeUntil(rest, ' ');
    if (takeUntil(rest, ':') == "msid") return msidOf(rest);
  }
  return {};
}

}  // namespace parlour::sdp
