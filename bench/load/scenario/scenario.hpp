// Scenario: what a load test does and what it demands, as its YAML file says. A plain value.
// Thread: any.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace parlour::bench {

/// A demand on one figure of the outcome, e.g. lossShare < 0.001.
struct Objective {
  enum class Relation { kLess, kAtMost, kAtLeast, kMore, kEqual };
  std::string figure;  ///< One of figures.hpp.
  Relation relation = Relation::kAtMost;
  double value = 0;
};

/// What the line between the load and the server does for a while.
struct LineStage {
  double seconds = 10;
  double delayMs = 0, jitterMs = 0, lossPercent = 0, rateKbit = 0;  ///< 0 kbit/s: no limit.
};

struct Scenario {
  std::string name, title;
  // Who.
  double people = 10;  ///< At the same time; churn replaces them.
  double rooms = 1;    ///< Over which they are spread evenly.
  double seconds = 30, settleSeconds = 1;
  double joinRate = 20;  ///< A second, until all are in.
  struct {
    double perRoom = 0;  ///< Who publishes in a room; 0: everybody.
    bool video = true, audio = true;
    double layers = 1;  ///< Simulcast: 1 to 3.
    double framesPerSecond = 30, packetBytes = 1100;
    double kbit = 1200;  ///< Of the largest layer; each smaller one has a quarter.
    double height = 720;
    double audioPacketBytes = 100;
  } publish;
  struct {
    double videoSlots = 9, audioSlots = 3;
    double changeSeconds = 0;                    ///< Between two changes of one viewer; 0: never.
    std::vector<double> heights{180, 360, 720};  ///< What is asked for.
  } view;
  struct {
    double speakers = 1;     ///< At a time in a room.
    double turnSeconds = 5;  ///< After which another one speaks.
  } talk;
  struct {
    double joinsPerSecond = 0;  ///< Someone leaves and someone joins, so often.
    double abruptShare = 0.2;   ///< Of them die without a word.
    double renamesPerSecond = 0;
    double resumesPerSecond = 0;  ///< WebSockets that drop and come back.
  } churn;
  struct {
    double messagesPerSecond = 0;  ///< Of all together.
    double bytes = 80;
    double pingsPerSecond = 0;  ///< Of each.
  } chat;
  struct {
    bool repair = false;  ///< Clients ask again for what is lost.
    std::vector<LineStage> stages;
  } line;
  struct {
    double addPeople = 0;  ///< With every step; 0: no ramp.
    double stepSeconds = 5;
    double cpuShare = 0.9;                        ///< Of the cores the server may use.
    double memoryMiB = 0, megabitsPerSecond = 0;  ///< 0: no limit.
    double descriptorShare = 0.9;                 ///< Of the server's own limit.
    double lossShare = 0.01, signallingP99Ms = 1000;
  } ramp;
  std::vector<Objective> objectives;

  bool badLine() const { return !line.stages.empty(); }
};

}  // namespace parlour::bench
