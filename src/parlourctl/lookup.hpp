// What the commands that look at rooms share: their options, one request, and the output form.
// Thread: main.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "parlourctl/access.hpp"
#include "parlourctl/json_view.hpp"

namespace parlour::ctl {

/// "-o table|json".
struct OutputOption {
  std::string form = "table";
  void addTo(Options& options);
  bool valid() const { return form == "table" || form == "json"; }
  bool json() const { return form == "json"; }
};

/// A command that gets one JSON document and shows it.
struct Lookup {
  const char* command;
  const char* usage;  ///< "" or "ROOM".
  const char* about;
  /// Path to get, made from the arguments.
  std::function<std::string(const std::vector<std::string>&)> path;
  std::function<std::string(const JsonView&)> table;
};
int runLookup(const Lookup& lookup, int argc, char** argv);

}  // namespace parlour::ctl
