#include "transport/egress_worker.hpp"

#include <poll.h>
#include <pthread.h>

#include <algorithm>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "transport/endpoint.hpp"
#include "transport/hub.hpp"

namespace parlour::transport {
namespace {

constexpr size_t kTransmitBytes = 512 * 1024;
constexpr size_t kRoomBytes = 2048;
constexpr int64_t kAskAgainNs = 100 * kNsPerMs;
constexpr int64_t kMaxWaitNs = kNsPerSecond;

int64_t monotonicNs() { return SystemClock().nowNs(); }

}  // namespace

EgressWorker::EgressWorker(Hub& hub, size_t index)
    : hub_(hub), index_(index), transmit_(kTransmitBytes) {}

EgressWorker::~EgressWorker() { stop(); }

void EgressWorker::start() {
  aliveNs_ = monotonicNs();
  thread_ = std::thread([this] {
    const std::string name = "egress-" + std::to_string(index_);
    pthread_setname_np(pthread_self(), name.c_str());
    run();
  });
}

void EgressWorker::stop() {
  if (!thread_.joinable()) return;
  post(CommandItem{[](EgressWorker& w) { w.stopping_ = true; }});
  thread_.join();
}

uint64_t EgressWorker::cpuNs() const {
  clockid_t clock;
  timespec spent{};
  if (!thread_.joinable() ||
      pthread_getcpuclockid(const_cast<std::thread&>(thread_).native_handle(), &clock) != 0 ||
      clock_gettime(clock, &spent) != 0)
    return 0;
  return static_cast<uint64_t>(spent.tv_sec) * kNsPerSecond + static_cast<uint64_t>(spent.tv_nsec);
}

void EgressWorker::run() {
  while (!stopping_) {
    pollfd fd{inbox_.fd(), POLLIN, 0};
    nowNs_ = monotonicNs();
    poll(&fd, 1, waitMs(nowNs_));
    round();
  }
}

void EgressWorker::round() {
  const int64_t begin = nowNs_ = monotonicNs();
  inbox_.take(items_);
  for (auto& item : items_) {
    if (auto* packet = std::get_if<PacketItem>(&item)) {
      take(*packet);
      continue;
    }
    // Commands and RTCP act on the state that the packets before them left.
    for (auto* entry : std::exchange(touched_, {})) forward(*entry);
    if (auto* rtcp = std::get_if<RtcpItem>(&item))
      take(*rtcp);
    else
      std::get<CommandItem>(item).run(*this);
  }
  for (auto* entry : touched_) forward(*entry);
  touched_.clear();
  items_.clear();
  retired_.clear();
  runTimers();
  flush();
  retired_.clear();
  const int64_t end = monotonicNs();
  counters_.rounds.fetch_add(1, std::memory_order_relaxed);
  counters_.busyNs.fetch_add(static_cast<uint64_t>(end - begin), std::memory_order_relaxed);
  aliveNs_.store(end, std::memory_order_relaxed);
}

int EgressWorker::waitMs(int64_t nowNs) const {
  int64_t until = nowNs + 5 * kMaxWaitNs;
  for (const auto& [id, entry] : entries_)
    if (entry->waiting > 0) until = std::min(until, std::max(entry->askAgainNs, nowNs));
  for (const auto& [endpoint, subscriber] : subscribers_)
    if (subscriber->reportAtNs != 0) until = std::min(until, std::max(subscriber->reportAtNs, nowNs));
  return static_cast<int>((until - nowNs + kNsPerMs - 1) / kNsPerMs);
}

// --- packets ---

void EgressWorker::take(PacketItem& item) {
  FanoutEntry* entry = item.fanout->entry(index_);
  if (!entry) return;
  if (entry->batch.empty()) touched_.push_back(entry);
  entry->batch.push_back(std::move(item.buffer));
}

void EgressWorker::forward(FanoutEntry& entry) {
  // Slot by slot, so that a subscriber's packets of this round lie side by side in the transmit
  // buffer and leave as one run.
  for (size_t i = 0; i < entry.slots.size(); ++i) {
    EgressSlot& slot = *entry.slots[i];
    for (const auto& buffer : entry.batch) {
      const auto& packet = parlour_buffer_get_rtp_meta(buffer.get())->packet;
      if (slot.live != &entry && !activate(slot, entry, packet)) continue;
      emit(slot, buffer.get(), packet);
    }
  }
  entry.batch.clear();
}

/// Lets a waiting slot switch where this packet allows it.
bool EgressWorker::activate(EgressSlot& slot, FanoutEntry& entry, const rtp::ParsedPacket& first) {
  if (slot.waiting != &entry || !mayAddress(slot.subscriber)) return false;
  if (entry.fanout->video && !first.keyFrame) return false;
  if (!slot.waitingSource.takes(first.codec)) return false;
  FanoutEntry* before = slot.live;
  slot.live = &entry;
  slot.liveSource = slot.waitingSource;
  slot.waiting = nullptr;
  --entry.waiting;
  slot.rewriter.startSource(first, entry.fanout->clockRate, first.arrivalNs);
  if (before && before != &entry) abandon(slot, before);
  // Report soon after a switch: receivers pair audio and video by it.
  slot.reportDue = true;
  slot.subscriber.reportAtNs = nowNs_;
  return true;
}

void EgressWorker::emit(EgressSlot& slot, GstBuffer* buffer, const rtp::ParsedPacket& packet) {
  Subscriber& subscriber = slot.subscriber;
  if (!mayAddress(subscriber)) return;
  if (!slot.liveSource.takes(packet.codec)) {
    // The publisher changed its codec; control fills the slot anew.
    slot.counters->dropped.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  const rtp::Rewritten as = slot.rewriter.rewrite(packet);
  if (as.drop) {
    slot.counters->dropped.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  const auto out = room();
  rtp::OutgoingHeader header;
  header.payloadType = slot.liveSource.payloadType;
  header.marker = packet.marker;
  header.sequence = as.sequence;
  header.timestamp = as.timestamp;
  header.ssrc = slot.identity.ssrc;
  header.csrc = slot.liveSource.csrc;
  header.mid = slot.identity.mid;
  const size_t headerSize = rtp::writeHeader(out, header, slot.identity.extensions, packet);
  std::array<PatchByte, 6> patch;
  for (uint8_t i = 0; i < as.patch.count; ++i)
    patch[i] = {as.patch.bytes[i].offset, as.patch.bytes[i].value};
  const size_t size = headerSize == 0 ? 0
                                      : subscriber.srtp->protect(
                                            {.header = out.first(headerSize),
                                             .payload = packet.payload(),
                                             .patch = {patch.data(), as.patch.count}},
                                            out);
  if (size == 0) {
    counters_.refused.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  queue(subscriber, size);
  if (slot.identity.video) slot.remember(buffer, as, nowNs_);
  ++slot.sentPackets;
  slot.sentOctets += packet.payloadSize;
  slot.lastSentNs = nowNs_;
  slot.reportDue = true;
  if (subscriber.reportAtNs == 0) subscriber.reportAtNs = nowNs_ + kNsPerSecond;
  slot.counters->packets.fetch_add(1, std::memory_order_relaxed);
  slot.counters->bytes.fetch_add(packet.payloadSize, std::memory_order_relaxed);
}

void EgressWorker::retransmit(EgressSlot& slot, uint16_t sequence) {
  auto* sent = slot.find(sequence);
  Subscriber& subscriber = slot.subscriber;
  // A NACK may name a packet again before the repeat can have arrived.
  const int64_t spacing = std::clamp<int64_t>(slot.counters->rttNs, 10 * kNsPerMs, 100 * kNsPerMs);
  if (!sent || nowNs_ - sent->lastSentNs < spacing || !mayAddress(subscriber)) return;
  const auto& packet = parlour_buffer_get_rtp_meta(sent->buffer.get())->packet;
  const bool rtx = sent->source.rtxPayloadType >= 0 && slot.identity.rtxSsrc != 0;
  const auto out = room();
  rtp::OutgoingHeader header;
  header.payloadType =
      rtx ? static_cast<uint8_t>(sent->source.rtxPayloadType) : sent->source.payloadType;
  header.marker = packet.marker;
  header.sequence = rtx ? slot.rtxSequence++ : sequence;
  header.timestamp = sent->timestamp;
  header.ssrc = rtx ? slot.identity.rtxSsrc : slot.identity.ssrc;
  header.csrc = sent->source.csrc;
  header.mid = slot.identity.mid;
  const size_t headerSize = rtp::writeHeader(out, header, slot.identity.extensions, packet);
  const rtp::PayloadPatch ids = rtp::patchFor(packet, sent->ids);
  std::array<PatchByte, 6> patch;
  for (uint8_t i = 0; i < ids.count; ++i) patch[i] = {ids.bytes[i].offset, ids.bytes[i].value};
  const std::array<uint8_t, 2> osn{static_cast<uint8_t>(sequence >> 8),
                                   static_cast<uint8_t>(sequence)};
  const size_t size =
      headerSize == 0
          ? 0
          : subscriber.srtp->protect({.header = out.first(headerSize),
                                      .prefix = rtx ? std::span<const uint8_t>(osn)
                                                    : std::span<const uint8_t>(),
                                      .payload = packet.payload(),
                                      .patch = {patch.data(), ids.count}},
                                     out, rtx ? SrtpUse::kFirst : SrtpUse::kResend);
  if (size == 0) {
    counters_.refused.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  queue(subscriber, size);
  sent->lastSentNs = nowNs_;
  slot.counters->retransmitted.fetch_add(1, std::memory_order_relaxed);
  counters_.retransmitted.fetch_add(1, std::memory_order_relaxed);
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
  if (used_ + kRoomBytes > transmit_.size()) flush();
  return {transmit_.data() + used_, kRoomBytes};
}

void EgressWorker::queue(Subscriber& subscriber, size_t size) {
  queued_.push_back({&subscriber, static_cast<uint32_t>(used_), static_cast<uint16_t>(size)});
  used_ += size;
}

void EgressWorker::flush() {
  if (queued_.empty()) return;
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
  counters_.packets.fetch_add(counts.sent, std::memory_order_relaxed);
  counters_.dropped.fetch_add(counts.dropped, std::memory_order_relaxed);
  counters_.bytes.fetch_add(bytes, std::memory_order_relaxed);
  queued_.clear();
  used_ = 0;
}

// --- timers ---

void EgressWorker::runTimers() {
  for (auto& [id, entry] : entries_) {
    if (entry->waiting == 0 || nowNs_ < entry->askAgainNs) continue;
    entry->askAgainNs = nowNs_ + kAskAgainNs;
    const bool ready = std::any_of(entry->slots.begin(), entry->slots.end(), [&](EgressSlot* s) {
      return s->waiting == entry.get() && mayAddress(s->subscriber);
    });
    if (ready && entry->fanout->video) entry->fanout->requestKeyFrame();
  }
  for (auto& [endpoint, subscriber] : subscribers_)
    if (subscriber->reportAtNs != 0 && nowNs_ >= subscriber->reportAtNs) sendReports(*subscriber);
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
    if (slot->waiting) slot->waiting->askAgainNs = 0;
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
    auto same = std::find_if(subscriber->slots.begin(), subscriber->slots.end(), [&](auto& s) {
      return s && s->identity.ssrc == identity.ssrc;
    });
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
  if (slot.live == entry && slot.liveSource.codec == source.codec) {
    // Back before the other source had its key frame, or the same under another name.
    slot.liveSource = source;
    return;
  }
  if (slot.live == entry) slot.live = nullptr;  // Another codec: from its next key frame.
  slot.waitingSource = source;
  if (slot.waiting == entry) return;
  slot.waiting = entry;
  enter(slot, *entry);
  ++entry->waiting;
  entry->askAgainNs = 0;
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
  slot.history.clear();
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
