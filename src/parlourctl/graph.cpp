// parlourctl graph.
#include <fmt/format.h>

#include <cstdio>

#include "parlourctl/access.hpp"
#include "parlourctl/command.hpp"

namespace parlour::ctl {

int runGraph(int argc, char** argv) {
  Options options("graph", "ROOM",
                  "Prints the live pipeline of a room as Graphviz DOT, to look at with\n"
                  "parlourctl graph ROOM | dot -Tsvg > room.svg");
  AccessOptions accessOptions;
  bool svg = false;
  accessOptions.addTo(options);
  options.flag("svg", "Drawn by the server, where Graphviz is installed there", svg);
  if (!options.parse(argc, argv, 1, 1)) return kWrongUsage;
  const auto access = Access::from(accessOptions);
  if (!access) return options.wrong(access.error().message);
  const auto answer = access->ask("GET", roomPath(options.arguments()[0], "/graph"), "",
                                  svg ? "image/svg+xml" : "text/vnd.graphviz");
  if (!answer || answer->status != 200) return explain("graph", *access, answer);
  fwrite(answer->body.data(), 1, answer->body.size(), stdout);
  return fflush(stdout) == 0 ? kDone : kFailed;
}

}  // namespace parlour::ctl
