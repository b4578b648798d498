// Settings from YAML files. yaml-cpp throws; nothing of that leaves this file.
#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "conf/given.hpp"
#include "conf/table.hpp"

namespace parlour::conf {
namespace {

constexpr size_t kLongestFile = 1 << 20;

int lineOf(const YAML::Mark& mark) {
  return mark.is_null() ? 0 : mark.line + 1;
}

Scalar scalarOf(const YAML::Node& node) {
  // yaml-cpp tags plain scalars "?" and quoted ones "!".
  return {node.Scalar(), node.Tag() == "!", lineOf(node.Mark())};
}

class Walk {
 public:
  Walk(const std::string& file, const std::string& directory, Mistakes& mistakes)
      : file_(file), directory_(directory), mistakes_(mistakes) {}

  void group(const YAML::Node& node, const std::string& path) {
    if (node.IsNull()) return;  // "http:" with every line under it commented out.
    if (!node.IsMap()) {
      note(lineOf(node.Mark()), path, "is a section: settings stand under it, one per line");
      return;
    }
    std::set<std::string> seen;
    for (const auto& pair : node) {
      if (!pair.first.IsScalar()) {
        note(lineOf(pair.first.Mark()), path, "a setting's name must be a plain word");
        continue;
      }
      const std::string key = path.empty() ? pair.first.Scalar() : path + "." + pair.first.Scalar();
      const int line = lineOf(pair.first.Mark());
      if (!seen.insert(key).second) {
        note(line, key, "stands here twice");
        continue;
      }
      entry(pair.second, key, line);
    }
  }

  std::vector<Given> take() { return std::move(given_); }

 private:
  void entry(const YAML::Node& node, const std::string& key, int line) {
    if (findGroup(key)) return group(node, key);
    if (findSetting(key)) return value(node, key, line);
    const std::string near = nearestKey(key);
    note(line, key,
         near.empty() ? "no such setting" : fmt::format("no such setting; is {} meant?", near));
  }

  void value(const YAML::Node& node, const std::string& key, int line) {
    Given given{file_, line, key, Given::Shape::kNothing, {}, {}, true, directory_};
    if (node.IsScalar()) {
      given.shape = Given::Shape::kScalar;
      given.scalar = scalarOf(node);
    } else if (node.IsMap()) {
      given.shape = Given::Shape::kMap;
    } else if (node.IsSequence()) {
      given.shape = Given::Shape::kList;
      for (const YAML::Node& item : node) {
        if (!item.IsScalar())
          return note(lineOf(item.Mark()), key, "a list of single values is expected");
        given.list.push_back(scalarOf(item));
      }
    }
    given_.push_back(std::move(given));
  }

  void note(int line, const std::string& key, std::string message) {
    mistakes_.push_back({file_, line, key, std::move(message)});
  }

  const std::string& file_;
  const std::string& directory_;
  Mistakes& mistakes_;
  std::vector<Given> given_;
};

}  // namespace

std::vector<Given> readYaml(const std::string& text, const std::string& file,
                            const std::string& directory, Mistakes& mistakes) {
  Walk walk(file, directory, mistakes);
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(text);
    if (documents.size() > 1) {
      mistakes.push_back({file, lineOf(documents[1].Mark()), "", "holds a second YAML document"});
      return {};
    }
    if (!documents.empty()) walk.group(documents.front(), "");
  } catch (const YAML::Exception& e) {
    mistakes.push_back({file, lineOf(e.mark), "", "is not YAML: " + e.msg});
    return {};
  } catch (const std::exception& e) {
    mistakes.push_back({file, 0, "", fmt::format("is not YAML: {}", e.what())});
    return {};
  }
  return walk.take();
}

std::vector<Given> readYamlFile(const std::string& path, Mistakes& mistakes) {
  std::ifstream in(path, std::ios::binary);
  std::string text(kLongestFile + 1, '\0');
  if (in) in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!in.is_open() || in.bad()) {
    mistakes.push_back({path, 0, "", "cannot be read"});
    return {};
  }
  text.resize(static_cast<size_t>(in.gcount()));
  if (text.size() > kLongestFile) {
    mistakes.push_back({path, 0, "", fmt::format("is longer than {} bytes", kLongestFile)});
    return {};
  }
  return readYaml(text, path, std::filesystem::path(path).parent_path().string(), mistakes);
}

}  // namespace parlour::conf
