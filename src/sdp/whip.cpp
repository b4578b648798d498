#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "sdp/sdp.hpp"

namespace parlour::sdp {

namespace {

Error unsupported(std::string why) {
  return invalid("unsupported_offer", std::move(why));
}

bool isRtp(const Media& media) {
  return media.mediaType == "audio" || media.mediaType == "video";
}

/// Nothing is answered in part.
Result<void> checkAllAccepted(const Offer& offer) {
  for (size_t i = 0; i < offer.media.size(); ++i)
    if (offer.media[i].role == Media::Role::kRejected)
      return unsupported(fmt::format("m-line {}: {}", i, offer.media[i].rejectedWhy));
  return {};
}

/// `oneWay` is what the client must offer with; sendrecv is tolerated.
Result<void> checkDirections(const Offer& offer, Direction oneWay, std::string_view name) {
  size_t media = 0;
  for (size_t i = 0; i < offer.media.size(); ++i) {
    const Media& line = offer.media[i];
    if (!isRtp(line)) continue;
    ++media;
    if (line.offered != oneWay && line.offered != Direction::kSendRecv)
      return unsupported(fmt::format("m-line {} is not {}", i, name));
  }
  if (media == 0) return unsupported("there is neither audio nor video");
  return {};
}

size_t countOf(const Offer& offer, room::Kind kind) {
  return static_cast<size_t>(
      std::count_if(offer.media.begin(), offer.media.end(),
                    [&](const Media& media) { return isRtp(media) && media.kind == kind; }));
}

/// MediaStream ids named by a=msid; "-" is none (RFC 8830 section 3.2.1).
std::set<std::string> streamsOf(const Offer& offer) {
  std::set<std::string> streams;
  for (const Media& media : offer.media) {
    const std::string stream = media.msid.substr(0, media.msid.find(' '));
    if (!stream.empty() && stream != "-") streams.insert(stream);
  }
  return streams;
}

}  // namespace

Result<void> checkWhip(const Offer& offer) {
  if (countOf(offer, room::Kind::kAudio) > 1 || countOf(offer, room::Kind::kVideo) > 1)
    return unsupported("more than one audio or one video m-line");
  if (auto checked = checkDirections(offer, Direction::kSendOnly, "sendonly"); !checked)
    return checked;
  if (streamsOf(offer).size() > 1) return unsupported("more than one MediaStream");
  return checkAllAccepted(offer);
}

Result<void> checkWhep(const Offer& offer) {
  if (auto checked = checkDirections(offer, Direction::kRecvOnly, "recvonly"); !checked)
    return checked;
  return checkAllAccepted(offer);
}

}  // namespace parlour::sdp
