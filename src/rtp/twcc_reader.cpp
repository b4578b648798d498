#include "rtp/bytes.hpp"
#include "rtp/twcc.hpp"

namespace parlour::rtp {

namespace {

constexpr int64_t kTickNs = 250'000;
constexpr int64_t kTicksPerReference = 256;  // 64 ms.
constexpr size_t kFixed = 16;                // Body up to the feedback count.
constexpr uint8_t kMissing = 0, kSmall = 1, kLarge = 2;

bool isVector(uint16_t chunk) {
  return (chunk & 0x8000) != 0;
}
bool isTwoBit(uint16_t chunk) {
  return (chunk & 0x4000) != 0;
}

uint16_t symbolsIn(uint16_t chunk) {
  if (!isVector(chunk)) return chunk & 0x1FFF;
  return isTwoBit(chunk) ? 7 : 14;
}

}  // namespace

bool TwccReader::open(const RtcpPacket& packet) {
  *this = TwccReader();
  if (packet.kind != RtcpKind::kTwcc || packet.body.size() < kFixed) return false;
  const uint8_t* p = packet.body.data();
  base_ = read16(p + 8);
  packets_ = read16(p + 10);
  ticks_ = read24(p + 12) * kTicksPerReference;
  feedbackCount_ = p[15];
  chunks_ = packet.body.subspan(kFixed);
  return packets_ > 0 && splitDeltas();
}

/// Finds where the chunks end and the deltas begin.
bool TwccReader::splitDeltas() {
  size_t at = 0;
  for (uint32_t symbols = 0; symbols < packets_; at += 2) {
    if (chunks_.size() - at < 2) return false;
    const uint16_t count = symbolsIn(read16(chunks_.data() + at));
    if (count == 0) return false;
    symbols += count;
  }
  deltas_ = chunks_.subspan(at);
  chunks_ = chunks_.first(at);
  return true;
}

uint8_t TwccReader::nextSymbol() {
  if (chunkLeft_ == 0) {
    chunk_ = read16(chunks_.data());
    chunkLeft_ = symbolsIn(chunk_);
    chunks_ = chunks_.subspan(2);
  }
  --chunkLeft_;
  if (!isVector(chunk_)) return (chunk_ >> 13) & 0x03;
  if (isTwoBit(chunk_)) return (chunk_ >> (2 * chunkLeft_)) & 0x03;
  return (chunk_ >> chunkLeft_) & 0x01;
}

/// Takes the delta of a symbol; false where there is none or the symbol is reserved.
bool TwccReader::takeDelta(uint8_t symbol) {
  if (symbol > kLarge || deltas_.size() < symbol) return false;
  ticks_ += symbol == kSmall ? deltas_[0] : static_cast<int16_t>(read16(deltas_.data()));
  deltas_ = deltas_.subspan(symbol);  // One byte for small, two for large.
  return true;
}

bool TwccReader::next(Arrival& out) {
  if (done_ == packets_ || malformed_) return false;
  const uint8_t symbol = nextSymbol();
  out.sequence = static_cast<uint16_t>(base_ + done_);
  out.received = symbol != kMissing;
  out.arrivalNs = 0;
  if (out.received) {
    if (!takeDelta(symbol)) {
      malformed_ = true;
      return false;
    }
    out.arrivalNs = ticks_ * kTickNs;
  }
  ++done_;
  return true;
}

}  // namespace parlour::rtp
