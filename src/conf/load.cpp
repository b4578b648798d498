#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "conf/given.hpp"
#include "conf/settings.hpp"

namespace parlour::conf {
namespace {

namespace fs = std::filesystem;

constexpr const char* kInstalledFile = PARLOUR_SYSCONFDIR "/parlour.yaml";

/// The *.yaml of a directory, sorted; without one, none.
Texts dropins(const fs::path& directory, Mistakes& mistakes) {
  Texts files;
  std::error_code error;
  if (!fs::exists(directory, error)) return files;
  for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error))
    if (it->path().extension() == ".yaml") files.push_back(it->path().string());
  if (error) mistakes.push_back({directory.string(), 0, "", "cannot be read: " + error.message()});
  std::ranges::sort(files);
  return files;
}

Texts filesOf(const LoadOptions& options, Mistakes& mistakes) {
  const std::string main = options.path.value_or(kInstalledFile);
  Texts files;
  std::error_code error;
  if (options.path || fs::exists(main, error)) files.push_back(main);
  const fs::path directory = options.dropinDir.empty() ? fs::path(main).parent_path() / "conf.d"
                                                       : fs::path(options.dropinDir);
  for (std::string& file : dropins(directory, mistakes)) files.push_back(std::move(file));
  return files;
}

}  // namespace

std::string describe(const Mistake& mistake) {
  std::string text = mistake.file;
  if (mistake.line > 0) text += fmt::format(":{}", mistake.line);
  if (!text.empty()) text += ": ";
  if (!mistake.key.empty()) text += mistake.key + ": ";
  return text + mistake.message;
}

LoadOutcome load(const LoadOptions& options) {
  LoadOutcome outcome;
  Origins origins;
  const auto take = [&](const std::vector<Given>& values) {
    for (const Given& given : values) {
      apply(outcome.settings, given, outcome.mistakes);
      origins[given.key] = {given.file, given.line};
    }
  };
  outcome.files = filesOf(options, outcome.mistakes);
  for (const std::string& file : outcome.files) take(readYamlFile(file, outcome.mistakes));
  take(readEnvironment(options.environment, outcome.mistakes));
  take(readOverrides(options.overrides, outcome.mistakes));
  settle(outcome.settings, origins, options.environment, outcome.mistakes);
  return outcome;
}

}  // namespace parlour::conf
