// Payload types of one m-line: rtpmap, fmtp, rtcp-fb and rtx put together, and what of them we
// take. Thread: any.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sdp/description.hpp"
#include "sdp/sdp.hpp"

namespace parlour::sdp {

/// One payload type as offered, whatever it is.
struct OfferedFormat {
  uint8_t pt = 0;
  std::string name;  ///< Lower case, empty without a=rtpmap for a dynamic type.
  uint32_t clockRate = 0;
  uint8_t channels = 1;
  std::string fmtp;  ///< Parameters alone, plain text.
  bool nack = false, pli = false, fir = false, transportCc = false, remb = false;
};

/// Formats of an m-line in their order. Error: bad_offer (numbers out of range, a payload type
/// described twice and differently).
Result<std::vector<OfferedFormat>> readFormats(const Section& section);

/// What two m-lines of a BUNDLE must agree on for one payload type: codec, clock rate, channels,
/// and for rtx what it repeats.
std::string signatureOf(const OfferedFormat& format);

/// `profile` of room::Codec from a fmtp.
std::string profileOf(std::string_view codecName, std::string_view fmtp);

/// The formats policy allows, most wanted first, with their rtx. Those whose payload type RTCP
/// muxing forbids (RFC 5761 section 4, 64-95) are left out.
std::vector<PayloadType> chooseCodecs(const std::vector<OfferedFormat>& formats,
                                      const std::vector<std::string>& allowed);

}  // namespace parlour::sdp
