// The RTCP half of EgressWorker: sender reports out, receivers' feedback in.
// Sources: RFC 3550 section 6.4, RFC 4585, RFC 5104.
#include <algorithm>
#include <array>

#include "base/clock.hpp"
#include "base/counter.hpp"
#include "transport/egress_worker.hpp"
#include "transport/endpoint.hpp"
#include "transport/hub.hpp"

namespace parlour::transport {
namespace {

constexpr int64_t kReportIntervalNs = kNsPerSecond;
constexpr size_t kRtcpBytes = 1400;

}  // namespace

void EgressWorker::take(RtcpItem& item) {
  Subscriber* subscriber = find(item.endpoint.get());
  if (!subscriber) return;
  if (item.outgoing)
    sendRtcp(*subscriber, item.compound);
  else
    hearRtcp(*subscriber, item.compound);
}

void EgressWorker::sendRtcp(Subscriber& subscriber, std::span<const uint8_t> compound) {
  if (!mayAddress(subscriber) || compound.size() + kSrtcpMaxOverhead > kRtcpBytes + 100) return;
  const auto out = room();
  std::copy(compound.begin(), compound.end(), out.begin());
  const size_t size = subscriber.srtp->protectRtcp(out.data(), compound.size(), out.size());
  if (size != 0) queue(subscriber, size);
}

EgressSlot* EgressWorker::slotBySsrc(Subscriber& subscriber, uint32_t ssrc) {
  for (auto& slot : subscriber.slots)
    if (slot->identity.ssrc == ssrc) return slot.get();
  return nullptr;
}

void EgressWorker::hearRtcp(Subscriber& subscriber, std::span<const uint8_t> compound) {
  rtp::RtcpReader reader(compound);
  rtp::RtcpPacket packet;
  const auto wantKeyFrame = [&](uint32_t ssrc) {
    EgressSlot* slot = slotBySsrc(subscriber, ssrc);
    if (!slot) return;
    bump(slot->counters->plis);
    bump(counters_.keyFrameRequests);
    if (slot->live) slot->live->fanout->requestKeyFrame();
  };
  while (reader.next(packet)) {
    switch (packet.kind) {
      case rtp::RtcpKind::kSenderReport:
      case rtp::RtcpKind::kReceiverReport:
        hearReport(subscriber, packet);
        break;
      case rtp::RtcpKind::kNack: {
        EgressSlot* slot = slotBySsrc(subscriber, packet.mediaSsrc);
        if (!slot) break;
        rtp::NackReader nacks(packet);
        for (uint16_t sequence; nacks.next(sequence);) {
          bump(slot->counters->nacks);
          bump(counters_.nacks);
          retransmit(*slot, sequence);
        }
        break;
      }
      case rtp::RtcpKind::kPli:
        wantKeyFrame(packet.mediaSsrc);
        break;
      case rtp::RtcpKind::kFir: {
        uint32_t ssrc;
        uint8_t sequence;
        for (size_t i = 0; rtp::readFir(packet, i, ssrc, sequence); ++i) wantKeyFrame(ssrc);
        break;
      }
      default:
        break;
    }
  }
}

void EgressWorker::hearReport(Subscriber& subscriber, const rtp::RtcpPacket& packet) {
  const uint64_t nowNtp = rtp::ntpOfWallNs(SystemClock().wallNs());
  rtp::ReportBlock block;
  for (size_t i = 0; rtp::readReportBlock(packet, i, block); ++i) {
    EgressSlot* slot = slotBySsrc(subscriber, block.ssrc);
    if (!slot) continue;
    auto& c = *slot->counters;
    c.fractionLost.store(block.fractionLost, std::memory_order_relaxed);
    c.cumulativeLost.store(block.cumulativeLost, std::memory_order_relaxed);
    const uint32_t rate = slot->live ? slot->live->fanout->clockRate : 90000;
    const auto jitterUs = static_cast<uint32_t>(uint64_t{block.jitter} * 1'000'000 / rate);
    c.jitterUs.store(jitterUs, std::memory_order_relaxed);
    counters_.loss.observe(block.fractionLost);
    counters_.jitter.observe(jitterUs);
    if (const int64_t rtt = rtp::roundTripNs(block, nowNtp); rtt > 0) {
      c.rttNs.store(rtt, std::memory_order_relaxed);
      counters_.roundTrip.observe(static_cast<uint64_t>(rtt));
    }
  }
}

/// Every slot on one clock, the server's: what a publisher's own report says of its RTP time is
/// carried over; without one, the newest packet's arrival stands in.
rtp::SenderReport EgressWorker::reportOf(const EgressSlot& slot) const {
  const TrackFanout& fanout = *slot.live->fanout;
  const SenderClock clock = fanout.senderClock();
  const auto ticks = [&](int64_t ns) {
    return static_cast<uint32_t>(ns * static_cast<int64_t>(fanout.clockRate) / kNsPerSecond);
  };
  rtp::SenderReport report;
  report.ssrc = slot.identity.ssrc;
  report.ntp = rtp::ntpOfWallNs(SystemClock().wallNs());
  report.rtpTimestamp =
      clock.known
          ? slot.rewriter.outputTimestamp(clock.rtpTimestamp + ticks(nowNs_ - clock.serverNs))
          : slot.rewriter.newestTimestamp() + ticks(nowNs_ - slot.lastSentNs);
  report.packets = slot.sentPackets;
  report.octets = slot.sentOctets;
  return report;
}

void EgressWorker::sendReports(Subscriber& subscriber) {
  std::array<uint8_t, kRtcpBytes> compound;
  size_t size = 0;
  bool flowing = false;
  const auto send = [&] {
    if (size != 0) sendRtcp(subscriber, {compound.data(), size});
    size = 0;
  };
  for (auto& slot : subscriber.slots) {
    slot->dropOld(nowNs_);
    if (!slot->live || !slot->reportDue) continue;
    slot->reportDue = false;
    flowing = true;
    if (size + 28 + 64 > compound.size()) send();
    const std::span<uint8_t> rest(compound.data() + size, compound.size() - size);
    size_t wrote = rtp::writeSenderReport(rest, reportOf(*slot), {});
    wrote += rtp::writeSdesCname(rest.subspan(wrote), slot->identity.ssrc, slot->identity.cname);
    size += wrote;
  }
  send();
  // Idle subscribers have no timer: the next packet sets it again.
  if (flowing)
    reportSoon(subscriber, nowNs_ + kReportIntervalNs);
  else
    subscriber.reportAtNs = 0;
}

}  // namespace parlour::transport
