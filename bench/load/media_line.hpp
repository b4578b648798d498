// The m-lines a light client writes, in offers as in answers. Thread: any (pure).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rtp/header_writer.hpp"
#include "sdp/sdp.hpp"

namespace parlour::bench {

/// What every m-line of a client says.
struct LocalTransport {
  std::string ufrag, password;
  sdp::Fingerprint fingerprint;
  std::string_view setup = "actpass";  ///< Or "active": clients begin the handshake.
};

struct MediaLine {
  bool video = false;
  uint8_t payloadType = 0;
  std::string mid;
  std::string_view direction;
  rtp::ExtensionIds extensions{};  ///< 0: not this one.
};

/// The session's lines, with a BUNDLE group of `mids`.
void writeSession(std::string& sdp, const std::vector<std::string>& mids);
void writeMediaLine(std::string& sdp, const LocalTransport& transport, const MediaLine& line);

}  // namespace parlour::bench
