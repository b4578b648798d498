// What a viewer sees of its streams, and what it asks for again: the half of Reception that
// scenarios use.
#include <algorithm>
#include <array>

#include "load/publication.hpp"
#include "load/reception.hpp"
#include "rtp/vp8.hpp"

namespace parlour::bench {
namespace {

constexpr int64_t kStallNs = kNsPerSecond;
constexpr int64_t kKeyFrameSpacingNs = 500 * kNsPerMs;  ///< Between requests, as Chromium's.
constexpr int64_t kSilentTooLongNs = 500 * kNsPerMs;
constexpr uint32_t kPacketsOfAPause = 20;  ///< So many sent and none arrived is no pause.

}  // namespace

unsigned Reception::follow(Stream& stream, const rtp::ParsedPacket& packet, uint32_t source,
                           int64_t nowNs) {
  if (!stream.pictures) return 0;
  rtp::Vp8Descriptor vp8;
  if (!rtp::parseVp8(packet.payload(), vp8)) return 0;
  const bool key = vp8.frameStart && vp8.keyFrame;
  if (stream.nacks) stream.nacks->onPacket(packet.sequence, nowNs, key);
  return stream.pictures->onPacket({.sequence = packet.sequence,
                                    .start = vp8.frameStart,
                                    .end = packet.marker,
                                    .key = key,
                                    .height = vp8.height,
                                    .track = source / kSourcesOfTrack},
                                   nowNs);
}

FlowTally Reception::takeFlow() {
  FlowTally sum;
  for (Stream& stream : streams_)
    if (stream.pictures) sum.add(stream.pictures->take());
  return sum;
}

void Reception::expectChange() {
  for (Stream& stream : streams_)
    if (stream.pictures) stream.pictures->expectChange();
}

Reception::Moving Reception::moving(const Sources& sources, int64_t nowNs) const {
  Moving result;
  for (const Stream& stream : streams_) {
    if (!stream.pictures || stream.last == 0) continue;
    const int64_t silent = stream.pictures->silenceNs(nowNs);
    if (silent == 0) continue;
    if (silent < kStallNs)
      ++result.moving;
    else if (sources.sent(stream.source) > stream.last + kPacketsOfAPause)
      ++result.stalled;
  }
  return result;
}

void Reception::addJitter(Histogram& histogram) const {
  for (const Stream& stream : streams_)
    if (stream.last != 0)
      histogram.add(static_cast<int64_t>(stream.stats.jitter()) * kNsPerSecond / stream.clockRate);
}

size_t Reception::writeRepair(std::span<uint8_t> out, uint32_t ssrc, int64_t nowNs) {
  constexpr size_t kMostAtOnce = 64;
  size_t size = 0;
  for (Stream& stream : streams_) {
    if (!stream.nacks) continue;
    std::array<uint16_t, kMostAtOnce> missing;
    const size_t count = stream.nacks->collect(nowNs, 0, missing);
    if (count > 0)
      size += rtp::writeNack(out.subspan(size), ssrc, stream.ssrc, {missing.data(), count});
    size += writeKeyFrameRequest(stream, out.subspan(size), ssrc, nowNs);
  }
  return size;
}

size_t Reception::writeKeyFrameRequest(Stream& stream, std::span<uint8_t> out, uint32_t ssrc,
                                       int64_t nowNs) {
  const bool lost = stream.nacks->takeKeyFrameRequest();
  // Packets come and no picture of them can be decoded.
  const bool stuck = stream.pictures && stream.pictures->silenceNs(nowNs) > kSilentTooLongNs &&
                     nowNs - stream.stats.lastArrivalNs() < kSilentTooLongNs;
  if ((!lost && !stuck) || nowNs - stream.askedKeyNs < kKeyFrameSpacingNs) return 0;
  stream.askedKeyNs = nowNs;
  return rtp::writePli(out, ssrc, stream.ssrc);
}

}  // namespace parlour::bench
