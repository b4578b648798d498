#include "signalling/metrics.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "base/loop.hpp"

namespace parlour::signalling {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

ClientMetric metricOf(const Sample& sample, MetricType type) {
  ClientMetric metric;
  for (const auto& [name, value] : sample.labels) metric.label.push_back({name, value});
  if (type == MetricType::Counter)
    metric.counter.value = sample.value;
  else
    metric.gauge.value = sample.value;
  return metric;
}

ClientMetric metricOf(const HistogramSample& sample) {
  ClientMetric metric;
  for (const auto& [name, value] : sample.labels) metric.label.push_back({name, value});
  const HistogramReading& reading = sample.reading;
  uint64_t cumulative = 0;
  for (size_t i = 0; i < reading.upperBounds.size(); ++i) {
    cumulative += reading.counts[i];
    metric.histogram.bucket.push_back({cumulative, reading.upperBounds[i]});
  }
  metric.histogram.sample_count = cumulative + reading.counts.back();
  metric.histogram.sample_sum = reading.sum;
  return metric;
}

/// utime and stime (seconds), virtual and resident size (bytes), start time (s after boot).
struct ProcessStat {
  double cpuSeconds = 0, virtualBytes = 0, residentBytes = 0, startSeconds = 0, threads = 0;
};

/// proc(5), /proc/pid/stat: the fields after the command's closing parenthesis start at 3.
ProcessStat readProcessStat() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  std::getline(file, line);
  const auto close = line.rfind(')');
  if (close == std::string::npos) return {};
  std::istringstream rest(line.substr(close + 1));
  std::vector<std::string> fields{std::istream_iterator<std::string>(rest), {}};
  const auto field = [&fields](size_t number) {
    return number - 3 < fields.size() ? std::strtod(fields[number - 3].c_str(), nullptr) : 0.0;
  };
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  return {(field(14) + field(15)) / ticks, field(23),
          field(24) * static_cast<double>(sysconf(_SC_PAGESIZE)), field(22) / ticks, field(20)};
}

double bootSeconds() {
  std::ifstream file("/proc/stat");
  std::string word;
  while (file >> word)
    if (word == "btime") {
      double seconds = 0;
      file >> seconds;
      return seconds;
    }
  return 0;
}

double openDescriptors() {
  struct stat folder{};
  // Since Linux 6.2 the folder's size is how many there are.
  if (stat("/proc/self/fd", &folder) == 0 && folder.st_size > 0)
    return static_cast<double>(folder.st_size);
  std::error_code error;
  double count = 0;
  for (auto it = std::filesystem::directory_iterator("/proc/self/fd", error);
       !error && it != std::filesystem::directory_iterator(); it.increment(error))
    ++count;
  return count;
}

}  // namespace

void CounterFamily::add(const Labels& labels, double amount) {
  for (Sample& sample : samples_)
    if (sample.labels == labels) {
      sample.value += amount;
      return;
    }
  samples_.push_back({labels, amount});
}

std::vector<Sample> CounterFamily::samples() const { return samples_; }

struct Metrics::Impl {
  struct Family {
    std::string name, help;
    MetricType type;
    Values values;      // Counter, gauge.
    Readings readings;  // Histogram.
    std::unique_ptr<CounterFamily> counted;
  };
  std::vector<Family> families;
  std::vector<std::function<void()>> prepare;

  Family& add(std::string name, std::string help, MetricType type) {
    for (const Family& family : families)
      if (family.name == name) g_error("the metric %s is registered twice", name.c_str());
    return families.emplace_back(Family{std::move(name), std::move(help), type, {}, {}, {}});
  }
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::gauge(std::string name, std::string help, Value value) {
  gauges(std::move(name), std::move(help), [value = std::move(value)] {
    return std::vector<Sample>{{{}, value()}};
  });
}

void Metrics::gauges(std::string name, std::string help, Values values) {
  impl_->add(std::move(name), std::move(help), MetricType::Gauge).values = std::move(values);
}

void Metrics::counter(std::string name, std::string help, Value value) {
  counters(std::move(name), std::move(help), [value = std::move(value)] {
    return std::vector<Sample>{{{}, value()}};
  });
}

void Metrics::counters(std::string name, std::string help, Values values) {
  impl_->add(std::move(name), std::move(help), MetricType::Counter).values = std::move(values);
}

CounterFamily& Metrics::counterFamily(std::string name, std::string help) {
  auto& family = impl_->add(std::move(name), std::move(help), MetricType::Counter);
  family.counted = std::make_unique<CounterFamily>();
  CounterFamily* counted = family.counted.get();
  family.values = [counted] { return counted->samples(); };
  return *counted;
}

void Metrics::histogram(std::string name, std::string help,
                        std::function<HistogramReading()> reading) {
  histograms(std::move(name), std::move(help), [reading = std::move(reading)] {
    return std::vector<HistogramSample>{{{}, reading()}};
  });
}

void Metrics::histograms(std::string name, std::string help, Readings readings) {
  impl_->add(std::move(name), std::move(help), MetricType::Histogram).readings =
      std::move(readings);
}

void Metrics::onScrape(std::function<void()> prepare) {
  impl_->prepare.push_back(std::move(prepare));
}

std::string Metrics::text() const {
  assertControlThread();
  for (const auto& prepare : impl_->prepare) prepare();
  std::vector<MetricFamily> families;
  for (const auto& registered : impl_->families) {
    MetricFamily family{registered.name, registered.help, registered.type, {}};
    if (registered.readings)
      for (const HistogramSample& sample : registered.readings())
        family.metric.push_back(metricOf(sample));
    else
      for (const Sample& sample : registered.values())
        family.metric.push_back(metricOf(sample, registered.type));
    if (!family.metric.empty()) families.push_back(std::move(family));
  }
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, families);
  return out.str();
}

void Metrics::addProcess() {
  // Once a scrape: the kernel adds it up over every thread.
  const auto now = std::make_shared<ProcessStat>();
  onScrape([now] { *now = readProcessStat(); });
  counter("process_cpu_seconds_total", "User and system CPU time spent.",
          [now] { return now->cpuSeconds; });
  gauge("process_resident_memory_bytes", "Resident memory size.",
        [now] { return now->residentBytes; });
  gauge("process_virtual_memory_bytes", "Virtual memory size.",
        [now] { return now->virtualBytes; });
  gauge("process_threads", "Number of threads.", [now] { return now->threads; });
  gauge("process_start_time_seconds", "Start time of the process since the Unix epoch.",
        [start = bootSeconds() + readProcessStat().startSeconds] { return start; });
  gauge("process_open_fds", "Number of open file descriptors.", openDescriptors);
  gauge("process_max_fds", "Limit of open file descriptors.", [] {
    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    return static_cast<double>(limit.rlim_cur);
  });
}

}  // namespace parlour::signalling
