// One m-line: what the client wants with it and what it becomes. Thread: any.
#pragma once

#include <string_view>

#include "sdp/codecs.hpp"
#include "sdp/description.hpp"
#include "sdp/extmap.hpp"
#include "sdp/sdp.hpp"

namespace parlour::sdp {

/// A mid we can write and match: a token that fits an RTP header extension with room to spare.
bool isMid(std::string_view text);

/// "m-line 3 (video, mid 2)", for messages.
std::string nameOf(const Section& section, size_t index);

/// What all m-lines of an offer share while they are decided one after the other.
struct Deciding {
  const Policy& policy;
  const Section& session;
  uint32_t slotsAudio = 0, slotsVideo = 0;  ///< Given so far.
  bool dataChannel = false;                 ///< One was accepted.
};

/// Audio or video over RTP, keyed by DTLS.
bool isSrtp(const Section& section);

/// The form alone, the same for every m-line: type, protocol, mid. Error: bad_offer.
Result<Media> readMediaLine(const Section& section);

/// Decides a live, bundled audio or video m-line. Error: bad_offer.
Result<void> decideRtp(const Section& section, const std::vector<OfferedFormat>& formats,
                       const std::vector<OfferedExtension>& extensions, Deciding& deciding,
                       Media& media);

/// Decides a live, bundled m-line for data channels (RFC 8841). Error: bad_offer.
Result<void> decideData(const Section& section, Deciding& deciding, Media& media);

/// Turns the m-line down; it will be answered with port 0.
void reject(Media& media, std::string why);

}  // namespace parlour::sdp
