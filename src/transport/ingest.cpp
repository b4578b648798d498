#include "transport/ingest.hpp"

#include <algorithm>
#include <array>

#include "base/clock.hpp"
#include "base/counter.hpp"
#include "rtp/picture_size.hpp"
#include "rtp/red.hpp"
#include "rtp/rtx.hpp"

namespace parlour::transport {
namespace {

constexpr int64_t kTwccIntervalNs = 50 * kNsPerMs;
constexpr int64_t kNackIntervalNs = 10 * kNsPerMs;
constexpr int64_t kReportIntervalNs = kNsPerSecond;
constexpr int64_t kIdleNs = 3 * kNsPerSecond;
constexpr size_t kCompoundBytes = 1200;
constexpr size_t kMaxStreams = 64;

int64_t nsOfNtp(uint64_t ntp) {
  return static_cast<int64_t>(ntp >> 32) * kNsPerSecond +
         static_cast<int64_t>(((ntp & 0xffffffffu) * static_cast<uint64_t>(kNsPerSecond)) >> 32);
}

}  // namespace

void Ingest::configure(IngestSettings settings) {
  settings_ = std::move(settings);
  std::vector<rtp::InboundLine> lines;
  for (const auto& l : settings_.lines) lines.push_back(l.line);
  extensions_ = rtp::mergeExtensions(lines);
  demux_.configure(std::move(lines));
  streams_.clear();  // Made again from the next packets; the demux remembers their SSRCs.
}

Ingest::Stream* Ingest::streamOf(const rtp::InboundDemux::Match& match) {
  for (auto& s : streams_)
    if (s->ssrc == match.primarySsrc) return s.get();
  if (match.rtx || streams_.size() >= kMaxStreams) return nullptr;
  const IngestLine& line = settings_.lines[static_cast<size_t>(match.line)];
  const size_t layer = match.rid < 0 ? 0 : static_cast<size_t>(match.rid);
  if (layer >= line.outputs.size()) return nullptr;
  // A new SSRC of the same layer takes its place: the publisher has restarted it.
  std::erase_if(streams_, [&](auto& s) { return s->output == line.outputs[layer]; });
  streams_.push_back(std::unique_ptr<Stream>(new Stream{
      match.primarySsrc, &line, line.outputs[layer], rtp::ReceiveStats(match.clockRate),
      rtp::NackGenerator(), line.video && line.nack, match.clockRate}));
  Stream* stream = streams_.back().get();
  stream->output->counters.ssrc.store(match.primarySsrc, std::memory_order_relaxed);
  return stream;
}

void Ingest::onRtp(Buf<GstBuffer> buffer, ParlourRtpMeta& meta, size_t size, int64_t nowNs) {
  rtp::ParsedPacket& packet = meta.packet;
  if (!rtp::parse(meta.bytes, size, extensions_, packet)) {
    bump(counters_.unknownStream);
    return;
  }
  packet.arrivalNs = nowNs;
  lastPacketNs_ = nowNs;
  if (const auto seq = packet.extension(rtp::Extension::kTransportCc); seq.size() == 2) {
    twcc_.record(static_cast<uint16_t>(seq[0] << 8 | seq[1]), nowNs);
    twccSeen_ = true;
    twccSsrc_ = packet.ssrc;
    if (nextTwccNs_ == 0) nextTwccNs_ = nowNs + kTwccIntervalNs;
  }
  const auto* match = demux_.match(packet);
  Stream* stream = match && match->primarySsrc != 0 ? streamOf(*match) : nullptr;
  if (!stream) {
    bump(counters_.unknownStream);
    return;
  }
  const bool recovered = match->rtx;
  if (recovered && !rtp::unwrapRtx(packet, match->primarySsrc, match->payloadType)) return;
  rtp::Codec codec = match->codec;
  uint8_t payloadType = match->payloadType;
  if (codec == rtp::Codec::kRed) {
    // What viewers can decode is the encoding inside; what was lost is little and comes too late.
    const auto& payloads = stream->line->line.payloads;
    if (!rtp::unwrapRed(packet) || !payloads.contains(packet.payloadType)) {
      bump(counters_.unknownStream);
      return;
    }
    payloadType = packet.payloadType;
    codec = payloads.at(payloadType).codec;
  }
  rtp::classify(codec, packet);
  if (stream->payloadType != payloadType && !recovered) {
    stream->payloadType = payloadType;
    if (auto& first = stream->output->counters.firstPacketNs; first == 0) first = nowNs;
    stream->output->onPayloadType(payloadType);
  }
  count(*stream, packet, recovered, nowNs);
  RtpBufferPool::finish(buffer.get(), packet.size);
  stream->output->push(std::move(buffer));
}

void Ingest::count(Stream& stream, const rtp::ParsedPacket& packet, bool recovered,
                   int64_t nowNs) {
  stream.lastPacketNs = nowNs;
  stream.stats.onPacket(packet.sequence, packet.timestamp, nowNs, packet.payloadSize, recovered);
  if (stream.asksAgain) {
    if (recovered)
      stream.nack.onRecovered(packet.sequence);
    else
      stream.nack.onPacket(packet.sequence, nowNs, packet.keyFrame);
    if (stream.nack.missing() > 0 && nextNackNs_ == 0) nextNackNs_ = nowNs + kNackIntervalNs;
  }
  if (nextReportNs_ == 0) nextReportNs_ = nowNs + kReportIntervalNs / 4;
  auto& c = stream.output->counters;
  bump(c.packets);
  bump<uint64_t>(c.bytes, packet.payloadSize);
  if (recovered) {
    bump(c.recovered);
    bump(counters_.recovered);
  }
  c.lastPacketNs.store(nowNs, std::memory_order_relaxed);
  if (!stream.line->video) return;
  if (packet.marker) bump(c.frames);
  if (!packet.keyFrame) return;
  bump(c.keyFrames);
  if (const auto size = rtp::pictureSizeOf(packet); size.height > 0)
    c.pictureSize.store(uint32_t{size.width} << 16 | size.height, std::memory_order_relaxed);
}

void Ingest::onRtcp(std::span<const uint8_t> compound, int64_t nowNs) {
  rtp::RtcpReader reader(compound);
  rtp::RtcpPacket packet;
  while (reader.next(packet)) {
    rtp::SenderReport report;
    if (packet.kind == rtp::RtcpKind::kSenderReport && rtp::readSenderReport(packet, report)) {
      for (auto& s : streams_) {
        if (s->ssrc != report.ssrc) continue;
        s->stats.onSenderReport(report, nowNs);
        placeOnServerClock(*s, report, nowNs);
      }
    } else if (packet.kind == rtp::RtcpKind::kBye) {
      uint32_t ssrc;
      for (size_t i = 0; rtp::readBye(packet, i, ssrc); ++i) {
        demux_.forget(ssrc);
        std::erase_if(streams_, [&](auto& s) { return s->ssrc == ssrc; });
      }
    }
  }
}

/// All tracks of a publisher share its NTP clock. The shortest way a report ever took gives the
/// offset to ours; it may creep by 1 ms per report to follow a drifting clock.
void Ingest::placeOnServerClock(Stream& stream, const rtp::SenderReport& report, int64_t nowNs) {
  const int64_t theirs = nsOfNtp(report.ntp);
  if (theirs == 0) return;
  const int64_t offset = nowNs - theirs;
  constexpr int64_t kStepNs = 10 * kNsPerSecond;
  if (!clockKnown_ || offset < clockOffsetNs_ || offset > clockOffsetNs_ + kStepNs)
    clockOffsetNs_ = offset;
  else
    clockOffsetNs_ = std::min(offset, clockOffsetNs_ + kNsPerMs);
  clockKnown_ = true;
  stream.output->onSenderClock({true, report.rtpTimestamp, theirs + clockOffsetNs_});
}

int64_t Ingest::tick(int64_t nowNs) {
  if (nextTwccNs_ != 0 && nowNs >= nextTwccNs_) {
    sendTransportFeedback();
    nextTwccNs_ = twcc_.pending() ? nowNs + kTwccIntervalNs : 0;
  }
  if (nextNackNs_ != 0 && nowNs >= nextNackNs_) sendNacks(nowNs);
  if (nextReportNs_ != 0 && nowNs >= nextReportNs_) {
    sendReceiverReport(nowNs);
    nextReportNs_ = nowNs - lastPacketNs_ < kIdleNs ? nowNs + kReportIntervalNs : 0;
  }
  int64_t next = 0;
  for (int64_t due : {nextTwccNs_, nextNackNs_, nextReportNs_})
    if (due != 0 && (next == 0 || due < next)) next = due;
  return next;
}

size_t Ingest::begin(std::span<uint8_t> compound) const {
  size_t size = rtp::writeReceiverReport(compound, settings_.localSsrc, {});
  size += rtp::writeSdesCname(compound.subspan(size), settings_.localSsrc, settings_.cname);
  return size;
}

void Ingest::sendNacks(int64_t nowNs) {
  nextNackNs_ = 0;
  for (auto& s : streams_) {
    if (!s->asksAgain) continue;
    std::array<uint16_t, 64> sequences;
    const size_t count = s->nack.collect(nowNs, 0, sequences);
    if (count > 0) {
      std::array<uint8_t, kCompoundBytes> compound;
      size_t size = begin(compound);
      size += rtp::writeNack(std::span(compound).subspan(size), settings_.localSsrc, s->ssrc,
                             {sequences.data(), count});
      send_({compound.data(), size});
      bump<uint64_t>(s->output->counters.nacks, count);
      bump<uint64_t>(counters_.nacks, count);
    }
    if (s->nack.takeKeyFrameRequest()) requestKeyFrame(s->output.get());
    if (s->nack.missing() > 0) nextNackNs_ = nowNs + kNackIntervalNs;
  }
}

void Ingest::sendTransportFeedback() {
  while (twcc_.pending()) {
    std::array<uint8_t, kCompoundBytes> compound;
    const size_t head = begin(compound);
    const size_t size = twcc_.build(compound.data() + head, compound.size() - head,
                                    settings_.localSsrc, twccSsrc_);
    if (size == 0) return;
    send_({compound.data(), head + size});
  }
}

void Ingest::sendReceiverReport(int64_t nowNs) {
  std::array<rtp::ReportBlock, 31> blocks;
  size_t count = 0;
  for (auto& s : streams_) {
    auto& c = s->output->counters;
    c.lost.store(s->stats.lost(), std::memory_order_relaxed);
    const auto jitterUs = static_cast<uint32_t>(uint64_t{s->stats.jitter()} * 1'000'000 /
                                                std::max<uint32_t>(s->clockRate, 1));
    c.jitterUs.store(jitterUs, std::memory_order_relaxed);
    if (count == blocks.size() || nowNs - s->lastPacketNs >= kIdleNs) continue;
    const rtp::ReportBlock& block = blocks[count++] = s->stats.report(s->ssrc, nowNs);
    c.fractionLost.store(block.fractionLost, std::memory_order_relaxed);
    counters_.loss.observe(block.fractionLost);
    counters_.jitter.observe(jitterUs);
  }
  if (count == 0) return;
  std::array<uint8_t, kCompoundBytes> compound;
  size_t size = rtp::writeReceiverReport(compound, settings_.localSsrc, {blocks.data(), count});
  size += rtp::writeSdesCname(std::span(compound).subspan(size), settings_.localSsrc,
                              settings_.cname);
  send_({compound.data(), size});
}

void Ingest::requestKeyFrame(const StreamOutput* output) {
  for (auto& s : streams_) {
    if (s->output.get() != output) continue;
    std::array<uint8_t, 256> compound;
    size_t size = begin(compound);
    size += rtp::writePli(std::span(compound).subspan(size), settings_.localSsrc, s->ssrc);
    send_({compound.data(), size});
    bump(s->output->counters.plis);
    bump(counters_.keyFrameRequests);
  }
}

}  // namespace parlour::transport
