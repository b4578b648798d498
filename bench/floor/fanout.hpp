// Fanout: the packets of a source, encrypted for every subscriber from one shared payload.
// Thread: one at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "floor/options.hpp"
#include "floor/transmit.hpp"
#include "transport/srtp/srtp.hpp"

namespace parlour::bench {

class Fanout {
 public:
  explicit Fanout(const FloorOptions& options);

  /// One burst of `source` to all subscribers.
  void forward(uint32_t source, Transmit& transmit);

 private:
  const FloorOptions& options_;
  std::vector<transport::SrtpSender> senders_;  ///< By subscriber.
  std::vector<std::vector<uint8_t>> payloads_;  ///< By place in the burst.
  std::vector<uint16_t> sequences_;             ///< By source.
  uint32_t timestamp_ = 0;
};

}  // namespace parlour::bench
