#include <algorithm>
#include <array>

#include "base/clock.hpp"
#include "rtp/bytes.hpp"
#include "rtp/twcc.hpp"

namespace parlour::rtp {

namespace {

constexpr int64_t kTickNs = 250'000;
constexpr int64_t kTicksPerReference = 256;  // 64 ms.
constexpr size_t kFixed = 20;                // RTCP header up to the feedback count.
constexpr uint8_t kMissing = 0, kSmall = 1, kLarge = 2;
constexpr size_t kOneBitSymbols = 14, kTwoBitSymbols = 7, kMaxRun = 0x1FFF;

size_t deltaBytes(uint8_t symbol) {
  return symbol;
}  // None, one, two.

/// The symbols of one feedback, and their arrivals.
struct Report {
  std::array<uint8_t, TwccRecorder::kWindow> symbols;
  std::array<int16_t, TwccRecorder::kWindow> deltas;
  size_t count = 0;
  size_t deltaSize = 0;

  /// Bytes with one symbol more, in the worst case: every chunk holds 7 symbols at least.
  size_t sizeWith(uint8_t symbol) const {
    const size_t chunks = (count + 1 + kTwoBitSymbols - 1) / kTwoBitSymbols * 2;
    return (kFixed + chunks + deltaSize + deltaBytes(symbol) + 3) / 4 * 4;
  }
  void add(uint8_t symbol, int64_t delta) {
    symbols[count] = symbol;
    deltas[count++] = static_cast<int16_t>(delta);
    deltaSize += deltaBytes(symbol);
  }
};

size_t runAt(const Report& report, size_t at) {
  size_t run = 1;
  while (at + run < report.count && run < kMaxRun && report.symbols[at + run] == report.symbols[at])
    ++run;
  return run;
}

bool anyLarge(const Report& report, size_t at, size_t count) {
  return std::any_of(report.symbols.begin() + at, report.symbols.begin() + at + count,
                     [](uint8_t symbol) { return symbol == kLarge; });
}

/// Encodes one chunk from symbol `at`; moves `at` behind it.
uint16_t encodeChunk(const Report& report, size_t& at) {
  constexpr unsigned kVector = 0x8000, kTwoBit = 0x4000, kRunSymbolShift = 13;
  const size_t left = report.count - at;
  const size_t run = runAt(report, at);
  const bool oneBit = !anyLarge(report, at, std::min(left, kOneBitSymbols));
  if (run >= kOneBitSymbols || run == left || (run >= kTwoBitSymbols && !oneBit)) {
    const unsigned symbol = report.symbols[at];
    at += run;
    return static_cast<uint16_t>(symbol << kRunSymbolShift | run);
  }
  const unsigned width = oneBit ? 1 : 2;
  const size_t capacity = oneBit ? kOneBitSymbols : kTwoBitSymbols;
  unsigned chunk = oneBit ? kVector : kVector | kTwoBit;
  for (size_t i = 0; i < std::min(left, capacity); ++i)
    chunk |= static_cast<unsigned>(report.symbols[at + i]) << (width * (capacity - 1 - i));
  at += std::min(left, capacity);
  return static_cast<uint16_t>(chunk);
}

/// Fills [size, padded) and says so in the header and the last byte (RFC 3550 section 6.4.1).
void pad(uint8_t* out, size_t size, size_t padded) {
  constexpr uint8_t kPaddingBit = 0x20;
  if (size == padded) return;
  std::fill(out + size, out + padded, uint8_t{0});
  out[padded - 1] = static_cast<uint8_t>(padded - size);
  out[0] |= kPaddingBit;
}

/// Writes chunks and deltas; returns the end.
uint8_t* writeReport(uint8_t* out, const Report& report) {
  for (size_t at = 0; at < report.count; out += 2) write16(out, encodeChunk(report, at));
  for (size_t i = 0; i < report.count; ++i) {
    if (report.symbols[i] == kSmall) *out++ = static_cast<uint8_t>(report.deltas[i]);
    if (report.symbols[i] != kLarge) continue;
    write16(out, static_cast<uint16_t>(report.deltas[i]));
    out += 2;
  }
  return out;
}

}  // namespace

TwccRecorder::TwccRecorder() : arrivals_(kWindow, kNone) {}

void TwccRecorder::restart(int64_t sequence) {
  std::fill(arrivals_.begin(), arrivals_.end(), kNone);
  begin_ = end_ = sequence;
}

void TwccRecorder::record(uint16_t sequence, int64_t arrivalNs) {
  const bool first = !sequences_.started();
  const int64_t full = sequences_.unwrap(sequence);
  if (first || full >= end_ + kWindow) restart(full);
  if (full < end_ - kWindow) return;
  for (; end_ <= full; ++end_) slot(end_) = kNone;
  begin_ = std::max(begin_, end_ - kWindow);
  if (slot(full) != kNone) return;
  slot(full) = arrivalNs / kTickNs;
  begin_ = std::min(begin_, full);
  pending_ = true;
}

size_t TwccRecorder::build(uint8_t* out, size_t size, uint32_t senderSsrc, uint32_t mediaSsrc) {
  if (!pending_ || size < kMinSize) return 0;
  int64_t first = begin_;
  while (slot(first) == kNone) ++first;  // Ends: the newest one arrived.
  const int64_t reference = slot(first) / kTicksPerReference;

  Report report;
  int64_t previous = reference * kTicksPerReference;
  int64_t next = begin_;
  for (; next < end_; ++next) {
    const int64_t arrival = slot(next);
    const int64_t delta = arrival == kNone ? 0 : arrival - previous;
    if (delta < INT16_MIN || delta > INT16_MAX) break;  // Wants a reference time of its own.
    uint8_t symbol = kMissing;
    if (arrival != kNone) symbol = delta >= 0 && delta <= UINT8_MAX ? kSmall : kLarge;
    if (report.sizeWith(symbol) > size) break;
    report.add(symbol, delta);
    if (arrival != kNone) previous = arrival;
  }

  const uint8_t* end = writeReport(out + kFixed, report);
  const size_t unpadded = static_cast<size_t>(end - out);
  const size_t total = (unpadded + 3) / 4 * 4;
  writeHead(out, total, senderSsrc, mediaSsrc, report.count, reference);
  pad(out, unpadded, total);
  begin_ = next;
  pending_ = begin_ < end_;
  return total;
}

void TwccRecorder::writeHead(uint8_t* out, size_t size, uint32_t senderSsrc, uint32_t mediaSsrc,
                             size_t packets, int64_t reference) {
  out[0] = 2 << 6 | rtcp::kFmtTwcc;
  out[1] = rtcp::kTransportFeedback;
  write16(out + 2, static_cast<uint16_t>(size / 4 - 1));
  write32(out + 4, senderSsrc);
  write32(out + 8, mediaSsrc);
  write16(out + 12, static_cast<uint16_t>(begin_));
  write16(out + 14, static_cast<uint16_t>(packets));
  write24(out + 16, static_cast<uint32_t>(reference) & 0xFFFFFF);
  out[19] = feedbackCount_++;
}

}  // namespace parlour::rtp
