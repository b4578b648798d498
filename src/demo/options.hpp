// The command line of parlour-demo. Thread: main.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "demo/media.hpp"

namespace parlour::demo {

struct Options {
  std::string server = "http://127.0.0.1:8080";
  std::string room = "demo";
  std::string token;  ///< Bearer; empty without.
  std::string name;   ///< Of the only or the first participant; empty: made.
  uint32_t participants = 2;
  uint32_t durationS = 0;  ///< 0: until a signal.
  uint32_t turnMs = 4000;  ///< How long one speaks before the next does; 0: all, always.
  Media media;             ///< Of each; pattern and name differ by participant.
  bool patternGiven = false;
  bool reconnect = true;
};

/// Reads argv; prints help or version and exits where asked to. Error (kInvalid): bad_option.
Result<Options> readOptions(int argc, char** argv);

}  // namespace parlour::demo
