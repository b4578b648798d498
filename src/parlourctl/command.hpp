// A subcommand of parlourctl, and how each of them ends. Thread: main.
#pragma once

#include <span>
#include <string_view>

namespace parlour::ctl {

/// Exit codes, for scripts.
enum ExitCode {
  kDone = 0,
  kFailed = 1,       ///< The server could not do it.
  kWrongUsage = 2,   ///< Options or settings are wrong; nothing was asked of the server.
  kUnreachable = 3,  ///< No server answered.
  kNotAllowed = 4,   ///< The server wants a (better) token.
  kNotFound = 5,     ///< No such room or participant.
  kNotReady = 6,     ///< health: it answers and takes no calls.
};

struct Command {
  std::string_view name;
  std::string_view summary;
  /// `argv[0]` is the command's name.
  int (*run)(int argc, char** argv);
};

int runToken(int argc, char** argv);
int runRooms(int argc, char** argv);
int runRoom(int argc, char** argv);
int runTop(int argc, char** argv);
int runGraph(int argc, char** argv);
int runStats(int argc, char** argv);
int runKick(int argc, char** argv);
int runMute(int argc, char** argv);
int runUnmute(int argc, char** argv);
int runLock(int argc, char** argv);
int runUnlock(int argc, char** argv);
int runEnd(int argc, char** argv);
int runHealth(int argc, char** argv);

}  // namespace parlour::ctl
