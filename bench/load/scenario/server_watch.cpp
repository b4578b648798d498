#include "load/scenario/server_watch.hpp"

#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/clock.hpp"

namespace parlour::bench {
namespace {

constexpr guint kTimeoutS = 5;

uint64_t descriptorLimitOf(pid_t pid) {
  std::ifstream limits(fmt::format("/proc/{}/limits", pid));
  for (std::string line; std::getline(limits, line);)
    if (line.starts_with("Max open files")) {
      std::istringstream fields(line.substr(14));
      uint64_t soft = 0;
      fields >> soft;
      return soft;
    }
  return 0;
}

unsigned coresOf(pid_t pid) {
  cpu_set_t set;
  if (sched_getaffinity(pid, sizeof set, &set) != 0) return 1;
  return static_cast<unsigned>(CPU_COUNT(&set));
}

/// Median of what `name` was from the share `from` of the moments to the share `to`.
std::optional<double> middle(const Outcome& outcome, const char* name, double from, double to) {
  std::vector<double> values;
  for (const Moment& moment : outcome.moments) {
    const auto found = moment.values.find(name);
    const double at = (moment.atSeconds - outcome.windowFrom) / outcome.windowSeconds;
    if (found != moment.values.end() && at >= from && at <= to) values.push_back(found->second);
  }
  if (values.empty()) return std::nullopt;
  std::nth_element(values.begin(), values.begin() + static_cast<long>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

}  // namespace

std::map<std::string, double> readMetrics(std::string_view text) {
  std::map<std::string, double> metrics;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.empty() || line[0] == '#') continue;
    const size_t labels = line.find('{');
    const size_t after = labels == std::string_view::npos ? 0 : line.rfind('}');
    const size_t blank = after == std::string_view::npos ? after : line.find(' ', after);
    if (blank == std::string_view::npos) continue;
    double value = 0;
    const char* first = line.data() + blank + 1;
    if (std::from_chars(first, line.data() + line.size(), value).ec == std::errc())
      metrics[std::string(line.substr(0, blank))] = value;
  }
  return metrics;
}

std::optional<double> sumOfMetric(const std::map<std::string, double>& metrics,
                                  std::string_view name) {
  std::optional<double> sum;
  for (auto at = metrics.lower_bound(std::string(name));
       at != metrics.end() && at->first.starts_with(name); ++at)
    if (at->first.size() == name.size() || at->first[name.size()] == '{')
      sum = sum.value_or(0) + at->second;
  return sum;
}

ServerWatch::ServerWatch(std::string url, pid_t pid, bool scrape)
    : url_(std::move(url)),
      pid_(pid),
      scrape_(scrape),
      session_(
          Ref<SoupSession>::adopt(soup_session_new_with_options("timeout", kTimeoutS, nullptr))) {
  if (pid_ == 0) return;
  cores_ = coresOf(pid_);
  descriptorLimit_ = descriptorLimitOf(pid_);
}

ServerWatch::~ServerWatch() {
  g_cancellable_cancel(cancellable_.get());
}

void ServerWatch::readProcess() {
  now_.atNs = SystemClock().nowNs();
  if (pid_ == 0) return;
  if (auto cost = ProcessCost::read(pid_)) now_.cost = std::move(*cost);
}

void ServerWatch::onMetrics(GBytes* body) {
  gsize size = 0;
  const auto* bytes = static_cast<const char*>(g_bytes_get_data(body, &size));
  now_.metrics = readMetrics({bytes, size});
  if (pid_ != 0) return;
  // What the server tells of itself, where its process cannot be seen.
  const auto value = [this](const char* name) {
    return sumOfMetric(now_.metrics, name).value_or(0);
  };
  now_.cost.cpuSeconds = value("process_cpu_seconds_total");
  now_.cost.rssBytes = static_cast<uint64_t>(value("process_resident_memory_bytes"));
  now_.cost.descriptors = static_cast<uint32_t>(value("process_open_fds"));
  now_.cost.threads = static_cast<uint32_t>(value("process_threads"));
}

void ServerWatch::readNow() {
  const auto message =
      Ref<SoupMessage>::adopt(soup_message_new("GET", (url_ + "/metrics").c_str()));
  GBytes* body = soup_session_send_and_read(session_.get(), message.get(), nullptr, nullptr);
  if (body && soup_message_get_status(message.get()) == SOUP_STATUS_OK) onMetrics(body);
  if (body) g_bytes_unref(body);
  readProcess();
}

void ServerWatch::ask() {
  if (!scrape_ || asking_) return;
  asking_ = true;
  const auto message =
      Ref<SoupMessage>::adopt(soup_message_new("GET", (url_ + "/metrics").c_str()));
  const auto done = [](GObject* session, GAsyncResult* result, gpointer data) noexcept {
    GError* error = nullptr;
    GBytes* body = soup_session_send_and_read_finish(SOUP_SESSION(session), result, &error);
    const bool cancelled = g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_clear_error(&error);
    if (cancelled) return;
    auto* self = static_cast<ServerWatch*>(data);
    self->asking_ = false;
    if (!body) return;
    self->onMetrics(body);
    g_bytes_unref(body);
  };
  soup_session_send_and_read_async(session_.get(), message.get(), G_PRIORITY_DEFAULT,
                                   cancellable_.get(), done, this);
}

void ServerWatch::markIdle() {
  idle_ = now_;
}

void ServerWatch::openWindow() {
  readProcess();
  begin_ = now_;
}

void ServerWatch::closeWindow() {
  if (!scrape_) readNow();
  readProcess();
  end_ = now_;
}

double ServerWatch::metric(const Reading& reading, std::string_view name) const {
  return sumOfMetric(reading.metrics, name).value_or(0);
}

void ServerWatch::sample(Moment& moment) {
  readProcess();
  ask();
  const double seconds = static_cast<double>(now_.atNs - last_.atNs) / 1e9;
  auto& v = moment.values;
  if (now_.cost.rssBytes > 0) {
    v["serverRssMiB"] = static_cast<double>(now_.cost.rssBytes) / (1 << 20);
    v["serverThreads"] = now_.cost.threads;
    v["serverDescriptors"] = now_.cost.descriptors;
  }
  if (last_.atNs != 0 && seconds > 0) {
    if (now_.cost.cpuSeconds > 0)
      v["serverCpuShare"] = (now_.cost.cpuSeconds - last_.cost.cpuSeconds) / seconds;
    const auto rate = [&](const char* key, const char* name, double scale) {
      if (sumOfMetric(last_.metrics, name))
        v[key] = std::max(0.0, (metric(now_, name) - metric(last_, name)) / seconds * scale);
    };
    rate("serverPacketsOut", "parlour_egress_packets_total", 1);
    rate("serverPacketsIn", "parlour_transport_received_total", 1);
    rate("serverMbitOut", "parlour_egress_bytes_total", 8e-6);
    rate("serverMbitIn", "parlour_transport_received_bytes_total", 8e-6);
    rate("serverDropped", "parlour_egress_dropped_total", 1);
    rate("serverDroppedIn", "parlour_transport_receive_dropped_total", 1);
  }
  for (const auto& [key, name] : {std::pair("serverParticipants", "parlour_participants"),
                                  {"serverRooms", "parlour_rooms"},
                                  {"serverPublications", "parlour_publications"},
                                  {"serverSubscriptions", "parlour_subscriptions"}})
    if (const auto value = sumOfMetric(now_.metrics, name)) v[key] = *value;
  last_ = now_;
}

Figures ServerWatch::figures(const Outcome& outcome) const {
  Figures f;
  const double seconds = static_cast<double>(end_.atNs - begin_.atNs) / 1e9;
  if (end_.cost.rssBytes == 0 || seconds <= 0) return f;
  f["serverCpuShare"] = (end_.cost.cpuSeconds - begin_.cost.cpuSeconds) / seconds;
  f["serverThreads"] = end_.cost.threads;
  f["serverDescriptors"] = end_.cost.descriptors;
  if (const double people = outcome.count("peopleAtEnd"); people > 0 && idle_.cost.rssBytes > 0)
    f["serverKiBPerPerson"] =
        (static_cast<double>(end_.cost.rssBytes) - static_cast<double>(idle_.cost.rssBytes)) /
        1024 / people;
  if (sumOfMetric(end_.metrics, "parlour_egress_dropped_total"))
    f["serverDropped"] = metric(end_, "parlour_egress_dropped_total") -
                         metric(begin_, "parlour_egress_dropped_total");
  const auto grown = [&](const char* figure, const char* name, bool share) {
    const auto before = middle(outcome, name, 0, 0.2), after = middle(outcome, name, 0.8, 1);
    if (!before || !after || *before <= 0) return;
    f[figure] = share ? *after / *before - 1 : *after - *before;
  };
  grown("memoryGrowthShare", "serverRssMiB", true);
  grown("threadGrowth", "serverThreads", false);
  grown("descriptorGrowth", "serverDescriptors", false);
  return f;
}

nlohmann::json ServerWatch::toJson() const {
  nlohmann::json json = {{"cores", cores_},
                         {"rssBytesIdle", idle_.cost.rssBytes},
                         {"rssBytes", end_.cost.rssBytes},
                         {"cpuSecondsByThread", nlohmann::json::object()},
                         {"metrics", nlohmann::json::object()}};
  for (const auto& [name, cpuSeconds] : end_.cost.cpuByThread) {
    const auto before = begin_.cost.cpuByThread.find(name);
    const double used = cpuSeconds - (before == begin_.cost.cpuByThread.end() ? 0 : before->second);
    if (used >= 0.001) json["cpuSecondsByThread"][name] = used;
  }
  for (const auto& [name, value] : end_.metrics) {
    const auto before = begin_.metrics.find(name);
    json["metrics"][name] = {before == begin_.metrics.end() ? 0 : before->second, value};
  }
  return json;
}

}  // namespace parlour::bench
