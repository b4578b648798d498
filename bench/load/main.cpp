// parlour-load: many light participants, and what the server makes of them.
#include <glib.h>
#include <sched.h>
#include <sys/resource.h>

#include <cstdio>
#include <cstring>
#include <memory>
#include <optional>

#include "base/loop.hpp"
#include "load/options.hpp"
#include "load/report.hpp"
#include "load/run.hpp"
#include "load/scenario/command.hpp"

namespace parlour::bench {
namespace {

constexpr int kExitFailed = 1, kExitUsage = 2, kExitInvalid = 3;

unsigned allowedCores() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return static_cast<unsigned>(CPU_COUNT(&set));
}

void raiseFileLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int measure(const LoadOptions& options) {
  raiseFileLimit();
  const auto identity = DtlsIdentity::make();
  if (!identity) {
    std::fprintf(stderr, "parlour-load: %s\n", identity.error().message.c_str());
    return kExitFailed;
  }
  const std::unique_ptr<GMainLoop, void (*)(GMainLoop*)> loop(g_main_loop_new(nullptr, FALSE),
                                                              g_main_loop_unref);
  std::optional<Measured> measured;
  {
    Run run(options, *identity, [&](Measured result) {
      measured = std::move(result);
      g_main_loop_quit(loop.get());
    });
    run.start();
    g_main_loop_run(loop.get());
  }
  const Report report = makeReport(options, *measured, allowedCores());
  std::fputs((options.json ? report.json + "\n" : report.text).c_str(), stdout);
  return report.invalid.empty() ? 0 : kExitInvalid;
}

}  // namespace
}  // namespace parlour::bench

int main(int argc, char** argv) {
  using namespace parlour;
  claimControlThread();
  if (argc > 1 && std::strcmp(argv[1], "run") == 0) {
    bench::raiseFileLimit();
    return bench::runScenario(argc - 1, argv + 1);
  }
  const auto options = bench::readLoadOptions(argc, argv);
  if (!options) {
    std::fprintf(stderr, "parlour-load: %s\n", options.error().message.c_str());
    return bench::kExitUsage;
  }
  return bench::measure(*options);
}
