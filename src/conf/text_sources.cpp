// Settings from the environment and from --set: bare text, typed by the table.
#include <fmt/format.h>
#include <glib.h>

#include <algorithm>
#include <array>

#include "conf/given.hpp"
#include "conf/table.hpp"

namespace parlour::conf {
namespace {

/// Variables that are not settings: the server's --config, and parlourctl's.
constexpr std::array<std::string_view, 3> kForeignVariables = {"PARLOUR_CONFIG", "PARLOUR_SERVER",
                                                               "PARLOUR_SOCKET"};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && g_ascii_isspace(text.front())) text.remove_prefix(1);
  while (!text.empty() && g_ascii_isspace(text.back())) text.remove_suffix(1);
  return text;
}

/// "a, b" or "[a, b]" or "" (an empty list).
std::vector<Scalar> splitList(std::string_view text) {
  text = trimmed(text);
  if (text.size() >= 2 && text.front() == '[' && text.back() == ']')
    text = trimmed(text.substr(1, text.size() - 2));
  std::vector<Scalar> items;
  while (!text.empty()) {
    const size_t comma = text.find(',');
    items.push_back({std::string(trimmed(text.substr(0, comma)))});
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return items;
}

Given bareText(std::string file, const Setting& setting, std::string_view text) {
  Given given;
  given.file = std::move(file);
  given.key = setting.key;
  given.typed = false;
  if (std::holds_alternative<ListType>(setting.type)) {
    given.shape = Given::Shape::kList;
    given.list = splitList(text);
  } else {
    given.scalar = {std::string(text)};
  }
  return given;
}

}  // namespace

std::vector<Given> readEnvironment(const std::map<std::string, std::string>& environment,
                                   Mistakes& mistakes) {
  std::map<std::string, const Setting*> known;
  std::vector<std::string> names;
  for (const Setting& setting : settingTable()) {
    names.push_back(environmentName(setting.key));
    known[names.back()] = &setting;
  }
  std::vector<Given> all;
  for (const auto& [name, value] : environment) {
    if (!name.starts_with("PARLOUR_") || std::ranges::count(kForeignVariables, name)) continue;
    if (const auto found = known.find(name); found != known.end()) {
      all.push_back(bareText("environment", *found->second, value));
      continue;
    }
    const std::string near = nearest(name, names);
    mistakes.push_back(
        {"environment", 0, name,
         near.empty() ? "no such setting" : fmt::format("no such setting; is {} meant?", near)});
  }
  return all;
}

std::vector<Given> readOverrides(const Texts& overrides, Mistakes& mistakes) {
  std::vector<Given> all;
  for (const std::string& text : overrides) {
    const size_t equals = text.find('=');
    const std::string key = text.substr(0, equals);
    if (equals == std::string::npos || key.empty()) {
      mistakes.push_back({"--set", 0, text, "must be key=value, e.g. http.port=9000"});
      continue;
    }
    if (const Setting* setting = findSetting(key)) {
      all.push_back(bareText("--set", *setting, std::string_view(text).substr(equals + 1)));
      continue;
    }
    const std::string near = nearestKey(key);
    std::string message = findGroup(key) ? "is a section; name one of its settings"
                          : near.empty() ? "no such setting"
                                         : fmt::format("no such setting; is {} meant?", near);
    mistakes.push_back({"--set", 0, key, std::move(message)});
  }
  return all;
}

std::map<std::string, std::string> processEnvironment() {
  std::map<std::string, std::string> environment;
  gchar** names = g_listenv();
  for (gchar** name = names; *name; ++name)
    if (const gchar* value = g_getenv(*name)) environment[*name] = value;
  g_strfreev(names);
  return environment;
}

}  // namespace parlour::conf
