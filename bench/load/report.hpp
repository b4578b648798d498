// Report: what was measured, judged and written down. Thread: any (pure).
#pragma once

#include <string>
#include <vector>

#include "load/run.hpp"

namespace parlour::bench {

struct Report {
  std::string json;
  std::string text;
  std::vector<std::string>
      invalid;  ///< Why the figures say nothing about the server; empty: valid.
};

/// `cores` is how many this process may use.
Report makeReport(const LoadOptions& options, const Measured& measured, unsigned cores);

}  // namespace parlour::bench
