#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "sdp/bundle.hpp"
#include "sdp/description.hpp"
#include "sdp/media_line.hpp"
#include "sdp/sdp.hpp"
#include "sdp/transport.hpp"

namespace parlour::sdp {

namespace {

Error unsupported(std::string why) {
  return invalid("unsupported_offer", std::move(why));
}

/// One offer on its way from a Description to an Offer; the steps run in the order of `read`.
class OfferReader {
 public:
  OfferReader(const Description& description, const Policy& policy)
      : description_(description), deciding_{policy, description.session} {}

  Result<Offer> read() {
    for (auto step :
         {&OfferReader::readLines, &OfferReader::findBundle, &OfferReader::findTransport,
          &OfferReader::decideLines, &OfferReader::checkSsrcs})
      if (auto done = (this->*step)(); !done) return done.error();
    return std::move(offer_);
  }

 private:
  std::string nameAt(size_t index) const { return nameOf(description_.media[index], index); }

  Result<void> readLines() {
    if (description_.media.empty()) return invalid("bad_offer", "there is no m-line");
    std::set<std::string> mids;
    for (size_t i = 0; i < description_.media.size(); ++i) {
      auto media = readMediaLine(description_.media[i]);
      if (!media) return media.error().within(nameAt(i));
      if (!media->mid.empty() && !mids.insert(media->mid).second)
        return invalid("bad_offer", nameAt(i) + ": another m-line has its mid");
      offer_.media.push_back(std::move(*media));
    }
    offer_.extmapAllowMixed = description_.session.find("extmap-allow-mixed") != nullptr;
    return {};
  }

  Media* findMid(const std::string& mid) {
    const auto found = std::find_if(offer_.media.begin(), offer_.media.end(),
                                    [&](const Media& media) { return media.mid == mid; });
    return found == offer_.media.end() ? nullptr : &*found;
  }

  /// Marks what is bundled and what is stopped.
  Result<void> findBundle() {
    auto group = readBundle(description_.session);
    if (!group) return group.error();
    group_ = std::move(*group);
    for (const std::string& mid : group_) {
      Media* media = findMid(mid);
      if (!media) return invalid("bad_offer", "a=group:BUNDLE names mid " + mid + ", of no m-line");
      media->bundled = true;
    }
    size_t live = 0;
    for (size_t i = 0; i < offer_.media.size(); ++i) {
      Media& media = offer_.media[i];
      media.stopped = isStopped(description_.media[i], media.bundled);
      if (group_.empty()) media.bundled = !media.stopped;
      if (!media.stopped) ++live;
    }
    if (group_.empty() && live > 1)
      return unsupported("several m-lines without a=group:BUNDLE: one transport is needed");
    return {};
  }

  /// The tag's index: the first of the group that lives, or the only m-line.
  std::optional<size_t> tagIndex() {
    for (const std::string& mid : group_) {
      const Media* media = findMid(mid);
      if (!media->stopped) return static_cast<size_t>(media - offer_.media.data());
    }
    for (size_t i = 0; group_.empty() && i < offer_.media.size(); ++i)
      if (!offer_.media[i].stopped) return i;
    return std::nullopt;
  }

  Result<void> findTransport() {
    const auto tag = tagIndex();
    if (!tag) return unsupported("every m-line is stopped, none carries the transport");
    auto transport = readTransport(description_.session, description_.media[*tag]);
    if (!transport) return transport.error().within(nameAt(*tag));
    offer_.transport = std::move(*transport);
    offer_.bundleTag = offer_.media[*tag].mid;
    return {};
  }

  Result<void> decideLines() {
    for (size_t i = 0; i < offer_.media.size(); ++i)
      if (auto decided = decideLine(i); !decided) return decided.error().within(nameAt(i));
    for (const std::string& mid : group_)
      if (findMid(mid)->role != Media::Role::kRejected) offer_.bundle.push_back(mid);
    for (const Media& media : offer_.media)
      if (media.role != Media::Role::kRejected) return {};
    return unsupported(firstRejection());
  }

  Result<void> decideLine(size_t index) {
    const Section& section = description_.media[index];
    Media& media = offer_.media[index];
    if (media.stopped) {
      reject(media, "stopped by the client");
    } else if (!media.bundled) {
      reject(media, "not in the BUNDLE group");
    } else if (isSrtp(section)) {
      return decideMedia(section, index, media);
    } else if (section.mediaType == "application") {
      return decideData(section, deciding_, media);
    } else {
      reject(media, "neither audio or video over SRTP with DTLS nor a data channel");
    }
    return {};
  }

  Result<void> decideMedia(const Section& section, size_t index, Media& media) {
    if (!section.find("rtcp-mux") && !section.find("rtcp-mux-only"))
      return unsupported("a=rtcp-mux is missing");
    auto formats = readFormats(section);
    if (!formats) return formats.error();
    auto extensions = readExtensions(section);
    if (!extensions) return extensions.error();
    if (auto added = numbers_.addFormats(nameAt(index), *formats); !added) return added;
    numbers_.keepUnambiguous(*extensions);
    return decideRtp(section, *formats, *extensions, deciding_, media);
  }

  std::string firstRejection() const {
    for (size_t i = 0; i < offer_.media.size(); ++i)
      if (!offer_.media[i].stopped)
        return "nothing of the offer can be accepted; " + nameAt(i) + ": " +
               offer_.media[i].rejectedWhy;
    return "nothing of the offer can be accepted";
  }

  /// One SSRC is one stream (RFC 3550 section 8).
  Result<void> checkSsrcs() {
    std::set<uint32_t> seen;
    for (size_t i = 0; i < offer_.media.size(); ++i)
      for (const uint32_t ssrc : offer_.media[i].ssrcs)
        if (!seen.insert(ssrc).second)
          return invalid("bad_offer",
                         fmt::format("{}: SSRC {} is another m-line's", nameAt(i), ssrc));
    return {};
  }

  const Description& description_;
  Deciding deciding_;
  BundleNumbers numbers_;
  std::vector<std::string> group_;  // As offered.
  Offer offer_;
};

}  // namespace

Result<Offer> readOffer(std::string_view sdp, const Policy& policy, const Limits& limits) {
  auto description = readDescription(sdp, limits);
  if (!description) return description.error();
  return OfferReader(*description, policy).read();
}

}  // namespace parlour::sdp
