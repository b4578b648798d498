// Any order of packets, skips and switches: no output sequence is used for two packets, and a
// source's output never goes back before its start.
#include <map>

#include "rtp/slot_rewriter.hpp"
#include "rtp_bytes.hpp"

using namespace parlour::rtp;
using parlour::fuzz::require;

namespace {

struct Used {
  uint32_t source;
  uint16_t input;
  bool operator==(const Used&) const = default;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  parlour::fuzz::Input input(data, size);
  const uint16_t first = input.word();
  SlotRewriter rewriter(first, input.word());
  Unwrapper<uint16_t> outputs;
  outputs.unwrap(static_cast<uint16_t>(first - 1));
  std::map<int64_t, Used> used;
  uint32_t source = 0;
  uint16_t newest = 0;
  int64_t nowNs = 0;
  while (!input.empty()) {
    const uint8_t what = input.byte();
    const uint8_t step = input.byte();
    nowNs += what * int64_t{1'000'000};
    std::vector<uint8_t> payload = input.take(what % 16);
    ParsedPacket packet;
    packet.data = payload.data();
    packet.size = packet.payloadSize = static_cast<uint16_t>(payload.size());
    packet.codec = what & 0x10 ? Codec::kVp8 : Codec::kVp9;
    packet.arrivalNs = nowNs;
    // Mostly one on, at times a jump or a late one.
    packet.sequence = static_cast<uint16_t>(newest + (step < 0xC0 ? step % 4 : 0xD0 - step));
    if (source == 0 || what >= 0xF8) {
      packet.ssrc = ++source;
      packet.sequence = static_cast<uint16_t>(step * 257);
      newest = packet.sequence;
      rewriter.startSource(packet, 90000, nowNs);
    }
    packet.ssrc = source;
    if (isNewer(packet.sequence, newest)) newest = packet.sequence;
    if ((what & 0x60) == 0x60) {
      rewriter.skip(packet);
      continue;
    }
    const Rewritten out = rewriter.rewrite(packet);
    if (out.drop) continue;
    for (uint8_t i = 0; i < out.patch.count; ++i)
      require(out.patch.bytes[i].offset < payload.size());
    const int64_t sequence = outputs.unwrap(out.sequence);
    const Used use = {source, packet.sequence};
    require(used.try_emplace(sequence, use).first->second == use);
  }
  return 0;
}
