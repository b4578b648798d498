#include "floor/fanout.hpp"

#include <array>
#include <cstring>
#include <random>

#include "rtp/bytes.hpp"

namespace parlour::bench {
namespace {

// Fixed header and one extension word, as a subscriber's header has (its mid).
constexpr size_t kHeaderBytes = 20;
constexpr uint32_t kTicksPerBurst = 3000;

std::array<uint8_t, kHeaderBytes> headerOf(uint32_t ssrc, uint16_t sequence, uint32_t timestamp,
                                           bool marker) {
  std::array<uint8_t, kHeaderBytes> header{};
  header[0] = 0x90;
  header[1] = static_cast<uint8_t>((marker ? 0x80 : 0) | 96);
  rtp::write16(&header[2], sequence);
  rtp::write32(&header[4], timestamp);
  rtp::write32(&header[8], ssrc);
  rtp::write16(&header[12], 0xBEDE);
  rtp::write16(&header[14], 1);
  header[16] = 1 << 4;
  header[17] = '0';
  return header;
}

}  // namespace

Fanout::Fanout(const FloorOptions& options) : options_(options), sequences_(options.sources) {
  std::mt19937 random(1);
  for (uint32_t i = 0; i < options.subscribers; ++i) {
    transport::SrtpKeys keys;
    keys.profile = options.profile;
    for (uint8_t& byte : keys.key) byte = static_cast<uint8_t>(random());
    senders_.emplace_back(keys);
  }
  for (uint32_t i = 0; i < options.burst; ++i)
    payloads_.emplace_back(options.packetBytes - kHeaderBytes, static_cast<uint8_t>(i));
}

void Fanout::forward(uint32_t source, Transmit& transmit) {
  timestamp_ += kTicksPerBurst;
  for (uint32_t subscriber = 0; subscriber < options_.subscribers; ++subscriber)
    for (uint32_t i = 0; i < options_.burst; ++i) {
      const auto header = headerOf(source + 1, static_cast<uint16_t>(sequences_[source] + i),
                                   timestamp_, i + 1 == options_.burst);
      const auto out = transmit.room();
      std::memcpy(out.data(), header.data(), header.size());
      const size_t size = senders_[subscriber].protect(
          {.header = out.first(header.size()), .payload = payloads_[i]}, out);
      transmit.add(subscriber, size);
    }
  sequences_[source] = static_cast<uint16_t>(sequences_[source] + options_.burst);
  transmit.flush();
}

}  // namespace parlour::bench
