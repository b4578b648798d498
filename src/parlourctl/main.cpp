// parlourctl: makes tokens, and asks a running server about its calls.
#include <curl/curl.h>
#include <fmt/format.h>

#include <array>
#include <clocale>
#include <cstdio>

#include "parlourctl/command.hpp"

namespace parlour::ctl {
namespace {

constexpr std::array kCommands = {
    Command{"token", "Make a token for a participant or an administrator", runToken},
    Command{"rooms", "List the rooms", runRooms},
    Command{"room", "Show one room: who is in it, what they publish", runRoom},
    Command{"stats", "Show the media statistics of a room", runStats},
    Command{"top", "Watch rooms, participants and their rates live", runTop},
    Command{"graph", "Print the live pipeline of a room as DOT or SVG", runGraph},
    Command{"kick", "Remove a participant", runKick},
    Command{"mute", "Stop a participant's media at the server", runMute},
    Command{"unmute", "Let a participant's media through again", runUnmute},
    Command{"lock", "Let nobody else into a room", runLock},
    Command{"unlock", "Let people into a room again", runUnlock},
    Command{"end", "End a call", runEnd},
    Command{"health", "Say whether the server takes calls", runHealth},
};

void printHelp(FILE* to) {
  fmt::print(to,
             "parlourctl talks to a Parlour server.\n\nUsage: parlourctl COMMAND [OPTION…]\n\n");
  for (const Command& command : kCommands)
    fmt::print(to, "  {:<8} {}\n", command.name, command.summary);
  fmt::print(
      to,
      "\nparlourctl COMMAND --help tells more.\n\n"
      "The server: --server URL or PARLOUR_SERVER, --socket PATH or PARLOUR_SOCKET, or what\n"
      "--config FILE says; else http://127.0.0.1:8080. The admin token: PARLOUR_ADMIN_TOKEN,\n"
      "--token-file or PARLOUR_ADMIN_TOKEN_FILE; the socket needs none.\n\n"
      "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no server answered, 4 not allowed,\n"
      "5 no such room or participant, 6 the server is not ready.\n");
}

int run(int argc, char** argv) {
  const std::string_view name = argc > 1 ? argv[1] : "";
  if (name == "--help" || name == "-h" || name == "help") return printHelp(stdout), kDone;
  if (name == "--version") return fmt::print("parlourctl {}\n", PARLOUR_VERSION), kDone;
  for (const Command& command : kCommands)
    if (command.name == name) return command.run(argc - 1, argv + 1);
  if (!name.empty()) fmt::print(stderr, "parlourctl: {} is no command\n\n", name);
  printHelp(stderr);
  return kWrongUsage;
}

}  // namespace
}  // namespace parlour::ctl

int main(int argc, char** argv) {
  setlocale(LC_ALL, "");
  curl_global_init(CURL_GLOBAL_DEFAULT);
  const int code = parlour::ctl::run(argc, argv);
  curl_global_cleanup();
  return code;
}
