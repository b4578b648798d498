// Given: a value as some source wrote it, before its type is looked at. The sources (YAML files,
// environment, --set) make these; apply() turns one into a setting. Thread: any.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "conf/settings.hpp"

namespace parlour::conf {

struct Scalar {
  std::string text;
  bool quoted = false;  ///< Written in quotes, so it is text whatever it looks like.
  int line = 0;
};

struct Given {
  enum class Shape { kScalar, kList, kMap, kNothing };
  std::string file;  ///< As in Mistake.
  int line = 0;
  std::string key;
  Shape shape = Shape::kScalar;
  Scalar scalar;
  std::vector<Scalar> list;
  bool typed = true;      ///< False for the environment and --set: everything is bare text.
  std::string directory;  ///< Relative paths start here; empty: the working directory.
};

using Mistakes = std::vector<Mistake>;

/// All values of a YAML file in its order. Mistakes: unreadable, not YAML, unknown keys.
std::vector<Given> readYamlFile(const std::string& path, Mistakes& mistakes);
/// The same of a text; `file` and `directory` go into the values.
std::vector<Given> readYaml(const std::string& text, const std::string& file,
                            const std::string& directory, Mistakes& mistakes);
/// PARLOUR_* variables; other programs' own are left alone (kForeignVariables).
std::vector<Given> readEnvironment(const std::map<std::string, std::string>& environment,
                                   Mistakes& mistakes);
std::vector<Given> readOverrides(const Texts& overrides, Mistakes& mistakes);

/// Sets what `given` names, or adds mistakes and leaves the setting as it was.
void apply(Settings& settings, const Given& given, Mistakes& mistakes);

/// Where the value in force of each key came from.
struct Origin {
  std::string file;
  int line = 0;
};
using Origins = std::map<std::string, Origin, std::less<>>;

/// Reads secrets from their files, finds paths that lead nowhere and settings that contradict each
/// other. `environment` is asked for CREDENTIALS_DIRECTORY only.
void settle(Settings& settings, const Origins& origins,
            const std::map<std::string, std::string>& environment, Mistakes& mistakes);

}  // namespace parlour::conf
