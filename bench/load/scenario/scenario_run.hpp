// ScenarioRun: people come, do what the scenario's behaviour decides, are measured for a while and
// go again. Thread: control.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/loop.hpp"
#include "load/media_thread.hpp"
#include "load/scenario/behaviour.hpp"
#include "load/scenario/ramp.hpp"
#include "load/scenario/scenario.hpp"
#include "load/scenario/server_watch.hpp"
#include "load/scenario/stay.hpp"

namespace parlour::bench {

class BadLine;

struct ScenarioPlace {
  std::string url = "http://127.0.0.1:8080";
  std::string room = "load";  ///< Rooms are called <room>-0, <room>-1, …
  pid_t serverPid = 0;
  uint32_t threads = 1;  ///< Of media.
  uint32_t machine = 0;  ///< Of several, from 0.
  bool othersPublish = false;  ///< Another machine's people do, in the same rooms.
  bool watchServer = true;
  BadLine* line = nullptr;  ///< Where the scenario has stages.
};

class ScenarioRun {
 public:
  struct Listener {
    std::function<void(const Moment&, const char* phase)> second;
    /// Called once.
    std::function<void()> finished;
  };
  ScenarioRun(const Scenario& scenario, const ScenarioPlace& place, const DtlsIdentity& identity,
              Listener listener);
  ~ScenarioRun();
  void start();
  /// Ends early: what was measured so far counts.
  void interrupt();

  const Outcome& outcome() const { return outcome_; }
  const ServerWatch& server() const { return *server_; }
  const std::string& limit() const { return limit_; }  ///< What a ramp broke; empty: nothing.

 private:
  enum class Phase { kComing, kSettle, kWindow, kLeave };
  struct Person {
    uint32_t seat = 0;
    ClientSpec spec;
    std::unique_ptr<Stay> stay;
    int64_t startNs = 0, answeredNs = 0, checkedNs = 0, securedNs = 0;
    bool othersPublish = false;  ///< When it came: its first packet says something.
    bool in = false;
    Timer deadline;
  };

  void tick();
  void perform(const Deed& deed);
  void join(uint32_t seat);
  void depart(uint32_t seat, bool abrupt);
  void look(Person& person, const Deed& deed);
  void write(Person& person);
  void onAnswer(uint32_t index, const Remote& remote);
  void onEnded(uint32_t index, const std::string& why);
  void onNews(uint32_t index, const ClientNews& news);
  void onSecured(Person& person, int64_t atNs);
  void fail(uint32_t index, const std::string& why);
  void forget(uint32_t index);
  Person* find(uint32_t index);
  Person* inSeat(uint32_t seat);
  MediaThread& threadOf(const Person& person);
  std::string roomName(uint32_t seat) const;
  uint32_t inRoom(uint32_t seat, bool publishing) const;
  std::string someoneElse(uint32_t seat);

  void advance();
  void openWindow();
  void closeWindow(std::string limit = {});
  void stepRamp();
  void changeLine(size_t stage);
  void leaveAll();
  void end();

  void sample();
  void addScenes();
  void judgeLoad(const std::vector<double>& cpu, double slipMs, double overflowed);
  RampState rampState() const;

  const Scenario& scenario_;
  const ScenarioPlace place_;
  const DtlsIdentity& identity_;
  const Listener listener_;
  const uint32_t mostStays_;
  Outcome outcome_;
  Behaviour behaviour_;
  Sources sources_;
  std::unique_ptr<ServerWatch> server_;
  StayShared shared_;
  std::vector<std::unique_ptr<MediaThread>> threads_;
  std::unordered_map<uint32_t, std::unique_ptr<Person>> people_;
  std::vector<uint32_t> seats_;  ///< Seat → index of who sits there.
  std::string limit_;
  Phase phase_ = Phase::kComing;
  uint32_t stays_ = 0;  ///< Begun so far.
  uint32_t renames_ = 0;
  uint32_t leaving_ = 0;  ///< Connections that say goodbye.
  bool ended_ = false;
  int64_t startNs_ = 0, windowNs_ = 0, windowCpuNs_ = 0, sampleNs_ = 0, sampleCpuNs_ = 0;
  double sampleBytes_ = 0, samplePackets_ = 0, sampleLost_ = 0, sampleExpected_ = 0;
  double stepLossShare_ = 0;
  Timer ticks_, seconds_, step_, stages_, deadline_;
};

}  // namespace parlour::bench
