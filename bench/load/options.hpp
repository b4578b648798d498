// What parlour-load is asked to do. Thread: main.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace parlour::bench {

enum class Server { kParlour, kJanus };

struct LoadOptions {
  Server server = Server::kParlour;
  std::string url = "http://127.0.0.1:8080";
  std::string room = "load";
  uint32_t publishers = 1, subscribers = 10;
  bool meeting = false;  ///< All are publishers and see all others; `subscribers` is not used.
  bool video = true, audio = false;
  uint32_t audioSlots = 0, videoSlots = 0;  ///< Of each that receives.
  uint32_t packetBytes = 1100, burst = 5, framesPerSecond = 30;
  uint32_t audioPacketBytes = 100;  ///< Sounds come 50 times a second.
  double seconds = 10, settleSeconds = 1;
  double joinRate = 50;  ///< A second.
  uint32_t threads = 1;  ///< That receive; one more publishes.
  pid_t serverPid = 0;   ///< 0: not measured.
  bool json = false;

  /// Whether who publishes receives on the same connection. Janus has connections for one or the
  /// other: a meeting has as many subscribers as publishers there.
  bool bothWays() const { return meeting && server == Server::kParlour; }
  /// Connections, those of publishers first.
  uint32_t clients() const {
    if (bothWays()) return publishers;
    return publishers + (meeting ? publishers : subscribers);
  }
  uint32_t tracks() const { return publishers * (video + audio); }
};

/// Reads argv; prints help or version and exits where asked to. Error (kInvalid): bad_option.
Result<LoadOptions> readLoadOptions(int argc, char** argv);

}  // namespace parlour::bench
