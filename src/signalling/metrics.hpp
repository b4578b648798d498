// Metrics: what the server counts and measures, in Prometheus' text form.
//
// Every part registers its own figures at start; values are asked for when a scrape comes, so a
// counter of the media path stays a plain atomic where it is counted. Names follow Prometheus'
// conventions (base units, `_total` on counters, no room or participant labels) and start with
// `parlour_`, except `process_*`.
// Thread: control. The callbacks run on the control thread and must not block.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/histogram.hpp"

namespace parlour::signalling {

using Labels = std::vector<std::pair<std::string, std::string>>;

/// One value of a metric that has labels.
struct Sample {
  Labels labels;
  double value = 0;
};

/// One histogram of a family that has labels.
struct HistogramSample {
  Labels labels;
  HistogramReading reading;
};

/// A family of counters told apart by labels, owned by Metrics: `add({{"code", "200"}})`.
class CounterFamily {
 public:
  void add(const Labels& labels, double amount = 1);
  std::vector<Sample> samples() const;

 private:
  std::vector<Sample> samples_;  // Few label sets by convention: searched from the front.
};

class Metrics {
 public:
  using Value = std::function<double()>;
  using Values = std::function<std::vector<Sample>()>;
  using Readings = std::function<std::vector<HistogramSample>()>;

  Metrics();
  ~Metrics();

  /// A value that goes up and down. A name is registered once; twice is a programming error.
  void gauge(std::string name, std::string help, Value value);
  void gauges(std::string name, std::string help, Values values);
  /// A value that only grows while the process lives.
  void counter(std::string name, std::string help, Value value);
  void counters(std::string name, std::string help, Values values);
  /// Counted here; the reference stays valid as long as Metrics does.
  CounterFamily& counterFamily(std::string name, std::string help);
  void histogram(std::string name, std::string help, std::function<HistogramReading()> reading);
  void histograms(std::string name, std::string help, Readings readings);
  /// Called when a scrape begins, before any value is asked for.
  void onScrape(std::function<void()> prepare);

  /// Everything, as `text/plain; version=0.0.4`.
  std::string text() const;

  /// Registers `process_*` (Linux /proc).
  void addProcess();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace parlour::signalling
