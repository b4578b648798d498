#include "load/reception.hpp"

#include <algorithm>
#include <array>

namespace parlour::bench {

unsigned Reception::onRtp(std::span<uint8_t> bytes, int64_t arrivalNs, int64_t nowNs,
                          Delays& delays, const Sources* clock) {
  rtp::ParsedPacket packet;
  if (!rtp::parse(bytes.data(), bytes.size(), sender_.extensions, packet)) {
    ++closed_.foreign;
    return 0;
  }
  Stream& stream = streamOf(packet);
  stream.stats.onPacket(packet.sequence, packet.timestamp, arrivalNs, bytes.size());
  if (const auto sequence = packet.extension(rtp::Extension::kTransportCc); sequence.size() == 2) {
    if (!twcc_) twcc_ = std::make_unique<rtp::TwccRecorder>();
    twcc_->record(rtp::read16(sequence.data()), arrivalNs);
  }
  const auto stamp = Stamp::read(packet.payload());
  if (!stamp) {
    ++closed_.foreign;
    return 0;
  }
  if (!clock || clock->own(stamp->source)) {
    delays.endToEnd.add(nowNs - stamp->sentNs);
    delays.wire.add(arrivalNs - stamp->sentNs);
  }
  count(stream, *stamp, packet.sequence);
  return follow(stream, packet, stamp->source, nowNs);
}

Reception::Stream& Reception::streamOf(const rtp::ParsedPacket& packet) {
  const auto found = std::find_if(streams_.begin(), streams_.end(),
                                  [&](const Stream& s) { return s.ssrc == packet.ssrc; });
  if (found != streams_.end()) return *found;
  const uint32_t clockRate = sender_.videoPayloads[packet.payloadType & 127] ? 90000 : 48000;
  Stream& stream = streams_.emplace_back(Stream{packet.ssrc, rtp::ReceiveStats(clockRate)});
  stream.clockRate = clockRate;
  const bool video = clockRate == 90000;
  if (watch_.pictures && video) stream.pictures = std::make_unique<PictureFlow>();
  if (watch_.repair && video) stream.nacks = std::make_unique<rtp::NackGenerator>();
  return stream;
}

void Reception::count(Stream& stream, const Stamp& stamp, uint16_t rtpSequence) {
  // Nothing is missing in the slot, yet much of its source is: it was turned away from and back, to
  // somebody who sent nothing meanwhile.
  const bool back = stamp.sequence > stream.last + 1 &&
                    rtpSequence == static_cast<uint16_t>(stream.lastRtp + 1);
  if (stream.last == 0 || stream.source != stamp.source || back) {
    if (stream.last != 0) closed_.expected += stream.last + 1 - stream.first;
    closed_.received += stream.received;
    stream.source = stamp.source;
    stream.first = stream.last = stamp.sequence;
    stream.lastRtp = rtpSequence;
    stream.received = 1;
    return;
  }
  if (stamp.sequence <= stream.last) ++closed_.late;
  if (stamp.sequence < stream.first) return;
  if (stamp.sequence > stream.last) stream.lastRtp = rtpSequence;
  stream.last = std::max(stream.last, stamp.sequence);
  ++stream.received;
}

void Reception::beginWindow() {
  closed_ = {};
  for (Stream& stream : streams_) {
    stream.first = stream.last + 1;
    stream.received = 0;
  }
}

Reception::Totals Reception::totals(const Sources& sources) const {
  Totals totals = closed_;
  for (const Stream& stream : streams_) {
    if (stream.last == 0) continue;  // No stamp yet.
    const uint32_t last = std::max(stream.last, sources.sent(stream.source));
    totals.expected += last + 1 - stream.first;
    totals.received += stream.received;
  }
  return totals;
}

void Reception::onSenderReport(const rtp::SenderReport& report, int64_t nowNs) {
  for (Stream& stream : streams_)
    if (stream.ssrc == report.ssrc) stream.stats.onSenderReport(report, nowNs);
}

size_t Reception::writeReport(std::span<uint8_t> out, uint32_t ssrc, std::string_view cname,
                              int64_t nowNs) {
  constexpr size_t kMostBlocks = 31;
  if (streams_.empty()) return 0;
  std::array<rtp::ReportBlock, kMostBlocks> blocks;
  const size_t count = std::min(streams_.size(), kMostBlocks);
  for (size_t i = 0; i < count; ++i) blocks[i] = streams_[i].stats.report(streams_[i].ssrc, nowNs);
  const size_t size = rtp::writeReceiverReport(out, ssrc, {blocks.data(), count});
  return size == 0 ? 0 : size + rtp::writeSdesCname(out.subspan(size), ssrc, cname);
}

size_t Reception::writeTransportFeedback(std::span<uint8_t> out, uint32_t ssrc) {
  if (!twcc_ || !twcc_->pending()) return 0;
  return twcc_->build(out.data(), out.size(), ssrc, streams_.empty() ? 0 : streams_.front().ssrc);
}

}  // namespace parlour::bench
