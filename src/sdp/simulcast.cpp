#include "sdp/simulcast.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "sdp/syntax.hpp"

namespace parlour::sdp {

namespace {

constexpr size_t kMostRids = 8;

/// Restrictions of RFC 8851 section 5 that are a bound on the picture; repeated as they are.
constexpr std::array<std::string_view, 7> kBounds = {"max-width", "max-height", "max-fps", "max-fs",
                                                     "max-br",    "max-pps",    "max-bpp"};

bool accepts(const Media& media, std::string_view payloadType) {
  const auto pt = numberOf(payloadType, 127);
  return pt && std::any_of(media.payloadTypes.begin(), media.payloadTypes.end(),
                           [&](const PayloadType& type) { return type.pt == *pt; });
}

/// "pt=…" with only what the m-line accepts, empty where that is nothing.
std::string acceptedPayloadTypes(const Media& media, std::string_view list) {
  std::string kept;
  for (const std::string_view pt : split(list, ','))
    if (accepts(media, pt)) kept += (kept.empty() ? "pt=" : ",") + std::string(pt);
  return kept;
}

/// The restrictions to repeat, or nothing where the rid cannot be accepted.
std::optional<std::string> restrictionsOf(const Media& media, std::string_view offered) {
  std::string kept;
  while (!offered.empty()) {
    const std::string_view restriction = trimmed(takeUntil(offered, ';'));
    std::string_view value = restriction;
    const std::string_view name = takeUntil(value, '=');
    std::string repeated;
    if (name == "pt")
      repeated = acceptedPayloadTypes(media, value);
    else if (std::find(kBounds.begin(), kBounds.end(), name) != kBounds.end() &&
             (value.empty() || isToken(value, 16)))
      repeated = restriction;
    if (repeated.empty()) return std::nullopt;
    kept += (kept.empty() ? "" : ";") + repeated;
  }
  return kept;
}

/// rid → its restrictions, of every a=rid that can be accepted.
Result<std::map<std::string, std::string>> readRids(const Section& section, const Media& media) {
  std::map<std::string, std::string> rids;
  for (const Attribute& attribute : section.attributes) {
    if (attribute.name != "rid") continue;
    std::string_view rest = attribute.value;
    const std::string rid(takeUntil(rest, ' '));
    const std::string_view direction = takeUntil(rest, ' ');
    if (!isRid(rid) || (direction != "send" && direction != "recv"))
      return invalid("bad_offer", "a=rid is malformed");
    if (direction != "send" || rids.size() >= kMostRids) continue;
    const auto restrictions = restrictionsOf(media, rest);
    if (restrictions && !rids.emplace(rid, *restrictions).second)
      return invalid("bad_offer", "a=rid names a stream twice");
  }
  return rids;
}

/// The stream list after "send" in "[send a;b] [recv c]".
std::string_view sendList(std::string_view value) {
  const auto parts = words(value);
  for (size_t i = 0; i + 1 < parts.size(); i += 2)
    if (parts[i] == "send") return parts[i + 1];
  return {};
}

}  // namespace

Result<void> readSimulcast(const Section& section, Media& media) {
  const Attribute* simulcast = section.find("simulcast");
  if (!simulcast) return {};
  auto known = readRids(section, media);
  if (!known) return known.error();
  std::string_view streams = sendList(simulcast->value);
  while (!streams.empty()) {
    std::string kept;
    for (const std::string_view alternative : split(takeUntil(streams, ';'), ',')) {
      const bool paused = alternative.substr(0, 1) == "~";
      const std::string rid(paused ? alternative.substr(1) : alternative);
      if (!isRid(rid)) return invalid("bad_offer", "a=simulcast is malformed");
      const auto found = known->find(rid);
      if (found == known->end()) continue;
      kept += (kept.empty() ? "" : ",") + std::string(alternative);
      media.rids.push_back(rid);
      media.ridRestrictions.insert(known->extract(found));
    }
    if (!kept.empty()) media.simulcast += (media.simulcast.empty() ? "" : ";") + kept;
  }
  return {};
}

}  // namespace parlour::sdp
