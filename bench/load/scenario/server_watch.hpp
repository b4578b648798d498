// ServerWatch: what the server costs while it is under load, from its /metrics and from /proc.
// Thread: control.
#pragma once

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/ref.hpp"
#include "load/process_cost.hpp"
#include "load/scenario/outcome.hpp"

#include <libsoup/soup.h>

namespace parlour::bench {

/// Prometheus' text format, as `name{labels}` → value. Lines that are none are skipped.
std::map<std::string, double> readMetrics(std::string_view text);
/// The sum of a metric over all its labels; nothing where there is no such metric.
std::optional<double> sumOfMetric(const std::map<std::string, double>& metrics,
                                  std::string_view name);

class ServerWatch {
 public:
  /// `pid` 0: the process is not on this machine, and /metrics alone tells. `scrape` false: the
  /// line is too bad to ask for /metrics while it is measured.
  ServerWatch(std::string url, pid_t pid, bool scrape);
  ~ServerWatch();

  /// Reads everything once, waiting for it: before the first client comes, and at the end.
  void readNow();
  /// Remembers the present as the time without load.
  void markIdle();
  void openWindow();
  void closeWindow();
  /// Adds the last second to `moment`, and asks for the next.
  void sample(Moment& moment);

  Figures figures(const Outcome& outcome) const;
  /// Seconds of CPU by thread in the window; metrics at its two ends.
  nlohmann::json toJson() const;
  /// Cores the server may use; its limit of descriptors. 1 and 0 where unknown.
  unsigned cores() const { return cores_; }
  uint64_t descriptorLimit() const { return descriptorLimit_; }

 private:
  struct Reading {
    int64_t atNs = 0;
    ProcessCost cost;
    std::map<std::string, double> metrics;
  };
  void readProcess();
  void onMetrics(GBytes* body);
  void ask();
  double metric(const Reading& reading, std::string_view name) const;

  const std::string url_;
  const pid_t pid_;
  const bool scrape_;
  Ref<SoupSession> session_;
  Ref<GCancellable> cancellable_ = Ref<GCancellable>::adopt(g_cancellable_new());
  unsigned cores_ = 1;
  uint64_t descriptorLimit_ = 0;
  bool asking_ = false;
  Reading now_, last_, idle_, begin_, end_;
};

}  // namespace parlour::bench
