#include "sdp/bundle.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "sdp/media_line.hpp"
#include "sdp/syntax.hpp"

namespace parlour::sdp {

Result<std::vector<std::string>> readBundle(const Section& session) {
  std::vector<std::string> mids;
  for (const Attribute& attribute : session.attributes) {
    if (attribute.name != "group") continue;
    std::string_view rest = attribute.value;
    if (takeUntil(rest, ' ') != "BUNDLE") continue;
    for (const std::string_view word : words(rest)) {
      if (!isMid(word)) return invalid("bad_offer", "a=group:BUNDLE names a malformed mid");
      mids.emplace_back(word);
    }
    break;
  }
  std::vector<std::string> sorted = mids;
  std::sort(sorted.begin(), sorted.end());
  if (std::adjacent_find(sorted.begin(), sorted.end()) != sorted.end())
    return invalid("bad_offer", "a=group:BUNDLE names a mid twice");
  return mids;
}

bool isStopped(const Section& section, bool inBundle) {
  return section.port == 0 && !(inBundle && section.find("bundle-only"));
}

Result<void> BundleNumbers::addFormats(const std::string& line,
                                       const std::vector<OfferedFormat>& formats) {
  for (const OfferedFormat& format : formats) {
    const std::string meaning = signatureOf(format);
    const auto [found, fresh] = payloadTypes_.try_emplace(format.pt, Meaning{meaning, line});
    if (!fresh && found->second.text != meaning)
      return invalid("bad_offer",
                     fmt::format("payload type {} has one meaning in {} and another in {}",
                                 format.pt, found->second.line, line));
  }
  return {};
}

void BundleNumbers::keepUnambiguous(std::vector<OfferedExtension>& extensions) {
  std::erase_if(extensions, [&](const OfferedExtension& one) {
    return extensions_.try_emplace(one.id, one.uri).first->second != one.uri;
  });
}

}  // namespace parlour::sdp
