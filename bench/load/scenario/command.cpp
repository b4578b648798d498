#include "load/scenario/command.hpp"

#include <fmt/format.h>
#include <glib-unix.h>

#include <csignal>
#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>

#include "load/report/progress.hpp"
#include "load/report/scenario_report.hpp"
#include "load/scenario/bad_line.hpp"
#include "load/scenario/run_options.hpp"

namespace parlour::bench {
namespace {

constexpr int kExitFailed = 1, kExitUsage = 2;

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

/// Plays the scenario and returns when everybody has left.
struct Played {
  Outcome outcome;
  Figures serverFigures;
  nlohmann::json server;
  std::string limit;
};

Played play(const RunOptions& options, const DtlsIdentity& identity) {
  const std::unique_ptr<GMainLoop, void (*)(GMainLoop*)> loop(g_main_loop_new(nullptr, FALSE),
                                                              g_main_loop_unref);
  Progress progress(stderr);
  ScenarioRun run(options.scenario, options.place, identity,
                  {[&](const Moment& moment, const char* phase) { progress.second(moment, phase); },
                   [&] { g_main_loop_quit(loop.get()); }});
  const auto interrupt = [](gpointer data) -> gboolean {
    static_cast<ScenarioRun*>(data)->interrupt();
    return G_SOURCE_CONTINUE;
  };
  const guint signals[] = {g_unix_signal_add(SIGINT, interrupt, &run),
                           g_unix_signal_add(SIGTERM, interrupt, &run)};
  run.start();
  g_main_loop_run(loop.get());
  for (const guint signal : signals) g_source_remove(signal);
  progress.done();
  return {run.outcome(), run.server().figures(run.outcome()), run.server().toJson(), run.limit()};
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
  return report(*options, play(*options, *identity));
}

}  // namespace parlour::bench
