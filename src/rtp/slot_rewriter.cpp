#include "rtp/slot_rewriter.hpp"

#include <algorithm>

#include "base/clock.hpp"

namespace parlour::rtp {

namespace {

constexpr unsigned kTl0Bits = 8, kKeyIdxBits = 5;

/// What passes between two frames at least: 30 pictures a second, 20 ms of sound.
uint32_t shortestFrame(Codec codec, uint32_t clockRate) {
  switch (codec) {
    case Codec::kOpus:
    case Codec::kRed:
    case Codec::kPcmu:
    case Codec::kPcma:
      return clockRate / 50;
    case Codec::kUnknown:
    case Codec::kVp8:
    case Codec::kVp9:
    case Codec::kH264:
    case Codec::kAv1:
    case Codec::kRtx:
      break;
  }
  return clockRate / 30;
}

/// Timestamp units in `ns`; in two steps, since days of silence overflow the product.
uint32_t ticksOf(int64_t ns, uint32_t clockRate) {
  const int64_t seconds = ns / kNsPerSecond;
  const int64_t rest = ns % kNsPerSecond;
  return static_cast<uint32_t>(seconds * clockRate + rest * clockRate / kNsPerSecond);
}

}  // namespace

SlotRewriter::SlotRewriter(uint16_t firstSequence, uint32_t firstTimestamp)
    : newestOutput_(static_cast<int64_t>(firstSequence) - 1), newestTimestamp_(firstTimestamp) {}

void SlotRewriter::startSource(const ParsedPacket& first, uint32_t clockRate, int64_t nowNs) {
  started_ = true;
  ssrc_ = first.ssrc;
  input_.reset();
  firstInput_ = input_.unwrap(first.sequence);
  firstOutput_ = newestOutput_ + 1;
  sequences_.reset(firstInput_);
  anyPicture_ = false;
  pictureId_.startSource();
  tl0PicIdx_.startSource();
  keyIdx_.startSource();

  uint32_t timestamp = newestTimestamp_;
  if (anyOutput_)
    timestamp += std::max(ticksOf(std::max<int64_t>(nowNs - newestNs_, 0), clockRate),
                          shortestFrame(first.codec, clockRate));
  timestampOffset_ = timestamp - first.timestamp;
}

Rewritten SlotRewriter::rewrite(const ParsedPacket& packet) {
  Rewritten out;
  const int64_t input = input_.peek(packet.sequence);
  if (!started_ || packet.ssrc != ssrc_ || input < firstInput_ || !sequences_.inWindow(input) ||
      sequences_.skipped(input)) {
    out.drop = true;
    return out;
  }
  input_.unwrap(packet.sequence);
  sequences_.pass(input);
  const int64_t sequence = firstOutput_ + (input - firstInput_) - sequences_.skippedBefore(input);
  out.sequence = static_cast<uint16_t>(sequence);
  out.timestamp = outputTimestamp(packet.timestamp);
  PictureFields fields;
  if (readPictureFields(packet, fields)) {
    out.ids = continueIds(fields);
    out.patch = patchOf(packet, fields, out.ids);
  }
  if (sequence > newestOutput_) {
    newestOutput_ = sequence;
    newestTimestamp_ = out.timestamp;
    newestNs_ = packet.arrivalNs;
    anyOutput_ = true;
  }
  return out;
}

void SlotRewriter::skip(const ParsedPacket& packet) {
  if (!started_ || packet.ssrc != ssrc_) return;
  const int64_t input = input_.peek(packet.sequence);
  if (input < firstInput_) return;
  input_.unwrap(packet.sequence);
  sequences_.skip(input);
  PictureFields fields;
  if (packet.codec == Codec::kVp8 && readPictureFields(packet, fields) && fields.pictureIdBits > 0)
    pictures_.skip(extendPictureId(fields));
}

int64_t SlotRewriter::extendPictureId(const PictureFields& fields) {
  const int64_t picture = pictureId_.extend(fields.ids.pictureId, fields.pictureIdBits);
  if (!anyPicture_) pictures_.reset(picture);
  anyPicture_ = true;
  return picture;
}

PictureIds SlotRewriter::continueIds(const PictureFields& fields) {
  PictureIds ids;
  if (fields.pictureIdBits > 0) {
    const int64_t picture = extendPictureId(fields);
    pictures_.pass(picture);
    ids.pictureId = static_cast<uint16_t>(
        pictureId_.place(picture, pictures_.skippedBefore(picture), fields.pictureIdBits));
  }
  if (fields.hasTl0PicIdx) {
    const int64_t extended = tl0PicIdx_.extend(fields.ids.tl0PicIdx, kTl0Bits);
    ids.tl0PicIdx = static_cast<uint8_t>(tl0PicIdx_.place(extended, 0, kTl0Bits));
  }
  if (fields.hasKeyIdx) {
    const int64_t extended = keyIdx_.extend(fields.ids.keyIdx, kKeyIdxBits);
    ids.keyIdx = static_cast<uint8_t>(keyIdx_.place(extended, 0, kKeyIdxBits));
  }
  return ids;
}

}  // namespace parlour::rtp
