// The ICE agent given to webrtcbin (`ice-agent`): lite, without sockets or threads of its own.
//
// It turns webrtcbin's view of ICE into our Endpoint: what the I/O thread validated becomes
// CONNECTED here. Credentials and candidates that webrtcbin passes are ignored, since the client
// sees the SDP of sdp/ and not webrtcbin's.
#pragma once

#include <gst/webrtc/webrtc.h>

#include <memory>

namespace parlour::transport {

class Endpoint;

/// A new agent for one webrtcbin (transfer full). webrtcbin takes a reference without adding one
/// (so to 1.28): give it one of its own.
GstWebRTCICE* parlour_ice_agent_new(const std::shared_ptr<Endpoint>& endpoint);

/// Tells webrtcbin that the peer was reached, which starts DTLS. Runs webrtcbin's handlers in the
/// calling thread (1-15 ms): a worker, never the I/O thread. Thread: one at a time.
void parlour_ice_agent_connected(GstWebRTCICE* agent);

}  // namespace parlour::transport
