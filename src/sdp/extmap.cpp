#include "sdp/extmap.hpp"

#include <algorithm>
#include <array>
#include <bitset>

#include <fmt/format.h>

#include "sdp/syntax.hpp"

namespace parlour::sdp {

namespace {

constexpr uint32_t kHighestOneByteId = 14;
constexpr uint32_t kReservedId = 15;  // Ends a one-byte header, RFC 8285 section 4.2.
constexpr uint32_t kHighestId = 255;
constexpr uint32_t kFirstAlternative = 4096, kLastAlternative = 4351;

constexpr std::string_view kEncrypt = "urn:ietf:params:rtp-hdrext:encrypt";

constexpr std::array kReceived = {Extension::kMid,
                                  Extension::kRid,
                                  Extension::kRepairedRid,
                                  Extension::kAudioLevel,
                                  Extension::kAbsSendTime,
                                  Extension::kTransportCc,
                                  Extension::kVideoOrientation,
                                  Extension::kAbsCaptureTime,
                                  Extension::kDependencyDescriptor,
                                  Extension::kVideoLayersAllocation,
                                  Extension::kColorSpace,
                                  Extension::kVideoContentType,
                                  Extension::kPlayoutDelay};

constexpr std::array kSent = {Extension::kMid,
                              Extension::kAudioLevel,
                              Extension::kVideoOrientation,
                              Extension::kAbsCaptureTime,
                              Extension::kColorSpace,
                              Extension::kVideoContentType,
                              Extension::kPlayoutDelay};

template <size_t N>
bool has(const std::array<Extension, N>& list, Extension extension) {
  return std::find(list.begin(), list.end(), extension) != list.end();
}

bool isOfUse(const Media& media, Extension extension) {
  return media.role == Media::Role::kSlot ? has(kSent, extension) : has(kReceived, extension);
}

std::optional<Direction> directionOf(std::string_view text) {
  if (text == "sendrecv") return Direction::kSendRecv;
  if (text == "sendonly") return Direction::kSendOnly;
  if (text == "recvonly") return Direction::kRecvOnly;
  if (text == "inactive") return Direction::kInactive;
  return std::nullopt;
}

/// Whether an extension that only flows in `direction`, seen from the client, does so here.
bool flows(const Media& media, Direction direction) {
  const bool publishes = media.role == Media::Role::kPublish;
  const bool receives = media.role == Media::Role::kSlot || media.alsoSlot;
  if (direction == Direction::kSendOnly) return publishes;
  if (direction == Direction::kRecvOnly) return receives;
  return direction == Direction::kSendRecv;
}

/// The URI without the attributes after it ("vad=on"); encrypted ones, of which we take none, stay
/// "<encrypt URI> <URI>" (RFC 6904).
std::string identityOf(std::string_view value) {
  const auto parts = words(value);
  if (parts.empty()) return {};
  const bool encrypted = parts[0] == kEncrypt && parts.size() > 1;
  return std::string(parts[0]) + (encrypted ? " " + std::string(parts[1]) : "");
}

Error malformed(std::string_view cause) {
  return invalid("bad_offer", fmt::format("a=extmap: {}", cause));
}

}  // namespace

Result<std::vector<OfferedExtension>> readExtensions(const Section& section) {
  std::vector<OfferedExtension> extensions;
  std::bitset<kHighestId + 1> seen;
  for (const Attribute& attribute : section.attributes) {
    if (attribute.name != "extmap") continue;
    std::string_view uri = attribute.value;
    std::string_view direction = takeUntil(uri, ' ');
    const auto id = numberOf(takeUntil(direction, '/'), kLastAlternative);
    if (!id || *id == 0 || (*id > kHighestId && *id < kFirstAlternative))
      return malformed("the id is not a number from 1 to 255");
    if (!direction.empty() && !directionOf(direction)) return malformed("unknown direction");
    if (*id > kHighestId || *id == kReservedId) continue;
    if (seen.test(*id)) return malformed(fmt::format("id {} is given twice", *id));
    seen.set(*id);
    extensions.push_back({static_cast<uint8_t>(*id), identityOf(uri), directionOf(direction)});
  }
  return extensions;
}

void chooseExtensions(const std::vector<OfferedExtension>& offered, bool mixed, Media& media) {
  std::bitset<rtp::kExtensionCount> taken;
  for (const OfferedExtension& one : offered) {
    const Extension extension = rtp::extensionOf(one.uri);
    if (extension == Extension::kUnknown || !isOfUse(media, extension)) continue;
    const auto index = static_cast<size_t>(extension);
    if (taken.test(index) || (one.id > kHighestOneByteId && !mixed)) continue;
    if (one.direction && !flows(media, *one.direction)) continue;
    taken.set(index);
    media.extensions[one.id] = extension;
    if (one.direction) media.extensionDirections[one.id] = *one.direction;
  }
}

}  // namespace parlour::sdp
