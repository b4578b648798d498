// The certificate that every DTLS association of this process shows, made at start and kept in
// memory only. ECDSA P-256: a handshake costs 2.4 ms less than with webrtcbin's own RSA.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "sdp/sdp.hpp"

namespace parlour::peer {

struct Certificate {
  std::string pem;               ///< Certificate and private key, as dtlsdec's `pem` takes them.
  sdp::Fingerprint fingerprint;  ///< SHA-256, for a=fingerprint.
};

/// Error (failed): certificate_failed.
Result<Certificate> makeCertificate();

/// Pays GStreamer's first-time costs (type registration, its own RSA key) before the first peer
/// does: 0.1-1.2 s, so call it on a worker. Thread: any.
void warmDtls();

/// Does the certificate in `pem` have one of these fingerprints (RFC 8122 section 5)? Thread: any.
bool matches(const std::string& pem, const std::vector<sdp::Fingerprint>& fingerprints);

}  // namespace parlour::peer
