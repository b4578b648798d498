// Which m-lines share the transport, and whether they can (RFC 8843). Thread: any.
#pragma once

#include <string>
#include <vector>

#include "sdp/codecs.hpp"
#include "sdp/description.hpp"
#include "sdp/extmap.hpp"
#include "sdp/sdp.hpp"

namespace parlour::sdp {

/// mids of the first a=group:BUNDLE, empty without. Error: bad_offer (malformed, a mid twice).
Result<std::vector<std::string>> readBundle(const Section& session);

/// Port 0, and not because its transport is the bundle's (a=bundle-only, RFC 8843 section 6).
bool isStopped(const Section& section, bool inBundle);

/// Payload types and extension ids of one bundle must mean one thing (RFC 8843 section 9.1).
class BundleNumbers {
 public:
  /// Adds those of a live bundled m-line; `line` names it in messages. Error: bad_offer with both
  /// lines.
  Result<void> addFormats(const std::string& line, const std::vector<OfferedFormat>& formats);
  /// Leaves out of `extensions` what an earlier m-line gave another meaning. aiortc numbers the
  /// extensions of each m-line for itself; with only one meaning accepted the bundle is sound.
  void keepUnambiguous(std::vector<OfferedExtension>& extensions);

 private:
  struct Meaning {
    std::string text, line;
  };
  std::map<uint8_t, Meaning> payloadTypes_;
  std::map<uint8_t, std::string> extensions_;
};

}  // namespace parlour::sdp
