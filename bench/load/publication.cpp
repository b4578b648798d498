#include "load/publication.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/clock.hpp"
#include "load/offer.hpp"
#include "load/stamp.hpp"

namespace parlour::bench {
namespace {

constexpr uint32_t kVideoClock = 90000, kAudioClock = 48000;
constexpr uint32_t kPacketsWithMid = 250;  ///< Browsers stop once the stream is known.
constexpr uint8_t kVoice = 0x80;           ///< RFC 6464's V bit.
/// RFC 6464: voice, each source quieter than the one before, or the order of speakers would be
/// chance and change all the time.
uint8_t levelOf(uint32_t source) {
  return static_cast<uint8_t>(kVoice | (27 + 3 * (source % 20)));
}

}  // namespace

Publication::Publication(const Spec& spec)
    : spec_(spec),
      ids_(extensionIds()),
      payload_(spec.packetBytes, 0x5a),
      levelByte_(levelOf(spec.source)),
      timestamp_(spec.ssrc) {
  level_.data = &levelByte_;
  level_.elements[0] = {rtp::Extension::kAudioLevel, 0, 1, 0};
  level_.elementCount = spec_.video ? 0 : 1;
}

int64_t Publication::periodNs() const {
  return kNsPerSecond / spec_.rate;
}

void Publication::setLevel(uint8_t level) {
  levelByte_ = static_cast<uint8_t>(level | (level < rtp::kSilence ? kVoice : 0));
}

void Publication::begin() {
  key_ = spec_.video && std::exchange(keyWanted_, false);
  pictureId_ = static_cast<uint16_t>((pictureId_ + 1) & 0x7fff);
  timestamp_ += (spec_.video ? kVideoClock : kAudioClock) / spec_.rate;
  place_ = 0;
}

transport::SrtpPacket Publication::packet(std::span<uint8_t> header, int64_t nowNs,
                                          uint16_t transportSequence) {
  const bool first = place_ == 0, last = place_ + 1 == spec_.burst;
  ++place_;
  ++sent_;
  rtp::OutgoingHeader fields;
  fields.payloadType = spec_.video ? kVideoPayloadType : kAudioPayloadType;
  fields.marker = spec_.video && last;
  fields.sequence = sequence_++;
  fields.timestamp = timestamp_;
  fields.ssrc = spec_.ssrc;
  if (sent_ <= kPacketsWithMid) fields.mid = spec_.mid;
  fields.transportSequence = transportSequence;
  size_t headerBytes = rtp::writeHeader(header, fields, ids_, level_);
  if (!spec_.rid.empty() && sent_ <= kPacketsWithMid) headerBytes = addRid(header, headerBytes);
  const std::span<uint8_t> payload(payload_.data(), spec_.packetBytes - headerBytes);
  if (spec_.video) writeVp8(payload.data(), first);
  Stamp{spec_.source, sent_, nowNs}.write(payload);
  octets_ += static_cast<uint32_t>(payload.size());
  return {.header = header.first(headerBytes), .payload = payload};
}

/// One more element of RFC 8285's one-byte form at the end of the header extension, which is there:
/// every packet has its transport-wide sequence number.
size_t Publication::addRid(std::span<uint8_t> header, size_t size) const {
  constexpr size_t kLengthAt = 14;  // Without CSRCs: fixed header, profile, then the length.
  const size_t begin = size, length = spec_.rid.size();
  header[size++] = static_cast<uint8_t>(kRidExtensionId << 4 | (length - 1));
  size = static_cast<size_t>(std::copy(spec_.rid.begin(), spec_.rid.end(), header.begin() + size) -
                             header.begin());
  while (size % 4 != 0) header[size++] = 0;
  const auto words = rtp::read16(&header[kLengthAt]) + (size - begin) / 4;
  rtp::write16(&header[kLengthAt], static_cast<uint16_t>(words));
  return size;
}

/// RFC 7741 section 4.2: descriptor with a 15-bit picture id; section 4.3: the payload's header.
void Publication::writeVp8(uint8_t* payload, bool first) {
  constexpr uint8_t kExtended = 0x80, kStart = 0x10, kHasPictureId = 0x80, kLongId = 0x80;
  payload[0] = static_cast<uint8_t>(kExtended | (first ? kStart : 0));
  payload[1] = kHasPictureId;
  payload[2] = static_cast<uint8_t>(kLongId | pictureId_ >> 8);
  payload[3] = static_cast<uint8_t>(pictureId_);
  if (!first) return;
  constexpr uint8_t kInter = 0x01, kShown = 0x10;
  payload[4] = static_cast<uint8_t>(kShown | (key_ ? 0 : kInter));
  if (!key_) return;
  const auto low = [](uint16_t v) { return static_cast<uint8_t>(v & 0xff); };
  const auto high = [](uint16_t v) { return static_cast<uint8_t>(v >> 8); };
  const std::array<uint8_t, 9> header = {0,
                                         0,
                                         0x9d,
                                         0x01,
                                         0x2a,
                                         low(spec_.width),
                                         high(spec_.width),
                                         low(spec_.height),
                                         high(spec_.height)};
  std::copy(header.begin(), header.end(), payload + 5);
}

rtp::SenderReport Publication::report(int64_t wallNs) const {
  return {spec_.ssrc, rtp::ntpOfWallNs(wallNs), timestamp_, sent_, octets_};
}

}  // namespace parlour::bench
