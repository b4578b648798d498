// The phases of a run, and what is measured in them.
#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "load/scenario/bad_line.hpp"
#include "load/scenario/scenario_run.hpp"
#include "load/timing.hpp"

namespace parlour::bench {
namespace {

constexpr uint32_t kTickMs = 5, kSecondMs = 1000;
constexpr uint32_t kLastJoinMs = 20'000;  ///< From when the last one should have begun.
constexpr uint32_t kLeaveDeadlineMs = 6'000;
constexpr int64_t kChatGraceNs = 1'000'000'000;  ///< For what was written to be read.
constexpr double kMostCpu = 0.9, kMostSlipMs = 20;

double ownCores() {
  cpu_set_t set;
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

double shareOf(int64_t cpuNs, int64_t wallNs) {
  return wallNs > 0 ? static_cast<double>(cpuNs) / static_cast<double>(wallNs) : 0;
}

const char* nameOf(int phase) {
  constexpr const char* kNames[] = {"joining", "settling", "measuring", "leaving"};
  return kNames[phase];
}

}  // namespace

void ScenarioRun::start() {
  if (place_.watchServer) server_->readNow();
  server_->markIdle();
  startNs_ = sampleNs_ = SystemClock().nowNs();
  ticks_ = Timer::every(kTickMs, [this] {
    tick();
    if (phase_ == Phase::kComing && behaviour_.settled()) advance();
    return phase_ != Phase::kLeave;
  });
  seconds_ = Timer::every(kSecondMs, [this] {
    sample();
    return phase_ != Phase::kLeave;
  });
  deadline_ =
      Timer::once(timerMs(scenario_.people / scenario_.joinRate) + kLastJoinMs, [this] { advance(); });
  if (place_.line) changeLine(0);
}

void ScenarioRun::advance() {
  if (phase_ != Phase::kComing) return;
  phase_ = Phase::kSettle;
  step_ = Timer::once(timerMs(scenario_.settleSeconds), [this] { openWindow(); });
}

void ScenarioRun::changeLine(size_t stage) {
  const LineStage& s = scenario_.line.stages[stage];
  if (auto changed = place_.line->change(s); !changed)
    outcome_.invalid.push_back("the line: " + changed.error().message);
  if (stage + 1 < scenario_.line.stages.size())
    stages_ = Timer::once(timerMs(s.seconds), [this, stage] { changeLine(stage + 1); });
}

void ScenarioRun::openWindow() {
  phase_ = Phase::kWindow;
  for (const auto& thread : threads_) thread->beginWindow();
  sampleBytes_ = samplePackets_ = sampleLost_ = sampleExpected_ = 0;
  windowNs_ = SystemClock().nowNs();
  windowCpuNs_ = threadCpuNs();
  outcome_.windowFrom = static_cast<double>(windowNs_ - startNs_) / 1e9;
  server_->openWindow();
  shared_.measuring = true;
  const auto measuredNs = static_cast<int64_t>(scenario_.seconds * 1e9);
  shared_.chatFromNs = windowNs_;
  shared_.chatUntilNs = windowNs_ + measuredNs - std::min(kChatGraceNs, measuredNs / 2);
  behaviour_.openWindow(windowNs_);
  if (place_.line) changeLine(0);
  step_ = Timer::once(timerMs(scenario_.seconds), [this] { closeWindow(); });
  if (scenario_.ramp.addPeople > 0)
    stages_ = Timer::every(timerMs(scenario_.ramp.stepSeconds), [this] {
      stepRamp();
      return phase_ == Phase::kWindow;
    });
}

void ScenarioRun::stepRamp() {
  const RampState state = rampState();
  if (std::string broken = brokenLimit(scenario_, state); !broken.empty())
    return closeWindow(std::move(broken));
  if (outcome_.greatest["loadCpuPeak"] > kMostCpu) {
    outcome_.invalid.push_back(fmt::format(
        "with {} people the load itself had no CPU left; use more machines", state.people));
    return closeWindow("the load tool");
  }
  behaviour_.addSeats(static_cast<uint32_t>(scenario_.ramp.addPeople));
}

RampState ScenarioRun::rampState() const {
  RampState state;
  state.people = behaviour_.present();
  state.cores = server_->cores();
  state.descriptorLimit = static_cast<double>(server_->descriptorLimit());
  state.failedJoins = outcome_.count("joinsFailed");
  state.lossShare = stepLossShare_;
  if (const auto found = outcome_.durations.find("signalling"); found != outcome_.durations.end())
    state.signallingP99Ms = static_cast<double>(found->second.quantile(0.99)) / 1e6;
  if (outcome_.moments.empty()) return state;
  const auto& now = outcome_.moments.back().values;
  const auto value = [&now](const char* name) {
    const auto found = now.find(name);
    return found == now.end() ? 0 : found->second;
  };
  state.cpuCores = value("serverCpuShare");
  state.memoryMiB = value("serverRssMiB");
  state.descriptors = value("serverDescriptors");
  state.megabitsPerSecond = value("serverMbitOut");
  return state;
}

/// A second's share of what is counted since the window, or the run, began.
void ScenarioRun::sample() {
  Moment moment;
  const int64_t nowNs = SystemClock().nowNs();
  const double seconds = static_cast<double>(nowNs - sampleNs_) / 1e9;
  moment.atSeconds = static_cast<double>(nowNs - startNs_) / 1e9;
  double bytes = 0, packets = 0, lost = 0, expected = 0, cpu = 0, freezes = 0, stalled = 0;
  for (const auto& thread : threads_) {
    const MediaThread::Scene scene = thread->scene();
    bytes += static_cast<double>(scene.tally.receivedBytes);
    packets += static_cast<double>(scene.tally.received);
    lost += static_cast<double>(scene.totals.lost());
    expected += static_cast<double>(scene.totals.expected);
    freezes += static_cast<double>(scene.flow.freezes);
    stalled += scene.moving.stalled;
    cpu = std::max(cpu, shareOf(scene.tally.cpuNs, scene.tally.wallNs));
  }
  const double control = shareOf(threadCpuNs() - sampleCpuNs_, nowNs - sampleNs_);
  if (phase_ == Phase::kWindow) {
    outcome_.greatest["loadCpuPeak"] = std::max({outcome_.greatest["loadCpuPeak"], control, cpu});
    outcome_.counts["personSeconds"] += behaviour_.present() * seconds;
  }
  const double expectedNow = std::max(0.0, expected - std::exchange(sampleExpected_, expected));
  const double lostNow = std::max(0.0, lost - std::exchange(sampleLost_, lost));
  stepLossShare_ = expectedNow > 0 ? lostNow / expectedNow : 0;
  moment.values = {
      {"people", behaviour_.present()},
      {"receivedMbit", std::max(0.0, bytes - std::exchange(sampleBytes_, bytes)) * 8e-6 / seconds},
      {"receivedPackets",
       std::max(0.0, packets - std::exchange(samplePackets_, packets)) / seconds},
      {"lostPackets", lostNow / seconds},
      {"freezes", freezes},
      {"stalled", stalled},
      {"loadCpuShare", std::max(control, cpu)}};
  sampleNs_ = nowNs;
  sampleCpuNs_ = threadCpuNs();
  if (place_.watchServer) server_->sample(moment);
  outcome_.moments.push_back(moment);
  listener_.second(outcome_.moments.back(), nameOf(static_cast<int>(phase_)));
}

void ScenarioRun::closeWindow(std::string limit) {
  if (phase_ != Phase::kWindow) return;
  limit_ = std::move(limit);
  const int64_t nowNs = SystemClock().nowNs();
  behaviour_.stop();
  outcome_.windowSeconds = static_cast<double>(nowNs - windowNs_) / 1e9;
  sample();
  addScenes();
  shared_.measuring = false;
  uint32_t onTheirWay = 0, overdue = 0;
  for (const auto& [index, person] : people_) {
    onTheirWay += !person->in && person->deadline.active() && seats_[person->seat] == index;
    overdue += person->stay->overdue(nowNs);
  }
  outcome_.counts["joins"] -= onTheirWay;
  outcome_.counts["requestErrors"] += overdue;
  if (overdue > 0) outcome_.fail(fmt::format("{} requests had no answer for 5 s", overdue));
  outcome_.counts["peopleAtEnd"] = behaviour_.present();
  if (place_.watchServer) server_->closeWindow();
  leaveAll();
}

void ScenarioRun::addScenes() {
  auto& counts = outcome_.counts;
  std::vector<double> cpu{shareOf(threadCpuNs() - windowCpuNs_, SystemClock().nowNs() - windowNs_)};
  Histogram slip;
  double overflowed = 0;
  for (const auto& thread : threads_) {
    const MediaThread::Scene scene = thread->scene();
    cpu.push_back(shareOf(scene.tally.cpuNs, scene.tally.wallNs));
    slip.merge(scene.tally.slip);
    outcome_.durations["delay"].merge(scene.tally.delays.endToEnd);
    outcome_.durations["jitter"].merge(scene.jitter);
    const std::pair<const char*, double> each[] = {
        {"packetsExpected", double(scene.totals.expected)},
        {"packetsLost", double(scene.totals.lost())},
        {"packetsReceived", double(scene.tally.received)},
        {"packetsSent", double(scene.tally.sent)},
        {"packetsMalformed", double(scene.tally.malformed)},
        {"packetsForeign", double(scene.totals.foreign)},
        {"packetsRepaired", double(scene.tally.repaired)},
        {"receivedBytes", double(scene.tally.receivedBytes)},
        {"sentBytes", double(scene.tally.sentBytes)},
        {"keyFrameRequests", double(scene.tally.keyFrameRequests)},
        {"nacksFromServer", double(scene.tally.nacks)},
        {"pictures", double(scene.flow.pictures)},
        {"freezes", double(scene.flow.freezes)},
        {"switches", double(scene.flow.switches)},
        {"watchedSeconds", double(scene.flow.watchedNs) / 1e9},
        {"frozenSeconds", double(scene.flow.freezeNs) / 1e9},
        {"picturesMoving", double(scene.moving.moving)},
        {"picturesStalled", double(scene.moving.stalled)}};
    for (const auto& [name, value] : each) counts[name] += value;
    for (const auto& [height, n] : scene.flow.byHeight)
      counts[fmt::format("pictures{}p", height)] += static_cast<double>(n);
    auto& longest = outcome_.greatest["longestFreezeMs"];
    longest = std::max(longest, static_cast<double>(scene.flow.longestNs) / 1e6);
    overflowed += static_cast<double>(scene.tally.overflowed);
  }
  judgeLoad(cpu, static_cast<double>(slip.quantile(0.99)) / 1e6, overflowed);
  outcome_.durations["slip"].merge(slip);
}

void ScenarioRun::judgeLoad(const std::vector<double>& cpu, double slipMs, double overflowed) {
  const double busiest = *std::max_element(cpu.begin(), cpu.end());
  double total = 0;
  for (const double each : cpu) total += each;
  const double share = std::max(busiest, total / ownCores());
  outcome_.greatest["loadCpuShare"] = share;
  auto& invalid = outcome_.invalid;
  if (share > kMostCpu)
    invalid.push_back(fmt::format("the load used {:.0f} % of its CPU", share * 100));
  if (slipMs > kMostSlipMs)
    invalid.push_back(fmt::format("what was published left {:.0f} ms late at p99", slipMs));
  if (overflowed > 0)
    invalid.push_back(fmt::format("{:.0f} packets overflowed the load's sockets", overflowed));
}

void ScenarioRun::interrupt() {
  if (phase_ == Phase::kWindow) return closeWindow();
  if (phase_ == Phase::kLeave) return end();
  outcome_.invalid.push_back("it was interrupted before anything was measured");
  leaveAll();
}

void ScenarioRun::leaveAll() {
  if (phase_ == Phase::kLeave) return;
  phase_ = Phase::kLeave;
  step_.stop();
  stages_.stop();
  behaviour_.stop();
  deadline_ = Timer::once(kLeaveDeadlineMs, [this] { end(); });
  leaving_ = 1;
  const auto left = [this] {
    if (--leaving_ == 0) end();
  };
  for (const auto& [index, person] : people_) {
    if (!person->in) continue;
    ++leaving_;
    person->stay->leave(left);
  }
  left();
}

void ScenarioRun::end() {
  if (std::exchange(ended_, true)) return;
  post([this] { listener_.finished(); });
}

}  // namespace parlour::bench
