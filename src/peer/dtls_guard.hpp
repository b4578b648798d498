// DtlsGuard: takes the SRTP keys out of webrtcbin's DTLS, after the peer's certificate was compared
// with the fingerprint it promised. webrtcbin before 1.28.5 does not compare them.
//
// The comparison happens inside `on-key-received`, before webrtcbin itself has seen the keys: on a
// mismatch the endpoint is closed before the handler returns, so no media and no data channel
// ever passes. Sources: RFC 5763 section 5, RFC 8122 section 5, RFC 5764.
#pragma once

#include <gst/gst.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/ref.hpp"
#include "sdp/sdp.hpp"
#include "transport/endpoint.hpp"

namespace parlour::peer {

class DtlsGuard {
 public:
  struct Keys {
    transport::SrtpKeys send, receive;
  };
  /// Both are called once at most, on a DTLS thread, with its lock held: copy and post.
  struct Callbacks {
    std::function<void(const Keys&)> onKeys;
    std::function<void(const std::string& why)> onRefused;
  };

  /// Watches the elements that `webrtcbin` creates. `certificatePem` is given to its DTLS.
  static void watch(GstElement* webrtcbin, std::shared_ptr<transport::Endpoint> endpoint,
                    std::vector<sdp::Fingerprint> promised, std::string certificatePem,
                    Callbacks callbacks);
};

}  // namespace parlour::peer
