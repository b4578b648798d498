// parlourctl health.
#include <fmt/format.h>

#include "parlourctl/command.hpp"
#include "parlourctl/lookup.hpp"

namespace parlour::ctl {

int runHealth(int argc, char** argv) {
  Options options("health", "", "Says whether the server takes calls. Needs no token.");
  AccessOptions accessOptions;
  OutputOption output;
  accessOptions.addTo(options);
  output.addTo(options);
  if (!options.parse(argc, argv, 0, 0)) return kWrongUsage;
  if (!output.valid()) return options.wrong("--output is table or json");
  const auto access = Access::from(accessOptions);
  if (!access) return options.wrong(access.error().message);
  const auto answer = access->ask("GET", "/readyz");
  if (!answer || (answer->status != 200 && answer->status != 503))
    return explain("health", *access, answer);
  const bool ready = answer->status == 200;
  const auto json = JsonView::parse(answer->body);
  if (output.json() && json) {
    fmt::print("{}\n", json->pretty());
  } else {
    // Two things must be there: calls (keys are warm, nothing drains) and the keys for tokens.
    std::string why;
    if (json && !json->flag("calls")) why = ": it is starting or draining";
    if (json && !json->flag("tokens")) why += ": the keys for tokens are not there yet";
    fmt::print("{} {}{}\n", access->name(), ready ? "takes calls" : "takes no calls now",
               ready ? "" : why);
  }
  return ready ? kDone : kNotReady;
}

}  // namespace parlour::ctl
