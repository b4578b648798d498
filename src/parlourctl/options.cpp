#include "parlourctl/options.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string_view>

#include "parlourctl/command.hpp"

namespace parlour::ctl {

struct Options::Binding {
  std::string option;  ///< With its dashes, as GOption names it.
  char shortName = 0;
  std::string* text = nullptr;
  bool* value = nullptr;
};

Options::Options(std::string command, std::string usage, std::string about)
    : command_(std::move(command)), usage_(std::move(usage)), about_(std::move(about)) {}
Options::~Options() = default;

void Options::add(const char* name, char shortName, int flags, const char* about,
                  const char* argument, Binding binding) {
  binding.option = std::string("--") + name;
  binding.shortName = shortName;
  bindings_.push_back(std::move(binding));
  entries_.push_back({name, shortName, flags, G_OPTION_ARG_CALLBACK,
                      reinterpret_cast<gpointer>(&Options::onValue), about, argument});
}

void Options::flag(const char* name, const char* about, bool& value) {
  add(name, 0, G_OPTION_FLAG_NO_ARG, about, nullptr, {.value = &value});
}

void Options::yesNo(const char* name, const char* about, bool& value) {
  add(name, 0, G_OPTION_FLAG_OPTIONAL_ARG, about, "true|false", {.value = &value});
}

void Options::text(const char* name, const char* argument, const char* about, std::string& value,
                   char shortName) {
  add(name, shortName, 0, about, argument, {.text = &value});
}

gboolean Options::onValue(const gchar* name, const gchar* value, gpointer data,
                          GError** error) noexcept {
  auto& self = *static_cast<Options*>(data);
  for (Binding& binding : self.bindings_) {
    const std::string shortForm = std::string("-") + binding.shortName;
    if (binding.option != name && shortForm != name) continue;
    const std::string_view text = value ? value : "true";
    if (binding.text) {
      *binding.text = text;
    } else if (text == "true" || text == "false") {
      *binding.value = text == "true";
    } else {
      g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s is true or false, not %s",
                  name, value);
      return FALSE;
    }
  }
  return TRUE;
}

bool Options::parse(int argc, char** argv, size_t least, size_t most) {
  const std::unique_ptr<GOptionContext, decltype(&g_option_context_free)> context(
      g_option_context_new(usage_.c_str()), g_option_context_free);
  g_option_context_set_summary(context.get(), about_.c_str());
  entries_.push_back({});
  GOptionGroup* group = g_option_group_new("main", "", "", this, nullptr);
  g_option_group_add_entries(group, entries_.data());
  g_option_context_set_main_group(context.get(), group);
  const std::string shown = "parlourctl " + command_;
  g_set_prgname(shown.c_str());

  gchar** copy = g_new0(gchar*, static_cast<gsize>(argc) + 1);
  for (int i = 0; i < argc; ++i) copy[i] = g_strdup(argv[i]);
  GError* error = nullptr;
  const bool parsed = g_option_context_parse_strv(context.get(), &copy, &error);
  for (gchar** rest = copy + (copy[0] ? 1 : 0); parsed && *rest; ++rest)
    if (std::string_view(*rest) != "--") arguments_.emplace_back(*rest);
  g_strfreev(copy);
  if (!parsed) {
    wrong(error->message);
    g_error_free(error);
    return false;
  }
  if (arguments_.size() < least || arguments_.size() > most) {
    wrong(usage_.empty() ? std::string("takes no arguments")
                         : fmt::format("usage: parlourctl {} {} [OPTION…]", command_, usage_));
    return false;
  }
  return true;
}

int Options::wrong(const std::string& message) const {
  fmt::print(stderr, "parlourctl {0}: {1}\nTry parlourctl {0} --help.\n", command_, message);
  return kWrongUsage;
}

}  // namespace parlour::ctl
