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

void EgressSlot::beginEra(const SlotSource& source, std::shared_ptr<TrackHistory> history) {
  if (++era == 0) era = 1;
  eras[era % kEras] = {std::move(history), source, era};
}

void EgressSlot::remember(uint32_t index, const rtp::Rewritten& as, int64_t nowNs) {
  if (sent.empty()) sent.resize(kRemembered);
  sent[as.sequence % kRemembered] = {index,  as.timestamp, static_cast<uint32_t>(nowNs / kNsPerMs),
                                     as.ids, as.sequence,  era};
}

GstBuffer* EgressSlot::packetOf(const Sent& packet) const {
  const Era& of = eraOf(packet);
  return of.number == packet.era && of.history ? of.history->get(packet.index) : nullptr;
}

EgressSlot::Sent* EgressSlot::find(uint16_t sequence) {
  if (sent.empty()) return nullptr;
  Sent& packet = sent[sequence % kRemembered];
  return packet.era != 0 && packet.sequence == sequence && packetOf(packet) ? &packet : nullptr;
}

void EgressSlot::dropOld(int64_t nowNs) {
  for (Era& e : eras) {
    if (!e.history) continue;
    e.history->dropOld(nowNs);
    if (e.number != era && e.history->size() == 0) e.history.reset();
  }
}

void EgressSlot::forget() {
  sent.clear();
  for (Era& e : eras) e = {};
}

}  // namespace parlour::transport
