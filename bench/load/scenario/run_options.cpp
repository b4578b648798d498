#include "load/scenario/run_options.hpp"

#include <fmt/format.h>
#include <glib.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>

#include "load/report/figures.hpp"
#include "load/scenario/read_scenario.hpp"
#include "load/scenario/schema.hpp"

namespace parlour::bench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSummary =
    "Plays a scenario against a server and judges it: ends with 0 where every objective is met,\n"
    "1 where one is missed, 2 where the scenario or an option is wrong, 3 where the run says\n"
    "nothing because the load itself was the bottleneck. SCENARIO is a YAML file, or the name of\n"
    "one that comes with the program (--list).";

Error badOption(std::string message) {
  return invalid("bad_option", std::move(message));
}

/// GOption writes into C variables.
struct Raw {
  char *url = nullptr, *room = nullptr, *json = nullptr, *html = nullptr, *commit = nullptr;
  char *people = nullptr, *seconds = nullptr, *join = nullptr;
  char** set = nullptr;
  int serverPid = 0, threads = 1, coordinator = 0, expect = 0;
  gboolean list = FALSE, keys = FALSE;
  ~Raw() {
    for (char* text : {url, room, json, html, commit, people, seconds, join}) g_free(text);
    g_strfreev(set);
  }
};

std::set<std::string> shippedNames() {
  std::set<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(PARLOUR_SCENARIOS, error))
    if (entry.path().extension() == ".yaml") names.insert(entry.path().stem().string());
  return names;
}

Result<std::string> contentOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return invalid("no_scenario", path + " cannot be read");
  return std::string(std::istreambuf_iterator<char>(file), {});
}

void printList() {
  for (const std::string& name : shippedNames()) {
    const std::string path = fmt::format("{}/{}.yaml", PARLOUR_SCENARIOS, name);
    const auto text = contentOf(path);
    const auto scenario = text ? readScenario(*text, path) : Result<Scenario>(text.error());
    fmt::print("{:<12} {}\n", name, scenario ? scenario->title : scenario.error().message);
  }
}

void printKeys() {
  Scenario standard;
  for (const ScenarioKey& key : scenarioKeys())
    fmt::print("{:<26} {} ({})\n", key.name, key.meaning, key.allowed());
  fmt::print("{:<26} list of stages: {}\n", "line.stages", stageKeys());
  fmt::print("objectives.FIGURE: <, <=, ==, >= or > and a number. Figures:\n");
  for (const FigureKind& kind : figureKinds())
    fmt::print("  {:<24} {}{}\n", kind.name, kind.meaning, kind.share ? " (1 is all)" : "");
}

Result<void> parse(Raw& raw, int& argc, char**& argv) {
  const GOptionEntry entries[] = {
      {"url", 0, 0, G_OPTION_ARG_STRING, &raw.url, "Server (http://127.0.0.1:8080)", "URL"},
      {"room", 0, 0, G_OPTION_ARG_STRING, &raw.room, "Rooms are NAME-0, NAME-1 … (load)", "NAME"},
      {"server-pid", 0, 0, G_OPTION_ARG_INT, &raw.serverPid,
       "Measure this process too; without, /metrics tells what it knows", "PID"},
      {"people", 0, 0, G_OPTION_ARG_STRING, &raw.people, "The same as --set people=N", "N"},
      {"seconds", 0, 0, G_OPTION_ARG_STRING, &raw.seconds, "The same as --set seconds=S", "S"},
      {"set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &raw.set, "Change one key of the scenario",
       "KEY=VALUE"},
      {"threads", 0, 0, G_OPTION_ARG_INT, &raw.threads, "Threads for media (1)", "N"},
      {"json", 0, 0, G_OPTION_ARG_STRING, &raw.json, "Write everything as JSON; - : to stdout",
       "FILE"},
      {"html", 0, 0, G_OPTION_ARG_STRING, &raw.html, "Write one page with plots", "FILE"},
      {"commit", 0, 0, G_OPTION_ARG_STRING, &raw.commit, "Noted in the report", "HASH"},
      {"coordinator", 0, 0, G_OPTION_ARG_INT, &raw.coordinator,
       "Wait on this port for other machines, and put all results together", "PORT"},
      {"expect", 0, 0, G_OPTION_ARG_INT, &raw.expect, "How many other machines", "N"},
      {"join", 0, 0, G_OPTION_ARG_STRING, &raw.join, "Be one of a coordinator's machines",
       "HOST:PORT"},
      {"list", 0, 0, G_OPTION_ARG_NONE, &raw.list, "List the scenarios that come with it", nullptr},
      {"keys", 0, 0, G_OPTION_ARG_NONE, &raw.keys, "List what a scenario can say", nullptr},
      {nullptr, 0, 0, G_OPTION_ARG_NONE, nullptr, nullptr, nullptr}};
  const std::unique_ptr<GOptionContext, void (*)(GOptionContext*)> context(
      g_option_context_new("SCENARIO"), g_option_context_free);
  g_option_context_set_summary(context.get(), kSummary);
  g_option_context_add_main_entries(context.get(), entries, nullptr);
  GError* error = nullptr;
  if (g_option_context_parse(context.get(), &argc, &argv, &error)) return {};
  const Error bad = badOption(error->message);
  g_error_free(error);
  return bad;
}

