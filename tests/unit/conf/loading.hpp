// Loads settings as tests want them: from texts, with nothing of this machine in it.
#pragma once

#include <string>
#include <vector>

#include "conf/render.hpp"
#include "conf/settings.hpp"
#include "conf/table.hpp"
#include "support/temp_dir.hpp"

namespace parlour::conf {

inline LoadOutcome loadFrom(const std::string& path, LoadOptions options = {}) {
  options.path = path;
  return load(options);
}

inline LoadOutcome loadYaml(const std::string& yaml, LoadOptions options = {}) {
  const test::TempDir directory;
  return loadFrom(directory.file("parlour.yaml", yaml), std::move(options));
}

/// The value of a setting as text, so that all types compare alike.
inline std::string valueOf(Settings& settings, const Setting& setting) {
  struct Show {
    Settings& s;
    std::string operator()(const FlagType& t) const { return t.at(s) ? "true" : "false"; }
    std::string operator()(const NumberType& t) const { return std::to_string(t.at(s)); }
    std::string operator()(const TextType& t) const { return t.at(s); }
    std::string operator()(const ListType& t) const {
      std::string all;
      for (const std::string& item : t.at(s)) all += item + ",";
      return all;
    }
    std::string operator()(const ChoiceType& t) const { return std::string(t.names[t.get(s)]); }
  };
  return std::visit(Show{settings}, setting.type);
}

/// The keys whose value is not the default.
inline std::vector<std::string> changedKeys(Settings settings) {
  Settings defaults;
  std::vector<std::string> keys;
  for (const Setting& setting : settingTable())
    if (valueOf(settings, setting) != valueOf(defaults, setting)) keys.emplace_back(setting.key);
  return keys;
}

/// All mistakes, one per line, the file's directory left out.
inline std::string mistakesOf(const LoadOutcome& outcome) {
  std::string all;
  for (Mistake mistake : outcome.mistakes) {
    mistake.file = mistake.file.substr(mistake.file.rfind('/') + 1);
    all += describe(mistake) + "\n";
  }
  return all;
}

}  // namespace parlour::conf
