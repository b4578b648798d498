#include "transport/egress_worker.hpp"

#include <algorithm>
#include <iterator>

#include "base/clock.hpp"
#include "base/counter.hpp"
#include "base/log.hpp"
#include "transport/endpoint.hpp"
#include "transport/hub.hpp"

namespace parlour::transport {
namespace {

constexpr size_t kTransmitBytes = 512 * 1024;
constexpr size_t kRoomBytes = 2048;
constexpr int64_t kAskAgainNs = 100 * kNsPerMs;
constexpr int64_t kMaxWaitNs = 5 * kNsPerSecond;
constexpr int64_t kReportGridNs = 20 * kNsPerMs;  ///< Reports of many viewers share a wake-up.
/// As long as a publisher is not asked again (rtp::KeyFrameRequests).
constexpr int64_t kFreshKeyFrameNs = 300 * kNsPerMs;
constexpr size_t kForwardedAtOnce = 64;           ///< Fewer than a TrackHistory holds.

int64_t monotonicNs() { return SystemClock().nowNs(); }

}  // namespace

EgressWorker::EgressWorker(Hub& hub, size_t index)
    : hub_(hub), index_(index), transmit_(kTransmitBytes) {}

void EgressWorker::take(std::vector<InboxItem>& items) {
  if (local_.empty())
    local_.swap(items);
  else
    std::move(items.begin(), items.end(), std::back_inserter(local_));
  items.clear();
}

void EgressWorker::round(bool posted) {
  nowNs_ = monotonicNs();
  if (posted) {
    inbox_.take(items_);
    process(items_);
  }
  if (!local_.empty()) process(local_);
  retired_.clear();
  runTimers();
  flush();
  retired_.clear();
  countDelays(monotonicNs());
  bump(counters_.rounds);
}

void EgressWorker::process(std::vector<InboxItem>& items) {
  for (auto& item : items) {
    if (auto* packet = std::get_if<PacketItem>(&item)) {
      take(*packet);
      continue;
    }
    // Commands and RTCP act on the state that the packets before them left.
    for (auto* entry : touched_) forward(*entry);
    touched_.clear();
    if (auto* rtcp = std::get_if<RtcpItem>(&item))
      take(*rtcp);
    else
      std::get<CommandItem>(item).run(*this);
  }
  for (auto* entry : touched_) forward(*entry);
  touched_.clear();
  items.clear();
}

int EgressWorker::waitMs(int64_t nowNs) const {
  const int64_t wait = std::clamp<int64_t>(nextTimerNs_ - nowNs, 0, kMaxWaitNs);
  return static_cast<int>((wait + kNsPerMs - 1) / kNsPerMs);
}

// --- packets ---

void EgressWorker::take(PacketItem& item) {
  FanoutEntry* entry = item.fanout->entry(index_);
  if (!entry) return;
  if (entry->batch.empty()) touched_.push_back(entry);
  entry->batch.push_back(std::move(item.buffer));
}

void EgressWorker::forward(FanoutEntry& entry) {
  for (std::span<Buf<GstBuffer>> rest(entry.batch); !rest.empty();) {
    const size_t count = std::min(rest.size(), kForwardedAtOnce);
    forward(entry, rest.first(count));
    rest = rest.subspan(count);
  }
  entry.batch.clear();
}

void EgressWorker::forward(FanoutEntry& entry, std::span<Buf<GstBuffer>> some) {
  std::array<const rtp::ParsedPacket*, kForwardedAtOnce> packets;
  uint32_t index = 0;  // Of the first, in the history.
  for (size_t i = 0; i < some.size(); ++i) {
    packets[i] = &parlour_buffer_get_rtp_meta(some[i].get())->packet;
    if (!entry.history) continue;
    const uint32_t at = entry.history->add(std::move(some[i]), nowNs_);
    if (i == 0) index = at;
    if (packets[i]->keyFrame) entry.history->markKeyFrame(at);
  }
  const int64_t arrivedNs = packets[0]->arrivalNs;
  bool sent = false;
  // Slot by slot, so that a subscriber's packets of this round lie side by side in the transmit
  // buffer and leave as one run. A switch may take a slot out of another entry, never of this one.
  for (EgressSlot* slot : entry.slots) {
    if (!mayAddress(slot->subscriber)) continue;
    for (size_t i = 0; i < some.size(); ++i) {
      if (slot->live != &entry && !activate(*slot, entry, *packets[i])) continue;
      emit(*slot, *packets[i], index + static_cast<uint32_t>(i));
      sent = true;
    }
  }
  if (sent) arrivedNs_.push_back(arrivedNs);
}

void EgressWorker::countDelays(int64_t sentNs) {
  for (const int64_t arrivedNs : arrivedNs_)
    counters_.delay.observe(static_cast<uint64_t>(std::max<int64_t>(sentNs - arrivedNs, 0)));
  arrivedNs_.clear();
}

/// Lets a waiting slot switch where this packet allows it.
bool EgressWorker::activate(EgressSlot& slot, FanoutEntry& entry, const rtp::ParsedPacket& first) {
  if (slot.waiting != &entry) return false;
  if (entry.fanout->video && !first.keyFrame) return false;
  if (!slot.waitingSource.takes(first.codec)) return false;
  FanoutEntry* before = slot.live;
  slot.live = &entry;
  if (auto& began = slot.counters->firstPacketNs; began.load(std::memory_order_relaxed) == 0)
    began.store(nowNs_, std::memory_order_relaxed);
  slot.beginEra(slot.waitingSource, entry.history);
  slot.waiting = nullptr;
  --entry.waiting;
  slot.rewriter.startSource(first, entry.fanout->clockRate, first.arrivalNs);
  if (before && before != &entry) abandon(slot, before);
  // Report soon after a switch: receivers pair audio and video by it.
  slot.reportDue = true;
  reportSoon(slot.subscriber, nowNs_);
  return true;
}

/// An empty slot need not wait for the next key frame where the last one has just passed: a
/// publisher gives no other one so soon. False where it has to.
bool EgressWorker::startFromHistory(EgressSlot& slot) {
  FanoutEntry& entry = *slot.waiting;
  if (slot.live || !entry.history || !mayAddress(slot.subscriber)) return false;
  const auto first = entry.history->recentKeyFrame(nowNs_, kFreshKeyFrameNs);
  if (!first) return false;
  for (uint32_t index = *first; index != entry.history->end(); ++index) {
    const auto& packet = parlour_buffer_get_rtp_meta(entry.history->get(index))->packet;
    if (slot.live != &entry && !activate(slot, entry, packet)) return false;
    emit(slot, packet, index);
  }
  return true;
}

void EgressWorker::reportSoon(Subscriber& subscriber, int64_t atNs) {
  subscriber.reportAtNs = (atNs + kReportGridNs - 1) / kReportGridNs * kReportGridNs;
  wakeAt(subscriber.reportAtNs);
}

/// Writes and queues `packet` for the slot's subscriber, with `header`'s numbers; marker and MID are
/// filled in here. Counts what cannot be sent.
bool EgressWorker::send(EgressSlot& slot, const rtp::ParsedPacket& packet,
                        const rtp::PayloadPatch& ids, rtp::OutgoingHeader header,
                        std::span<const uint8_t> prefix, SrtpUse use) {
  header.marker = packet.marker;
  header.mid = slot.identity.mid;
  const auto out = room();
  const size_t headerSize = rtp::writeHeader(out, header, slot.identity.extensions, packet);
  std::array<PatchByte, 6> patch;
  for (uint8_t i = 0; i < ids.count; ++i) patch[i] = {ids.bytes[i].offset, ids.bytes[i].value};
  const size_t size = headerSize == 0 ? 0
                                      : slot.subscriber.srtp->protectLater(
                                            {.header = out.first(headerSize),
                                             .prefix = prefix,
                                             .payload = packet.payload(),
                                             .patch = {patch.data(), ids.count}},
                                            out, engine_, use);
  if (size == 0) {
    bump(counters_.refused);
    return false;
  }
  queue(slot.subscriber, size);
  return true;
}

void EgressWorker::emit(EgressSlot& slot, const rtp::ParsedPacket& packet, uint32_t index) {
  Subscriber& subscriber = slot.subscriber;
  const SlotSource& source = slot.source();
  // A publisher that changed its codec: control fills the slot anew.
  rtp::Rewritten as;
  if (source.takes(packet.codec))
    as = slot.rewriter.rewrite(packet);
  else
    as.drop = true;
  if (as.drop) {
    bump(slot.counters->dropped);
    bump(counters_.unwanted);
    return;
  }
  if (!send(slot, packet, as.patch,
            {.payloadType = source.payloadType,
             .sequence = as.sequence,
             .timestamp = as.timestamp,
             .ssrc = slot.identity.ssrc,
             .csrc = source.csrc}))
    return;
  if (slot.identity.video) slot.remember(index, as, nowNs_);
  ++slot.sentPackets;
  slot.sentOctets += packet.payloadSize;
  slot.lastSentNs = nowNs_;
  slot.reportDue = true;
  if (subscriber.reportAtNs == 0) reportSoon(subscriber, nowNs_ + kNsPerSecond);
  bump(slot.counters->packets);
  bump<uint64_t>(slot.counters->bytes, packet.payloadSize);
}

void EgressWorker::retransmit(EgressSlot& slot, uint16_t sequence) {
  auto* sent = slot.find(sequence);
  Subscriber& subscriber = slot.subscriber;
  // A NACK may name a packet again before the repeat can have arrived.
  const auto nowMs = static_cast<uint32_t>(nowNs_ / kNsPerMs);
  const int64_t spacingMs =
      std::clamp<int64_t>(slot.counters->rttNs.load(std::memory_order_relaxed) / kNsPerMs, 10, 100);
  if (!sent || nowMs - sent->lastSentMs < spacingMs || !mayAddress(subscriber)) return;
  const auto& packet = parlour_buffer_get_rtp_meta(slot.packetOf(*sent))->packet;
  const SlotSource& source = slot.eraOf(*sent).source;
  const bool rtx = source.rtxPayloadType >= 0 && slot.identity.rtxSsrc != 0;
  const std::array<uint8_t, 2> osn{static_cast<uint8_t>(sequence >> 8),
                                   static_cast<uint8_t>(sequence)};
  const rtp::OutgoingHeader numbers{
      .payloadType = rtx ? static_cast<uint8_t>(source.rtxPayloadType) : source.payloadType,
      .sequence = rtx ? slot.rtxSequence++ : sequence,
      .timestamp = sent->timestamp,
      .ssrc = rtx ? slot.identity.rtxSsrc : slot.identity.ssrc,
      .csrc = source.csrc};
  const rtp::PayloadPatch ids = rtp::patchFor(packet, sent->ids);
  const bool queued = rtx ? send(slot, packet, ids, numbers, osn)
                          : send(slot, packet, ids, numbers, {}, SrtpUse::kResend);
  if (!queued) return;
  sent->lastSentMs = nowMs;
  bump(slot.counters->retransmitted);
  bump(counters_.retransmitted);
}

// --- the transmit buffer ---

bool EgressWorker::mayAddress(Subscriber& subscriber) {
  if (!subscriber.srtp || subscriber.endpoint->closed()) return false;
  const uint32_t version = subscriber.endpoint->flowVersion();
  if (version != subscriber.flowVersion) {
    flush();  // What is queued points to the flow of before.
    subscriber.flow = subscriber.endpoint->flow();
    subscriber.flowVersion = version;
  }
  // Consent (RFC 7675): nothing is sent to an address that stopped asking for it.
  return subscriber.flow.valid() &&
         nowNs_ - subscriber.endpoint->lastCheckNs() < hub_.options().consentNs;
}

std::span<uint8_t> EgressWorker::room() {
  if (used_ + kRoomBytes > transmit_.size()) {
    flush();
    countDelays(monotonicNs());
  }
  return {transmit_.data() + used_, kRoomBytes};
}

void EgressWorker::queue(Subscriber& subscriber, size_t size) {
  queued_.push_back({&subscriber, static_cast<uint32_t>(used_), static_cast<uint16_t>(size)});
  used_ += size;
}

void EgressWorker::flush() {
  if (queued_.empty()) return;
  engine_.sign();
  outgoing_.clear();
  uint64_t bytes = 0;
  const bool segmentation = hub_.segmentation();
  const Subscriber* last = nullptr;
  size_t segments = 0;
  bool closed = true;
  for (const auto& q : queued_) {
    bytes += q.size;
    // A run: one destination, equal sizes, the last may be shorter (UDP_SEGMENT).
    Outgoing* run = outgoing_.empty() ? nullptr : &outgoing_.back();
    const uint32_t unit = run ? (run->segment ? run->segment : run->size) : 0;
    if (segmentation && run && last == q.subscriber && !closed && q.size <= unit &&
        segments < UdpSocket::kMaxSegments && run->size + q.size < 65000) {
      run->segment = static_cast<uint16_t>(unit);
      run->size += q.size;
      ++segments;
      closed = q.size < unit;
      continue;
    }
    outgoing_.push_back({&q.subscriber->flow, transmit_.data() + q.offset, q.size, 0});
    last = q.subscriber;
    segments = 1;
    closed = false;
  }
  const SendCounts counts = hub_.send(outgoing_);
  bump<uint64_t>(counters_.packets, counts.sent);
  bump<uint64_t>(counters_.dropped, counts.dropped);
  bump(counters_.bytes, bytes);
  queued_.clear();
  used_ = 0;
}

// --- timers ---

void EgressWorker::runTimers() {
  if (nowNs_ < nextTimerNs_) return;
  nextTimerNs_ = INT64_MAX;
  for (auto& [id, entry] : entries_) {
    if (entry->waiting == 0) continue;
    if (nowNs_ < entry->askAgainNs) {
      wakeAt(entry->askAgainNs);
      continue;
    }
    wakeAt(entry->askAgainNs = nowNs_ + kAskAgainNs);
    const auto ready = [this, e = entry.get()](EgressSlot* s) {
      return s->waiting == e && mayAddress(s->subscriber);
    };
    if (entry->fanout->video && std::any_of(entry->slots.begin(), entry->slots.end(), ready))
      entry->fanout->requestKeyFrame();
  }
  for (auto& [endpoint, subscriber] : subscribers_) {
    if (subscriber->reportAtNs != 0 && nowNs_ >= subscriber->reportAtNs) sendReports(*subscriber);
    if (subscriber->reportAtNs != 0) wakeAt(subscriber->reportAtNs);
  }
}

// --- commands ---

Subscriber* EgressWorker::find(const Endpoint* endpoint) {
  const auto it = subscribers_.find(endpoint);
  return it == subscribers_.end() ? nullptr : it->second.get();
}

void EgressWorker::addSubscriber(const std::shared_ptr<Endpoint>& endpoint) {
  subscribers_.emplace(endpoint.get(), std::make_unique<Subscriber>(endpoint));
}

void EgressWorker::setKeys(const Endpoint* endpoint, const SrtpKeys& keys) {
  Subscriber* subscriber = find(endpoint);
  if (!subscriber || subscriber->srtp) return;  // One DTLS association, one set of keys.
  subscriber->srtp.emplace(keys);
  for (auto& slot : subscriber->slots)
    if (slot->waiting && !startFromHistory(*slot)) slot->waiting->askAgainNs = 0;
  wakeAt(nowNs_);
}

void EgressWorker::removeSubscriber(const Endpoint* endpoint) {
  Subscriber* subscriber = find(endpoint);
  if (!subscriber) return;
  flush();
  for (auto& slot : subscriber->slots) empty(*slot);
  subscribers_.erase(endpoint);
}

void EgressWorker::setSlots(
    const Endpoint* endpoint,
    std::vector<std::pair<SlotIdentity, std::shared_ptr<SlotCounters>>> wanted) {
  Subscriber* subscriber = find(endpoint);
  if (!subscriber) return;
  std::vector<std::unique_ptr<EgressSlot>> slots;
  for (auto& [identity, counters] : wanted) {
    auto same = std::find_if(
        subscriber->slots.begin(), subscriber->slots.end(),
        [ssrc = identity.ssrc](auto& s) { return s && s->identity.ssrc == ssrc; });
    if (same != subscriber->slots.end()) {
      (*same)->identity = std::move(identity);
      slots.push_back(std::move(*same));
    } else {
      slots.push_back(std::make_unique<EgressSlot>(*subscriber, std::move(identity), counters));
    }
  }
  for (auto& slot : subscriber->slots)
    if (slot) empty(*slot);
  subscriber->slots = std::move(slots);
}

void EgressWorker::fillSlot(const Endpoint* endpoint, const std::string& mid,
                            const std::shared_ptr<TrackFanout>& fanout, const SlotSource& source) {
  Subscriber* subscriber = find(endpoint);
  if (!subscriber) return;
  const auto it = std::find_if(subscriber->slots.begin(), subscriber->slots.end(),
                               [&](auto& s) { return s->identity.mid == mid; });
  if (it == subscriber->slots.end()) return;
  EgressSlot& slot = **it;
  if (!fanout) return empty(slot);
  FanoutEntry* entry = entryOf(fanout);
  if (slot.waiting && slot.waiting != entry) {
    FanoutEntry* before = std::exchange(slot.waiting, nullptr);
    --before->waiting;
    if (before != slot.live) abandon(slot, before);
  }
  if (slot.live == entry && slot.source().codec == source.codec) {
    // Back before the other source had its key frame, or the same under another name.
    slot.beginEra(source, entry->history);
    return;
  }
  if (slot.live == entry) slot.live = nullptr;  // Another codec: from its next key frame.
  slot.waitingSource = source;
  if (slot.waiting == entry) return;
  slot.waiting = entry;
  enter(slot, *entry);
  ++entry->waiting;
  if (startFromHistory(slot)) return;
  entry->askAgainNs = 0;
  wakeAt(nowNs_);
}

void EgressWorker::removeFanout(const std::shared_ptr<TrackFanout>& fanout) {
  FanoutEntry* entry = fanout->entry(index_);
  if (!entry) return;
  for (EgressSlot* slot : std::vector<EgressSlot*>(entry->slots)) {
    if (slot->waiting == entry) {
      slot->waiting = nullptr;
      --entry->waiting;
    }
    if (slot->live == entry) slot->live = nullptr;
  }
  entry->slots.clear();
  dropEntryIfUnused(entry);
}

FanoutEntry* EgressWorker::entryOf(const std::shared_ptr<TrackFanout>& fanout) {
  auto& entry = entries_[fanout->id];
  if (!entry) {
    entry = std::make_unique<FanoutEntry>();
    entry->fanout = fanout;
    if (fanout->video) entry->history = std::make_shared<TrackHistory>();
    fanout->entry(index_) = entry.get();
    fanout->listen(index_, true);
  }
  return entry.get();
}

void EgressWorker::enter(EgressSlot& slot, FanoutEntry& entry) {
  if (std::find(entry.slots.begin(), entry.slots.end(), &slot) == entry.slots.end())
    entry.slots.push_back(&slot);
}

/// The slot no longer takes part in `entry`.
void EgressWorker::abandon(EgressSlot& slot, FanoutEntry* entry) {
  std::erase(entry->slots, &slot);
  dropEntryIfUnused(entry);
}

void EgressWorker::empty(EgressSlot& slot) {
  FanoutEntry* live = std::exchange(slot.live, nullptr);
  FanoutEntry* waiting = std::exchange(slot.waiting, nullptr);
  if (waiting) --waiting->waiting;
  if (live) abandon(slot, live);
  if (waiting && waiting != live) abandon(slot, waiting);
  slot.forget();
}

void EgressWorker::dropEntryIfUnused(FanoutEntry* entry) {
  if (!entry->slots.empty() || entry->fanout->entry(index_) != entry) return;
  entry->fanout->listen(index_, false);
  entry->fanout->entry(index_) = nullptr;
  // This round may still hold it; it goes when the round ends.
  auto node = entries_.extract(entry->fanout->id);
  retired_.push_back(std::move(node.mapped()));
}

}  // namespace parlour::transport
