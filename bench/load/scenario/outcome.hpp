// Outcome: what one machine of a run counted, in a form that can be sent and put together: counters
// add up, histograms are merged bucket by bucket, and figures are worked out once, at the end.
// Thread: any (a plain value).
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "load/histogram.hpp"
#include "load/report/figures.hpp"

namespace parlour::bench {

/// One second of the run. Values of all machines are added.
struct Moment {
  double atSeconds = 0;  ///< Since the first join.
  std::map<std::string, double> values;
};

struct Outcome {
  std::map<std::string, double> counts;        ///< Added.
  std::map<std::string, double> greatest;      ///< The greatest is kept.
  std::map<std::string, Histogram> durations;  ///< ns.
  std::vector<Moment> moments;                 ///< One a second.
  std::vector<std::string> failures;           ///< Sentences, some of them.
  std::vector<std::string> invalid;            ///< Why it says nothing about the server.
  double windowSeconds = 0;
  double windowFrom = 0;  ///< Moment::atSeconds at its begin.
  uint32_t machines = 1;

  double count(const std::string& name) const;
  void fail(std::string why);
  void merge(const Outcome& other);
  nlohmann::json toJson() const;
  /// Error (kInvalid): bad_outcome.
  static Result<Outcome> fromJson(const nlohmann::json& json);
};

/// What the clients measured comes down to; server figures are added by the server's watch.
Figures clientFigures(const Outcome& outcome);

}  // namespace parlour::bench
