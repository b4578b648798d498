// ICE, DTLS and fingerprints of an offer. Thread: any.
#pragma once

#include "sdp/description.hpp"
#include "sdp/sdp.hpp"

namespace parlour::sdp {

/// The transport of the m-line `tag`, with what the session level says for all (RFC 8839 section
/// 5.4, RFC 8122 section 5). Errors: bad_offer, unsupported_offer.
Result<Transport> readTransport(const Section& session, const Section& tag);

/// Upper-case pairs joined by ':' where `text` is "<sha-256|384|512> <hex pairs>"; the error is
/// bad_offer for a hash we know that is malformed, `algorithm` stays empty for one we do not.
Result<Fingerprint> readFingerprint(std::string_view text);

}  // namespace parlour::sdp
