#include "parlourctl/lookup.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "parlourctl/command.hpp"

namespace parlour::ctl {

void OutputOption::addTo(Options& options) {
  options.text("output", "table|json", "Form of the answer", form, 'o');
}

int runLookup(const Lookup& lookup, int argc, char** argv) {
  Options options(lookup.command, lookup.usage, lookup.about);
  AccessOptions accessOptions;
  OutputOption output;
  accessOptions.addTo(options);
  output.addTo(options);
  const size_t count = *lookup.usage ? 1 : 0;
  if (!options.parse(argc, argv, count, count)) return kWrongUsage;
  if (!output.valid()) return options.wrong("--output is table or json");
  const auto access = Access::from(accessOptions);
  if (!access) return options.wrong(access.error().message);
  const auto answer = access->ask("GET", lookup.path(options.arguments()));
  if (!answer || answer->status != 200) return explain(lookup.command, *access, answer);
  const auto json = JsonView::parse(answer->body);
  if (!json) {
    fmt::print(stderr, "parlourctl {}: {} does not answer with JSON; is it a Parlour server?\n",
               lookup.command, access->name());
    return kFailed;
  }
  fmt::print("{}", output.json() ? json->pretty() + "\n" : lookup.table(*json));
  return kDone;
}

}  // namespace parlour::ctl
