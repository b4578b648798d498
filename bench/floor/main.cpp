// parlour-floor: what forwarding a packet costs at the least, on this machine.
#include <fmt/format.h>
#include <time.h>

#include <cstdio>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "floor/fanout.hpp"
#include "floor/options.hpp"
#include "floor/receivers.hpp"
#include "floor/transmit.hpp"

namespace parlour::bench {
namespace {

constexpr int kExitFailed = 1, kExitUsage = 2;

struct Measured {
  Way way;
  double usPerPacket = 0;
  uint64_t sent = 0, refused = 0, received = 0;
};

int64_t nsOf(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return now.tv_sec * kNsPerSecond + now.tv_nsec;
}

void sleepUntil(int64_t ns) {
  const timespec until{ns / kNsPerSecond, ns % kNsPerSecond};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
  }
}

/// Bursts at their times, one source after the other. Returns the CPU time of this process.
int64_t pace(const FloorOptions& options, Fanout& fanout, Transmit& transmit, double seconds) {
  const int64_t step = kNsPerSecond / (int64_t{options.rate} * options.sources);
  const auto bursts = static_cast<int64_t>(seconds * options.rate * options.sources);
  const int64_t cpuBefore = nsOf(CLOCK_PROCESS_CPUTIME_ID);
  const int64_t start = nsOf(CLOCK_MONOTONIC);
  for (int64_t i = 0; i < bursts; ++i) {
    sleepUntil(start + i * step);
    fanout.forward(static_cast<uint32_t>(i % options.sources), transmit);
  }
  return nsOf(CLOCK_PROCESS_CPUTIME_ID) - cpuBefore;
}

Result<Measured> measure(const FloorOptions& options, Way way, Receivers& receivers) {
  constexpr double kWarmUpSeconds = 0.3;
  Fanout fanout(options);
  Transmit transmit(way, receivers.addresses(), options.burst);
  pace(options, fanout, transmit, kWarmUpSeconds);
  const uint64_t sentBefore = transmit.sent();
  const auto before = receivers.count();
  if (!before) return before.error();
  const int64_t cpuNs = pace(options, fanout, transmit, options.seconds);
  const auto after = receivers.count();
  if (!after) return after.error();
  Measured measured{way, 0, transmit.sent() - sentBefore, transmit.refused(), *after - *before};
  if (measured.sent == 0) return failed("cannot_send", "the kernel took no packet");
  measured.usPerPacket = static_cast<double>(cpuNs) / 1e3 / static_cast<double>(measured.sent);
  return measured;
}

void print(const FloorOptions& options, const std::vector<Measured>& all) {
  if (!options.json) {
    fmt::print("{} source(s) x {}/s x {} packets of {} bytes -> {} subscribers\n", options.sources,
               options.rate, options.burst, options.packetBytes, options.subscribers);
    for (const Measured& m : all)
      fmt::print("{:<14} {:6.2f} us CPU per packet, {} sent, {} refused, {} lost\n", nameOf(m.way),
                 m.usPerPacket, m.sent, m.refused, m.sent - m.received);
    return;
  }
  nlohmann::ordered_json ways = nlohmann::ordered_json::array();
  for (const Measured& m : all)
    ways.push_back({{"way", nameOf(m.way)},
                    {"usPerPacket", m.usPerPacket},
                    {"sent", m.sent},
                    {"refused", m.refused},
                    {"lost", m.sent - m.received}});
  const nlohmann::ordered_json report = {{"program", "parlour-floor"},
                                         {"subscribers", options.subscribers},
                                         {"sources", options.sources},
                                         {"rate", options.rate},
                                         {"burst", options.burst},
                                         {"packetBytes", options.packetBytes},
                                         {"ways", ways}};
  std::puts(report.dump(2).c_str());
}

Result<void> run(const FloorOptions& options) {
  auto receivers = Receivers::start(options.subscribers, options.receiverCpu);
  if (!receivers) return receivers.error();
  std::vector<Measured> all;
  for (const Way way : kWays) {
    auto measured = measure(options, way, *receivers);
    if (!measured) return measured.error().within(nameOf(way));
    all.push_back(*measured);
  }
  print(options, all);
  return {};
}

}  // namespace
}  // namespace parlour::bench

int main(int argc, char** argv) {
  using namespace parlour;
  const auto options = bench::readFloorOptions(argc, argv);
  if (!options) {
    std::fprintf(stderr, "parlour-floor: %s\n", options.error().message.c_str());
    return bench::kExitUsage;
  }
  if (const auto done = bench::run(*options); !done) {
    std::fprintf(stderr, "parlour-floor: %s\n", done.error().message.c_str());
    return bench::kExitFailed;
  }
  return 0;
}
