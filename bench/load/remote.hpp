// Remote: the server's side of a connection, as its SDP tells. Thread: any (pure).
#pragma once

#include <bitset>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "rtp/extension.hpp"
#include "sdp/description.hpp"
#include "sdp/sdp.hpp"
#include "transport/address.hpp"

namespace parlour::bench {

struct Remote {
  std::string ufrag, password;
  sdp::Fingerprint fingerprint;
  transport::Address address;      ///< Of the first host candidate over UDP.
  rtp::ExtensionMap extensions;    ///< Of all m-lines: by BUNDLE they agree.
  std::bitset<128> videoPayloads;  ///< Payload types of its video m-lines.
};

/// `setup`: what its a=setup has to be. Error (kInvalid): bad_answer.
Result<Remote> readRemote(const sdp::Description& description, std::string_view setup);

}  // namespace parlour::bench