Result<void> checkNumbers(const Raw& raw) {
  const std::tuple<const char*, int, int, int> numbers[] = {
      {"threads", raw.threads, 1, 64},
      {"coordinator", raw.coordinator, 0, 65535},
      {"expect", raw.expect, 0, 100},
      {"server-pid", raw.serverPid, 0, 1 << 30}};
  for (const auto& [name, value, least, most] : numbers)
    if (value < least || value > most)
      return badOption(fmt::format("--{} is {}; it can be {} to {}.", name, value, least, most));
  if ((raw.coordinator > 0) != (raw.expect > 0))
    return badOption("--coordinator and --expect go together.");
  if (raw.join && raw.coordinator > 0)
    return badOption("--join and --coordinator exclude each other.");
  return {};
}

Result<ScenarioText> textOf(const Raw& raw, const std::string& name) {
  const auto path = findScenario(name);
  if (!path) return path.error();
  const auto yaml = contentOf(*path);
  if (!yaml) return yaml.error();
  ScenarioText text{*yaml, *path, {}};
  if (raw.people) text.settings.push_back(std::string("people=") + raw.people);
  if (raw.seconds) text.settings.push_back(std::string("seconds=") + raw.seconds);
  for (char** each = raw.set; each && *each; ++each) text.settings.push_back(*each);
  return text;
}

/// What a machine cannot play a share of.
Result<void> checkShared(const Raw& raw, const Scenario& scenario) {
  if (raw.coordinator == 0 || (!scenario.badLine() && scenario.ramp.addPeople == 0)) return {};
  return badOption(fmt::format("{} is for one machine: a bad line and a ramp cannot be divided.",
                               scenario.name));
}

std::string orElse(const char* text, const char* standard) {
  return text ? text : standard;
}

}  // namespace

Result<std::string> findScenario(const std::string& name) {
  if (fs::is_regular_file(name)) return name;
  const std::string shipped = fmt::format("{}/{}.yaml", PARLOUR_SCENARIOS, name);
  if (name.find('/') == std::string::npos && fs::is_regular_file(shipped)) return shipped;
  return invalid("no_scenario", fmt::format("there is no scenario \"{}\": no such file, and those "
                                            "that come with the program are {}",
                                            name, fmt::join(shippedNames(), ", ")));
}

Result<Scenario> scenarioOf(const ScenarioText& text) {
  auto scenario = readScenario(text.yaml, text.path);
  if (!scenario) return scenario;
  if (auto changed = overrideScenario(*scenario, text.settings); !changed) return changed.error();
  return scenario;
}

Result<RunOptions> readRunOptions(int argc, char** argv) {
  Raw raw;
  if (auto parsed = parse(raw, argc, argv); !parsed) return parsed.error();
  if (raw.list || raw.keys) {
    if (raw.list) printList();
    if (raw.keys) printKeys();
    std::exit(0);
  }
  if (auto checked = checkNumbers(raw); !checked) return checked.error();
  if (raw.join && argc > 1)
    return badOption("with --join the coordinator says which scenario it is.");
  if (!raw.join && argc != 2) return badOption("one SCENARIO is needed; --list shows them.");
  RunOptions options;
  if (!raw.join) {
    auto text = textOf(raw, argv[1]);
    if (!text) return text.error();
    auto scenario = scenarioOf(*text);
    if (!scenario) return scenario.error();
    if (auto shared = checkShared(raw, *scenario); !shared) return shared.error();
    options.scenario = std::move(*scenario);
    options.text = std::move(*text);
  }
  ScenarioPlace& place = options.place;
  place.url = orElse(raw.url, place.url.c_str());
  while (place.url.ends_with('/')) place.url.pop_back();
  if (!g_uri_is_valid(place.url.c_str(), G_URI_FLAGS_NONE, nullptr))
    return badOption("--url is no URL: " + place.url);
  place.room = orElse(raw.room, place.room.c_str());
  place.serverPid = raw.serverPid;
  place.threads = static_cast<uint32_t>(raw.threads);
  options.json = orElse(raw.json, "");
  options.html = orElse(raw.html, "");
  options.commit = orElse(raw.commit, "");
  options.coordinator = static_cast<uint16_t>(raw.coordinator);
  options.expect = static_cast<uint32_t>(raw.expect);
  options.join = orElse(raw.join, "");
  options.urlGiven = raw.url != nullptr;
  return options;
}

}  // namespace parlour::bench
