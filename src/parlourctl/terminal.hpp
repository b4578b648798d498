// Terminal: the user's terminal as a screen of our own: alternate screen, keys without Enter. What
// was there before comes back however the program ends: return, error, signal, crash, Ctrl-Z.
// Thread: main. One at a time.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace parlour::ctl {

struct TerminalSize {
  size_t width = 80, height = 24;
};

class Terminal {
 public:
  /// Standard input and output are a terminal that can do this.
  static bool usable();

  Terminal();
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  TerminalSize size() const;
  /// Replaces the whole screen: as many lines as it has, each exactly as wide.
  void draw(const std::vector<std::string>& lines);
  /// Waits for keys, a change of size or an end, `timeoutMs` at most; keys are added to `input`.
  /// False where the terminal has gone.
  bool wait(int timeoutMs, std::string& input);
  /// Keys wait, or somebody wants us to end.
  static bool interrupted();
  /// The signal that asks us to end (SIGINT, SIGTERM, SIGHUP), 0 without.
  static int endSignal();

 private:
  void enter();
  void leave();
};

}  // namespace parlour::ctl
