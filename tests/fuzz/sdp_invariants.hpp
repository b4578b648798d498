// What every answer must be, whatever was offered. Used by the fuzz target and by the corpus test.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "sdp/description.hpp"
#include "sdp/sdp.hpp"

namespace parlour::sdp::test {

/// Limits for a text of our own, which may be longer than the offer it answers.
inline Limits answerLimits() {
  Limits limits;
  limits.maxBytes *= 8;
  limits.maxMediaLines *= 4;
  return limits;
}

inline bool offers(const Section& offered, std::string_view format) {
  return std::find(offered.formats.begin(), offered.formats.end(), format) != offered.formats.end();
}

inline bool offersRid(const Section& offered, const std::string& rid) {
  return std::any_of(offered.attributes.begin(), offered.attributes.end(),
                     [&](const Attribute& one) {
                       return one.name == "rid" && one.value.rfind(rid + " send", 0) == 0;
                     });
}

inline bool offersExtensionId(const Section& offered, std::string_view value) {
  const std::string id(value.substr(0, value.find_first_of("/ ")));
  return std::any_of(
      offered.attributes.begin(), offered.attributes.end(), [&](const Attribute& one) {
        return one.name == "extmap" &&
               one.value.substr(0, one.value.find_first_of("/ ")).find(id) != std::string::npos;
      });
}

/// What is wrong with one answered m-line; empty where nothing is.
inline std::string brokenLine(const Section& offered, const Section& answered) {
  if (answered.mediaType != offered.mediaType) return "another media type";
  if (answered.protocol != offered.protocol) return "another protocol";
  // The format of the older data channel form is a port, and each side has its own.
  const bool ports = offered.protocol == "DTLS/SCTP";
  for (const std::string& format : answered.formats)
    if (!ports && !offers(offered, format)) return "format " + format + " was not offered";
  const Attribute *mid = offered.find("mid"), *answeredMid = answered.find("mid");
  if ((mid ? mid->value : "") != (answeredMid ? answeredMid->value : "")) return "another mid";
  for (const Attribute& one : answered.attributes) {
    if (one.name == "rid" && !offersRid(offered, one.value.substr(0, one.value.find(' '))))
      return "rid " + one.value + " was not offered";
    if (one.name == "extmap" && !offersExtensionId(offered, one.value))
      return "extension " + one.value + " was not offered";
  }
  return {};
}

/// The BUNDLE group of an answer names exactly the m-lines that live (where any has a mid).
inline std::string brokenBundle(const Description& answer) {
  const Attribute* group = answer.session.find("group");
  const std::string members = (group ? group->value : std::string()) + " ";
  for (const Section& section : answer.media) {
    const Attribute* mid = section.find("mid");
    if (!group || !mid) continue;
    const bool named = members.find(" " + mid->value + " ") != std::string::npos;
    if (named != (section.port != 0)) return "mid " + mid->value + " and the BUNDLE group differ";
  }
  return {};
}

/// What is wrong with an answer to `offerText`, which was accepted; empty where nothing is.
inline std::string brokenInvariant(std::string_view offerText, std::string_view answerText) {
  const auto offer = readDescription(offerText, answerLimits());
  if (!offer) return "the offer cannot be parsed again: " + offer.error().message;
  const auto answer = readDescription(answerText, answerLimits());
  if (!answer) return "the answer cannot be parsed: " + answer.error().message;
  if (answer->media.size() != offer->media.size()) return "another number of m-lines";
  for (size_t i = 0; i < offer->media.size(); ++i)
    if (const std::string broken = brokenLine(offer->media[i], answer->media[i]); !broken.empty())
      return fmt::format("m-line {}: {}", i, broken);
  return brokenBundle(*answer);
}

}  // namespace parlour::sdp::test
