// Progress: how a run is going, on the terminal: one line redrawn where it is one, else a line
// every five seconds. Thread: control.
#pragma once

#include <cstdio>
#include <string>

#include "load/scenario/outcome.hpp"

namespace parlour::bench {

/// "12 s measuring: 20 people, …".
std::string progressLine(const Moment& moment, const char* phase);

class Progress {
 public:
  explicit Progress(std::FILE* out);
  void second(const Moment& moment, const char* phase);
  /// Leaves the line for what comes after.
  void done();

 private:
  std::FILE* const out_;
  const bool terminal_;
  std::string phase_;
  unsigned seconds_ = 0;
};

}  // namespace parlour::bench
