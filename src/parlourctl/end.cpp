// parlourctl end.
#include <fmt/format.h>

#include "parlourctl/access.hpp"
#include "parlourctl/command.hpp"

namespace parlour::ctl {

int runEnd(int argc, char** argv) {
  Options options("end", "ROOM", "Ends a call: everybody in the room is told and leaves.");
  AccessOptions accessOptions;
  accessOptions.addTo(options);
  if (!options.parse(argc, argv, 1, 1)) return kWrongUsage;
  const auto access = Access::from(accessOptions);
  if (!access) return options.wrong(access.error().message);
  const auto answer = access->ask("DELETE", roomPath(options.arguments()[0]));
  if (!answer || answer->status != 204) return explain("end", *access, answer);
  fmt::print("The call in {} has ended.\n", options.arguments()[0]);
  return kDone;
}

}  // namespace parlour::ctl
