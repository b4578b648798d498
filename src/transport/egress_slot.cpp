#include "transport/egress_slot.hpp"

#include <openssl/rand.h>

namespace parlour::transport {
namespace {
uint32_t random32() {
  uint32_t value = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&value), sizeof value);
  return value;
}
}  // namespace

// A first sequence below 2^15 keeps the roll-over counters of both ends in step (RFC 3711 3.3.1).
EgressSlot::EgressSlot(Subscriber& owner, SlotIdentity name, std::shared_ptr<SlotCounters> counts)
    : subscriber(owner),
      identity(std::move(name)),
      counters(std::move(counts)),
      rewriter(static_cast<uint16_t>(random32() & 0x3fff), random32()),
      rtxSequence(static_cast<uint16_t>(random32() & 0x3fff)) {}

EgressSlot::Sent* EgressSlot::find(uint16_t sequence) {
  if (history.empty()) return nullptr;
  Sent& sent = history[sequence % kHistory];
  return sent.buffer && sent.sequence == sequence ? &sent : nullptr;
}

void EgressSlot::remember(GstBuffer* buffer, const rtp::Rewritten& as, int64_t nowNs) {
  if (history.empty()) history.resize(kHistory);
  Sent& sent = history[as.sequence % kHistory];
  sent.buffer = Buf<GstBuffer>::share(buffer);
  sent.lastSentNs = nowNs;
  sent.timestamp = as.timestamp;
  sent.ids = as.ids;
  sent.source = liveSource;
  sent.sequence = as.sequence;
}

}  // namespace parlour::transport
