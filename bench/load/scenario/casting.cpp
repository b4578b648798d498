#include "load/scenario/casting.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/loop.hpp"

namespace parlour::bench {
namespace {

using Json = nlohmann::json;

constexpr uint32_t kFirstSsrc = 0x10000000, kSsrcStep = 16, kVideoSsrc = 4;
constexpr uint32_t kAudioRate = 50;
constexpr double kLeastPacket = 120, kMostPacket = 1400;
constexpr const char* kRids[] = {"q", "h", "f"};
constexpr uint32_t kSmallHeight = 180;

/// ICE allows letters, digits, + and / (RFC 8839 section 5.4).
std::string iceToken(size_t bytes) {
  std::string text = randomToken(bytes);
  for (char& c : text) c = c == '-' ? '+' : c == '_' ? '/' : c;
  return text;
}

/// Layer `step` steps below the largest.
Publication::Spec layerOf(const Scenario& scenario, unsigned step) {
  const auto& p = scenario.publish;
  const double pictureBytes = p.kbit / std::pow(4, step) * 125 / p.framesPerSecond;
  const double burst = std::max(1.0, std::round(pictureBytes / p.packetBytes));
  const auto height = static_cast<unsigned>(p.height) >> step;
  Publication::Spec spec;
  spec.burst = static_cast<uint32_t>(burst);
  spec.packetBytes =
      static_cast<uint32_t>(std::clamp(pictureBytes / burst, kLeastPacket, kMostPacket));
  spec.rate = static_cast<uint32_t>(p.framesPerSecond);
  spec.height = static_cast<uint16_t>(height);
  spec.width = static_cast<uint16_t>(height * 16 / 9);
  return spec;
}

void publishVideo(const Scenario& scenario, ClientSpec& spec) {
  const auto layers = static_cast<unsigned>(scenario.publish.layers);
  spec.offer.publishVideo = true;
  spec.offer.videoSsrc = kFirstSsrc + spec.index * kSsrcStep + kVideoSsrc;
  if (layers > 1) spec.offer.rids.assign(std::end(kRids) - layers, std::end(kRids));
  const std::string mid = spec.offer.videoMid();
  for (unsigned i = 0; i < layers; ++i) {
    Publication::Spec layer = layerOf(scenario, layers - 1 - i);
    layer.source = spec.index * kSourcesOfClient + kSourcesOfTrack + i;
    layer.ssrc = spec.offer.videoSsrc + i;
    layer.mid = mid;
    if (layers > 1) layer.rid = spec.offer.rids[i];
    spec.publish.push_back(std::move(layer));
  }
}

Json slot(uint32_t mid, Json want, uint32_t height) {
  Json json = {{"mid", std::to_string(mid)}, {"want", std::move(want)}};
  if (height > 0) {
    json["width"] = height * 16 / 9;
    json["height"] = height;
  }
  return json;
}

}  // namespace

ClientSpec castClient(const Scenario& scenario, uint32_t index, bool publishes,
                      const sdp::Fingerprint& fingerprint) {
  ClientSpec spec;
  spec.index = index;
  spec.watch = {.pictures = true, .repair = scenario.line.repair};
  OfferShape& offer = spec.offer;
  offer.cname = fmt::format("load-{}", index);
  offer.transport.ufrag = iceToken(6);
  offer.transport.password = iceToken(24);
  offer.transport.fingerprint = fingerprint;
  offer.audioSlots = static_cast<uint32_t>(scenario.view.audioSlots);
  offer.videoSlots = static_cast<uint32_t>(scenario.view.videoSlots);
  // The golden ratio spreads any number of clients evenly over a period.
  constexpr double kSpread = 0.6180339887;
  spec.phase = std::fmod(index * kSpread, 1);
  if (!publishes) return spec;
  if (scenario.publish.audio) {
    offer.publishAudio = true;
    offer.audioSsrc = kFirstSsrc + index * kSsrcStep;
    Publication::Spec audio;
    audio.source = index * kSourcesOfClient;
    audio.video = false;
    audio.ssrc = offer.audioSsrc;
    audio.mid = offer.audioMid();
    audio.packetBytes = static_cast<uint32_t>(scenario.publish.audioPacketBytes);
    audio.burst = 1;
    audio.rate = kAudioRate;
    spec.publish.push_back(std::move(audio));
  }
  if (scenario.publish.video) publishVideo(scenario, spec);
  return spec;
}

Json viewOf(const Scenario& scenario, const OfferShape& shape, const Deed& deed,
            const std::string& pinned) {
  const auto count = static_cast<uint32_t>(scenario.view.videoSlots);
  Json slots = Json::array();
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t mid = shape.audioSlots + i;
    if (deed.layout == Deed::Layout::kGrid)
      slots.push_back(slot(mid, "auto", deed.height));
    else if (i > 0)
      slots.push_back(deed.layout == Deed::Layout::kOne ? slot(mid, "none", 0)
                                                        : slot(mid, "auto", kSmallHeight));
    else if (deed.layout == Deed::Layout::kPinned && !pinned.empty())
      slots.push_back(slot(mid, {{"participant", pinned}, {"source", "camera"}}, deed.height));
    else
      slots.push_back(slot(mid, "auto", deed.height));
  }
  return slots;
}

}  // namespace parlour::bench
