#include "load/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace parlour::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kMostCpu = 0.9;   ///< Of a core.
constexpr double kMostSlipMs = 5;  ///< At p99.
constexpr double kNsPerMsF = 1e6;

double msOf(uint64_t ns) {
  return static_cast<double>(ns) / kNsPerMsF;
}

Json quantiles(const Histogram& histogram) {
  return {{"p50", msOf(histogram.quantile(0.5))},
          {"p99", msOf(histogram.quantile(0.99))},
          {"p999", msOf(histogram.quantile(0.999))},
          {"max", msOf(histogram.max())}};
}

/// Counts of all threads together.
struct Sum {
  Delays delays;
  Histogram slip;
  Reception::Totals totals;
  uint64_t received = 0, sent = 0, refused = 0, overflowed = 0, malformed = 0;
  uint64_t keyFrameRequests = 0, nacks = 0;
  uint32_t withLoss = 0;
  double worstLoss = 0;
  std::vector<double> cpu;  ///< Share of a core, by thread; the signalling one last.
  double cpuTotal = 0;

  explicit Sum(const Measured& measured) {
    for (const MediaThread::Tally& tally : measured.threads) add(tally);
    if (measured.windowSeconds > 0)
      cpu.push_back(static_cast<double>(measured.controlCpuNs) / 1e9 / measured.windowSeconds);
    for (const double share : cpu) cpuTotal += share;
  }
  double lossShare() const {
    return totals.expected == 0
               ? 0
               : static_cast<double>(totals.lost()) / static_cast<double>(totals.expected);
  }

 private:
  void add(const MediaThread::Tally& tally) {
    delays.endToEnd.merge(tally.delays.endToEnd);
    delays.wire.merge(tally.delays.wire);
    slip.merge(tally.slip);
    received += tally.received;
    sent += tally.sent;
    refused += tally.refused;
    overflowed += tally.overflowed;
    malformed += tally.malformed;
    keyFrameRequests += tally.keyFrameRequests;
    nacks += tally.nacks;
    if (tally.wallNs > 0)
      cpu.push_back(static_cast<double>(tally.cpuNs) / static_cast<double>(tally.wallNs));
    for (const auto& [index, client] : tally.clients) add(client);
  }
  void add(const Reception::Totals& client) {
    totals.expected += client.expected;
    totals.received += client.received;
    totals.foreign += client.foreign;
    totals.late += client.late;
    if (client.lost() == 0) return;
    ++withLoss;
    worstLoss = std::max(worstLoss,
                         static_cast<double>(client.lost()) / static_cast<double>(client.expected));
  }
};

/// How long the parts of joining took, of those that receive.
struct JoinTimes {
  Histogram total, answer, check, handshake, firstPacket;
  uint32_t joined = 0;
  std::vector<std::string> failures;

  explicit JoinTimes(const std::vector<Joining>& joins) {
    for (const Joining& j : joins) {
      if (!j.failure.empty()) failures.push_back(j.failure);
      if (!j.done()) continue;
      ++joined;
      if (!j.receives) continue;
      total.add(j.firstPacketNs - j.startNs);
      answer.add(j.answeredNs - j.startNs);
      check.add(j.checkedNs - j.answeredNs);
      handshake.add(j.securedNs - j.checkedNs);
      firstPacket.add(j.firstPacketNs - j.securedNs);
    }
  }
};

std::vector<std::string> judge(const LoadOptions& options, const Measured& measured, const Sum& sum,
                               const JoinTimes& joins, unsigned cores) {
  std::vector<std::string> why;
  if (joins.joined < options.clients())
    why.push_back(fmt::format("{} of {} clients joined", joins.joined, options.clients()));
  if (!joins.failures.empty()) why.push_back("a client failed: " + joins.failures.front());
  if (measured.threads.empty()) return why;
  const double busiest = *std::max_element(sum.cpu.begin(), sum.cpu.end());
  if (busiest > kMostCpu)
    why.push_back(fmt::format("a thread of the load used {:.0f} % of its core", busiest * 100));
  if (sum.cpuTotal > kMostCpu * cores)
    why.push_back(
        fmt::format("the load used {:.0f} % of its {} core(s)", sum.cpuTotal / cores * 100, cores));
  if (const double slip = msOf(sum.slip.quantile(0.99)); slip > kMostSlipMs)
    why.push_back(fmt::format("what was published left {:.1f} ms late at p99", slip));
  if (sum.overflowed > 0)
    why.push_back(fmt::format("{} packets overflowed the load's sockets", sum.overflowed));
  if (sum.refused > 0)
    why.push_back(fmt::format("the kernel refused {} of the load's packets", sum.refused));
  return why;
}

Json scenarioOf(const LoadOptions& o) {
  return {{"server", o.server == Server::kJanus ? "janus" : "parlour"},
          {"publishers", o.publishers},
          {"subscribers", o.meeting ? 0 : o.subscribers},
          {"meeting", o.meeting},
          {"video", o.video},
          {"audio", o.audio},
          {"videoSlots", o.videoSlots},
          {"audioSlots", o.audioSlots},
          {"packetBytes", o.packetBytes},
          {"burst", o.burst},
          {"framesPerSecond", o.framesPerSecond},
          {"audioPacketBytes", o.audioPacketBytes},
          {"seconds", o.seconds},
          {"joinRate", o.joinRate},
          {"threads", o.threads}};
}

