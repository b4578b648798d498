#include "conf/command_line.hpp"

#include <fmt/format.h>
#include <gst/gst.h>

#include <cstdio>
#include <memory>

namespace parlour::conf {
namespace {

constexpr int kWrongUsage = 2;

/// What GOption fills in; freed here.
struct Arguments {
  gchar* config = nullptr;
  gchar* webRoot = nullptr;
  gchar** overrides = nullptr;
  gchar** pluginPaths = nullptr;
  gboolean checkConfig = FALSE;
  gboolean version = FALSE;

  Arguments() = default;
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;
  ~Arguments() {
    g_free(config);
    g_free(webRoot);
    g_strfreev(overrides);
    g_strfreev(pluginPaths);
  }
};

Texts textsOf(gchar** strings) {
  Texts texts;
  for (gchar** s = strings; s && *s; ++s) texts.emplace_back(*s);
  return texts;
}

/// Parses; true to go on. `failure` says what was wrong.
bool parse(int argc, char** argv, Arguments& a, std::string& failure) {
  const GOptionEntry entries[] = {
      {"config", 'c', 0, G_OPTION_ARG_FILENAME, &a.config,
       "Read settings from FILE and from conf.d beside it", "FILE"},
      {"set", 's', 0, G_OPTION_ARG_STRING_ARRAY, &a.overrides,
       "Override one setting, e.g. http.port=9000; may be repeated", "KEY=VALUE"},
      {"check-config", 0, 0, G_OPTION_ARG_NONE, &a.checkConfig,
       "List all mistakes of the settings, start nothing", nullptr},
      {"web-root", 0, 0, G_OPTION_ARG_FILENAME, &a.webRoot,
       "Serve the web client from DIRECTORY (http.webRoot)", "DIRECTORY"},
      {"plugin-path", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &a.pluginPaths,
       "Look for GStreamer plug-ins in DIRECTORY first; may be repeated", "DIRECTORY"},
      {"version", 0, 0, G_OPTION_ARG_NONE, &a.version, "Show the version", nullptr},
      {nullptr, 0, 0, G_OPTION_ARG_NONE, nullptr, nullptr, nullptr}};
  const std::unique_ptr<GOptionContext, decltype(&g_option_context_free)> context(
      g_option_context_new("- media server for calls"), g_option_context_free);
  g_option_context_set_summary(
      context.get(),
      "Settings come from, the later one wins: defaults, the file, conf.d/*.yaml, PARLOUR_*\n"
      "environment variables (http.port is PARLOUR_HTTP_PORT), --set.");
  g_option_context_add_main_entries(context.get(), entries, nullptr);
  g_option_context_add_group(context.get(), gst_init_get_option_group());

  gchar** copy = g_new0(gchar*, argc + 1);  // GOption rearranges what it is given.
  for (int i = 0; i < argc; ++i) copy[i] = g_strdup(argv[i]);
  GError* error = nullptr;
  const bool parsed = g_option_context_parse_strv(context.get(), &copy, &error);
  if (!parsed) {
    failure = error->message;
    g_error_free(error);
  } else if (copy[0] && copy[1]) {
    failure = fmt::format("{} is no option", copy[1]);
  }
  g_strfreev(copy);
  return failure.empty();
}

LoadOptions optionsOf(const Arguments& a) {
  LoadOptions options;
  options.environment = processEnvironment();
  if (a.config) {
    options.path = a.config;
  } else if (const auto named = options.environment.find("PARLOUR_CONFIG");
             named != options.environment.end() && !named->second.empty()) {
    options.path = named->second;
  }
  options.overrides = textsOf(a.overrides);
  if (a.webRoot) options.overrides.push_back(fmt::format("http.webRoot={}", a.webRoot));
  return options;
}

}  // namespace

std::variant<Start, Exit> readCommandLine(int argc, char** argv) {
  Arguments arguments;
  std::string failure;
  if (!parse(argc, argv, arguments, failure)) {
    fmt::print(stderr, "parlour: {} (try --help)\n", failure);
    return Exit{kWrongUsage};
  }
  if (arguments.version) {
    const std::unique_ptr<gchar, decltype(&g_free)> gst(gst_version_string(), g_free);
    fmt::print("parlour {} ({})\n", PARLOUR_VERSION, gst.get());
    return Exit{0};
  }
  LoadOutcome outcome = load(optionsOf(arguments));
  if (!outcome) {
    for (const Mistake& mistake : outcome.mistakes) fmt::print(stderr, "{}\n", describe(mistake));
    return Exit{kWrongUsage};
  }
  if (arguments.checkConfig) {
    fmt::print("The settings are right ({} read).\n",
               outcome.files.empty() ? "no file" : fmt::format("{} files", outcome.files.size()));
    return Exit{0};
  }
  return Start{std::move(outcome.settings), std::move(outcome.files),
               textsOf(arguments.pluginPaths)};
}

}  // namespace parlour::conf
