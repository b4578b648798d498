// Fuzz target: bytes from the network into an SrtpReceiver, of both profiles, RTP and RTCP.
// First byte of the input: bit 0 the profile, bit 1 RTCP, bit 2 makes the rest authentic first, so
// that what comes after the tag is reached too.
#include <cstdlib>
#include <cstring>
#include <vector>

#include "transport/srtp/srtp.hpp"

using namespace parlour::transport;

namespace {

SrtpKeys keysOf(SrtpProfile profile) {
  const std::vector<uint8_t> master(profile == SrtpProfile::kAes128CmSha1_80 ? 30 : 28, 0x42);
  return *SrtpKeys::fromMaster(profile, master);
}

// The input as an authentic packet where it can be one; else unchanged.
std::vector<uint8_t> protectedBy(SrtpSender& sender, bool rtcp, std::vector<uint8_t> bytes) {
  std::vector<uint8_t> out = bytes;
  out.resize(bytes.size() + kSrtcpMaxOverhead);
  size_t size = 0;
  if (rtcp) {
    size = sender.protectRtcp(out.data(), bytes.size(), out.size());
  } else {
    for (size_t header = 12; header <= bytes.size() && size == 0; header += 4)
      size = sender.protect({.header = {bytes.data(), header},
                             .payload = {bytes.data() + header, bytes.size() - header}},
                            out);
  }
  if (size == 0) return bytes;
  out.resize(size);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const SrtpProfile profile =
      data[0] & 1 ? SrtpProfile::kAeadAes128Gcm : SrtpProfile::kAes128CmSha1_80;
  const bool rtcp = data[0] & 2, authentic = data[0] & 4;
  const SrtpKeys keys = keysOf(profile);
  SrtpSender sender(keys);
  SrtpReceiver receiver(keys);
  std::vector<uint8_t> packet(data + 1, data + size);
  if (authentic) packet = protectedBy(sender, rtcp, std::move(packet));

  const std::vector<uint8_t> wire = packet;
  size_t opened = packet.size();
  const SrtpStatus status = rtcp ? receiver.unprotectRtcp(packet.data(), opened)
                                 : receiver.unprotect(packet.data(), opened);
  if (opened > packet.size()) std::abort();
  if (status != SrtpStatus::kOk && opened != packet.size()) std::abort();
  if (status != SrtpStatus::kOk) return 0;
  if (!authentic) std::abort();  // 80 bits of tag were guessed.
  packet = wire;
  opened = packet.size();
  const SrtpStatus again = rtcp ? receiver.unprotectRtcp(packet.data(), opened)
                                : receiver.unprotect(packet.data(), opened);
  if (again != SrtpStatus::kReplayed) std::abort();
  return 0;
}