Json serverOf(const Measured& measured, const Sum& sum) {
  const ProcessCost &before = *measured.serverBefore, &after = *measured.serverAfter;
  const double cpu = after.cpuSeconds - before.cpuSeconds;
  Json byThread = Json::object();
  for (const auto& [name, seconds] : after.cpuByThread) {
    const auto earlier = before.cpuByThread.find(name);
    const double used = seconds - (earlier == before.cpuByThread.end() ? 0 : earlier->second);
    if (used > cpu / 1000) byThread[name] = used;
  }
  Json json = {{"cpuSeconds", cpu},
               {"cpuShare", cpu / measured.windowSeconds},
               {"rssBytes", after.rssBytes},
               {"threads", after.threads},
               {"descriptors", after.descriptors},
               {"cpuSecondsByThread", byThread}};
  json["usPerPacket"] = sum.received == 0 ? 0 : cpu * 1e6 / static_cast<double>(sum.received);
  if (const auto& idle = measured.serverIdle)
    json["idle"] = {{"rssBytes", idle->rssBytes},
                    {"threads", idle->threads},
                    {"descriptors", idle->descriptors}};
  return json;
}

Json jsonOf(const LoadOptions& options, const Measured& measured, const Sum& sum,
            const JoinTimes& joins, const std::vector<std::string>& invalid) {
  Json json = {{"program", "parlour-load"},
               {"valid", invalid.empty()},
               {"invalid", invalid},
               {"scenario", scenarioOf(options)},
               {"joinMs",
                {{"clients", options.clients()},
                 {"joined", joins.joined},
                 {"total", quantiles(joins.total)},
                 {"answer", quantiles(joins.answer)},
                 {"check", quantiles(joins.check)},
                 {"handshake", quantiles(joins.handshake)},
                 {"firstPacket", quantiles(joins.firstPacket)}}},
               {"packets",
                {{"sent", sum.sent},
                 {"expected", sum.totals.expected},
                 {"received", sum.received},
                 {"lost", sum.totals.lost()},
                 {"late", sum.totals.late},
                 {"foreign", sum.totals.foreign},
                 {"malformed", sum.malformed}}},
               {"loss",
                {{"share", sum.lossShare()},
                 {"clientsWithLoss", sum.withLoss},
                 {"worstShare", sum.worstLoss}}},
               {"delayMs", quantiles(sum.delays.endToEnd)},
               {"wireDelayMs", quantiles(sum.delays.wire)},
               {"requests", {{"keyFrame", sum.keyFrameRequests}, {"nack", sum.nacks}}},
               {"signallingEvents", measured.events},
               {"load",
                {{"cpuShare", sum.cpuTotal},
                 {"cpuShareByThread", sum.cpu},
                 {"slipMs", quantiles(sum.slip)},
                 {"overflowed", sum.overflowed},
                 {"refused", sum.refused}}}};
  if (measured.serverBefore && measured.serverAfter) json["server"] = serverOf(measured, sum);
  return json;
}

std::string line(const char* name, const Json& q) {
  return fmt::format("{:<10} p50 {:.2f}  p99 {:.2f}  p99.9 {:.2f}  max {:.2f} ms\n", name,
                     q["p50"].get<double>(), q["p99"].get<double>(), q["p999"].get<double>(),
                     q["max"].get<double>());
}

std::string textOf(const Json& json) {
  std::string text = line("join", json["joinMs"]["total"]);
  text += line("delay", json["delayMs"]) + line("  on wire", json["wireDelayMs"]);
  text += fmt::format(
      "packets    {} received, {} lost ({:.4f} %; {} clients, worst {:.4f} %)\n",
      json["packets"]["received"].get<uint64_t>(), json["packets"]["lost"].get<uint64_t>(),
      json["loss"]["share"].get<double>() * 100, json["loss"]["clientsWithLoss"].get<uint32_t>(),
      json["loss"]["worstShare"].get<double>() * 100);
  text += fmt::format("load       {:.1f} % of a core, late at p99 {:.2f} ms\n",
                      json["load"]["cpuShare"].get<double>() * 100,
                      json["load"]["slipMs"]["p99"].get<double>());
  if (json.contains("server")) {
    const Json& server = json["server"];
    text += fmt::format(
        "server     {:.2f} us CPU per packet, {:.1f} % of a core, {} MiB, {} threads, "
        "{} descriptors\n",
        server["usPerPacket"].get<double>(), server["cpuShare"].get<double>() * 100,
        server["rssBytes"].get<uint64_t>() >> 20, server["threads"].get<uint32_t>(),
        server["descriptors"].get<uint32_t>());
    for (const auto& [name, seconds] : server["cpuSecondsByThread"].items())
      text += fmt::format("  {:<16} {:.3f} s\n", name, seconds.get<double>());
  }
  for (const auto& why : json["invalid"]) text += "INVALID: " + why.get<std::string>() + "\n";
  return text;
}

}  // namespace

Report makeReport(const LoadOptions& options, const Measured& measured, unsigned cores) {
  const Sum sum(measured);
  const JoinTimes joins(measured.joins);
  Report report;
  report.invalid = judge(options, measured, sum, joins, cores);
  const Json json = jsonOf(options, measured, sum, joins, report.invalid);
  report.json = json.dump(2);
  report.text = textOf(json);
  return report;
}

}  // namespace parlour::bench
