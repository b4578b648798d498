#include "load/scenario/command.hpp"

#include <fmt/format.h>
#include <glib-unix.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>

#include "load/report/progress.hpp"
#include "load/report/scenario_report.hpp"
#include "load/scenario/bad_line.hpp"
#include "load/scenario/machines.hpp"
#include "load/scenario/run_options.hpp"

namespace parlour::bench {
namespace {

constexpr int kExitFailed = 1, kExitUsage = 2;
constexpr uint32_t kTaskS = 900;    ///< Until the last machine has joined, and a little.
constexpr uint32_t kOutcomeS = 60;  ///< Everybody ends at about the same time.

int tell(const Error& error, int code) {
  fmt::print(stderr, "parlour-load: {}\n", error.message);
  return code;
}

bool writeFile(const std::string& path, const std::string& text) {
  if (path == "-") return std::fputs(text.c_str(), stdout) >= 0;
  std::ofstream file(path);
  file << text;
  file.close();
  if (file) return true;
  fmt::print(stderr, "parlour-load: {} cannot be written\n", path);
  return false;
}

/// The host of the URL is replaced by the line's end at the server.
std::string throughLine(const std::string& url, const std::string& address) {
  g_autoptr(GUri) uri = g_uri_parse(url.c_str(), G_URI_FLAGS_NONE, nullptr);
  return fmt::format("{}://{}:{}", g_uri_get_scheme(uri), address,
                     g_uri_get_port(uri) > 0 ? g_uri_get_port(uri) : 80);
}

struct Played {
  Outcome outcome;
  Figures serverFigures;
  nlohmann::json server;
  std::string limit;
};

/// Plays the scenario and returns when everybody has left. `hangUp`: a socket whose end ends it
/// early; may be null. `complete` adds what others measured, before figures are worked out.
Played play(const Scenario& scenario, const ScenarioPlace& place, const DtlsIdentity& identity,
            GSocket* hangUp, const std::function<void(Outcome&)>& complete) {
  const std::unique_ptr<GMainLoop, void (*)(GMainLoop*)> loop(g_main_loop_new(nullptr, FALSE),
                                                              g_main_loop_unref);
  Progress progress(stderr);
  ScenarioRun run(scenario, place, identity,
                  {[&](const Moment& moment, const char* phase) { progress.second(moment, phase); },
                   [&] { g_main_loop_quit(loop.get()); }});
  const auto interrupt = [](gpointer data) -> gboolean {
    static_cast<ScenarioRun*>(data)->interrupt();
    return G_SOURCE_CONTINUE;
  };
  const guint signals[] = {g_unix_signal_add(SIGINT, interrupt, &run),
                           g_unix_signal_add(SIGTERM, interrupt, &run)};
  const GSocketSourceFunc hungUp = [](GSocket*, GIOCondition, gpointer data) -> gboolean {
    static_cast<ScenarioRun*>(data)->interrupt();
    return G_SOURCE_REMOVE;
  };
  GSource* end = hangUp ? g_socket_create_source(hangUp, G_IO_IN, nullptr) : nullptr;
  if (end) {
    g_source_set_callback(end, G_SOURCE_FUNC(hungUp), &run, nullptr);
    g_source_attach(end, nullptr);
  }
  run.start();
  g_main_loop_run(loop.get());
  for (const guint signal : signals) g_source_remove(signal);
  if (end) {
    g_source_destroy(end);
    g_source_unref(end);
  }
  progress.done();
  Outcome outcome = run.outcome();
  complete(outcome);
  Figures figures = run.server().figures(outcome);
  return {std::move(outcome), std::move(figures), run.server().toJson(), run.limit()};
}

int report(const RunOptions& options, const Played& played) {
  Figures figures = clientFigures(played.outcome);
  figures.insert(played.serverFigures.begin(), played.serverFigures.end());
  const auto verdicts = judge(options.scenario.objectives, figures);
  const ScenarioReport report{options.scenario, played.outcome, figures,       verdicts,
                              played.server,    played.limit,   options.commit};
  const auto json = jsonOf(report);
  bool written = true;
  if (!options.json.empty()) written = writeFile(options.json, json.dump(1) + "\n");
  if (!options.html.empty()) written = writeFile(options.html, pageOf(json)) && written;
  if (options.json != "-") std::fputs(textOf(report).c_str(), stdout);
  return written ? exitCodeOf(verdicts, played.outcome.invalid.empty()) : kExitFailed;
}

/// Machine `index` of `count`: what it plays, and where.
std::pair<Scenario, ScenarioPlace> shareOf(const RunOptions& options, uint32_t index,
                                           uint32_t count) {
  ScenarioPlace place = options.place;
  place.machine = index;
  place.watchServer = index == 0;
  if (dividesRooms(options.scenario, count))
    place.room += fmt::format("-{}", index);
  else
    place.othersPublish = true;
  return {shareOf(options.scenario, index, count), place};
}

void addOutcomeOf(Colleague& machine, Outcome& all) {
  const auto message = machine.hear(kOutcomeS);
  auto outcome = message ? Outcome::fromJson(*message) : Result<Outcome>(message.error());
  if (outcome)
    all.merge(*outcome);
  else
    all.invalid.push_back("a machine's part is missing: " + outcome.error().message);
}

int coordinate(const RunOptions& options, const DtlsIdentity& identity) {
  auto machines = gather(options.coordinator, options.expect);
  if (!machines) return tell(machines.error(), kExitFailed);
  const auto count = static_cast<uint32_t>(machines->size() + 1);
  for (uint32_t i = 1; i < count; ++i) {
    const nlohmann::json task = {
        {"yaml", options.text.yaml},   {"path", options.text.path},
        {"settings", options.text.settings}, {"machine", i},
        {"machines", count},           {"url", options.place.url},
        {"room", options.place.room}};
    if (auto told = (*machines)[i - 1].tell(task); !told) return tell(told.error(), kExitFailed);
  }
  const auto [scenario, place] = shareOf(options, 0, count);
  const auto addOthers = [&](Outcome& all) {
    for (Colleague& machine : *machines) addOutcomeOf(machine, all);
  };
  return report(options, play(scenario, place, identity, nullptr, addOthers));
}

/// What the coordinator wants of this machine.
Result<std::pair<Scenario, ScenarioPlace>> readTask(RunOptions options, const nlohmann::json& task) {
  try {
    options.text = {task.at("yaml"), task.at("path"), task.at("settings")};
    if (!options.urlGiven) options.place.url = task.at("url");
    options.place.room = task.at("room");
    auto scenario = scenarioOf(options.text);
    if (!scenario) return scenario.error();
    options.scenario = std::move(*scenario);
    return shareOf(options, task.at("machine"), task.at("machines"));
  } catch (const nlohmann::json::exception& e) {
    return invalid("bad_task", std::string("the coordinator is of another version: ") + e.what());
  }
}

int help(const RunOptions& options, const DtlsIdentity& identity) {
  auto coordinator = joinCoordinator(options.join);
  if (!coordinator) return tell(coordinator.error(), kExitFailed);
  fmt::print(stderr, "joined {}; it begins when all are there\n", coordinator->address());
  const auto task = coordinator->hear(kTaskS);
  if (!task) return tell(task.error(), kExitFailed);
  const auto part = readTask(options, *task);
  if (!part) return tell(part.error(), kExitFailed);
  const auto& [scenario, place] = *part;
  fmt::print(stderr, "{}: machine {}, {} people in {} rooms at {}\n", scenario.name, place.machine,
             scenario.people, scenario.rooms, place.url);
  const Played played =
      play(scenario, place, identity, coordinator->socket(), [](Outcome&) {});
  if (auto told = coordinator->tell(played.outcome.toJson()); !told)
    return tell(told.error(), kExitFailed);
  fmt::print(stderr, "the coordinator has what was measured\n");
  return 0;
}

}  // namespace

int runScenario(int argc, char** argv) {
  auto options = readRunOptions(argc, argv);
  if (!options) return tell(options.error(), kExitUsage);
  // Before there is any other thread: they inherit its namespace.
  std::unique_ptr<BadLine> line;
  if (options->scenario.badLine()) {
    auto opened = BadLine::open(options->place.serverPid);
    if (!opened) return tell(opened.error().within(options->scenario.name), kExitUsage);
    line = std::move(*opened);
    options->place.line = line.get();
    options->place.url = throughLine(options->place.url, line->serverAddress());
  }
  const auto identity = DtlsIdentity::make();
  if (!identity) return tell(identity.error(), kExitFailed);
  if (!options->join.empty()) return help(*options, *identity);
  if (options->coordinator > 0) return coordinate(*options, *identity);
  return report(*options,
                play(options->scenario, options->place, *identity, nullptr, [](Outcome&) {}));
}

}  // namespace parlour::bench
