#include "load/process_cost.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "base/clock.hpp"

namespace parlour::bench {
namespace {

namespace fs = std::filesystem;

std::string contentOf(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

uint32_t entriesOf(const fs::path& path) {
  std::error_code error;
  fs::directory_iterator entries(path, error);
  return error ? 0 : static_cast<uint32_t>(std::distance(begin(entries), end(entries)));
}

/// Fields 14 and 15 of proc(5)'s stat, counted after the name, which may hold anything.
double cpuSecondsOf(const std::string& stat) {
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string skipped;
  for (int i = 3; i < 14; ++i) fields >> skipped;
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

/// Without the number that tells threads of a kind apart ("hloop 118726393").
std::string nameOf(std::string comm) {
  while (!comm.empty() && comm.back() == '\n') comm.pop_back();
  const size_t end = comm.find_last_not_of("0123456789");
  if (end != std::string::npos && end > 0 && comm[end] == ' ') comm.resize(end);
  return comm;
}

}  // namespace

Result<ProcessCost> ProcessCost::read(pid_t pid) {
  const fs::path root = fmt::format("/proc/{}", pid);
  const std::string stat = contentOf(root / "stat");
  if (stat.empty()) return failed("no_such_process", fmt::format("there is no process {}", pid));
  ProcessCost cost;
  cost.cpuSeconds = cpuSecondsOf(stat);
  std::istringstream memory(contentOf(root / "statm"));
  uint64_t pages = 0;
  memory >> pages >> pages;  // The second is resident.
  cost.rssBytes = pages * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  cost.threads = entriesOf(root / "task");
  cost.descriptors = entriesOf(root / "fd");
  std::error_code error;
  for (const auto& task : fs::directory_iterator(root / "task", error)) {
    // schedstat's first field is the time on a core in ns; finer than stat's ticks.
    std::istringstream schedule(contentOf(task.path() / "schedstat"));
    double ns = 0;
    if (schedule >> ns) cost.cpuByThread[nameOf(contentOf(task.path() / "comm"))] += ns / 1e9;
  }
  return cost;
}

}  // namespace parlour::bench
