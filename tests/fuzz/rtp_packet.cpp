// Bytes from the network as an RTP packet: parsed within its bounds, written out again for a
// subscriber, and unwrapped as a retransmission.
#include <cstring>

#include "rtp/header_writer.hpp"
#include "rtp/rtx.hpp"
#include "rtp_bytes.hpp"

using namespace parlour::rtp;
using parlour::fuzz::require;

namespace {

bool inside(const ParsedPacket& packet, std::span<const uint8_t> part) {
  return part.empty() ||
         (part.data() >= packet.data && part.data() + part.size() <= packet.data + packet.size);
}

void checkBounds(const ParsedPacket& packet) {
  require(packet.payloadOffset + packet.payloadSize <= packet.size);
  require(inside(packet, packet.payload()));
  for (size_t i = 0; i < kExtensionCount; ++i)
    require(inside(packet, packet.extension(static_cast<Extension>(i))));
}

/// What is written parses again, with the same content under the subscriber's ids.
void checkWrite(const ParsedPacket& packet, const ExtensionMap& map, uint8_t shift) {
  ExtensionIds ids{};
  ExtensionMap subscriber = emptyExtensionMap();
  for (size_t i = 0; i < kExtensionCount; ++i) {
    ids[i] = static_cast<uint8_t>(1 + (i + shift) % 255);
    subscriber[ids[i]] = static_cast<Extension>(i);
  }
  uint8_t out[2048];
  const OutgoingHeader header = {.payloadType = packet.payloadType,
                                 .sequence = 7,
                                 .csrc = 9,
                                 .mid = "mid",
                                 .transportSequence = 11};
  const size_t size = writeHeader(out, header, ids, packet);
  ParsedPacket again;
  require(size > 0 && parse(out, size, subscriber, again));
  require(again.payloadOffset == size && again.csrcCount == 1);
  for (const Extension meaning : {Extension::kAudioLevel, Extension::kColorSpace}) {
    const auto a = packet.extension(meaning), b = again.extension(meaning);
    require(std::equal(a.begin(), a.end(), b.begin(), b.end()));
  }
  require(map.size() == subscriber.size());
}

void checkUnwrap(ParsedPacket packet, const ExtensionMap& map) {
  if (!unwrapRtx(packet, 0x01020304, 96)) return;
  ParsedPacket again;
  require(parse(packet.data, packet.size, map, again));
  require(again.ssrc == 0x01020304 && again.payloadType == 96);
  require(again.sequence == packet.sequence && again.marker == packet.marker);
  require(again.payloadSize == packet.payloadSize && again.payloadSize > 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  parlour::fuzz::Input input(data, size);
  const uint8_t shift = input.byte();
  std::vector<uint8_t> bytes = input.rest();
  const ExtensionMap map = parlour::fuzz::everyExtension();
  ParsedPacket packet;
  if (!parse(bytes.data(), bytes.size(), map, packet)) return 0;
  checkBounds(packet);
  for (int codec = 0; codec <= static_cast<int>(Codec::kRtx); ++codec)
    classify(static_cast<Codec>(codec), packet);
  checkWrite(packet, map, shift);
  checkUnwrap(packet, map);
  return 0;
}
