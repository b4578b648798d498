// conf-doc: writes the documents that follow from the table of settings, or checks that those
// checked in do. Usage: conf-doc (--write | --check) SOURCE_ROOT
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "conf/render.hpp"

namespace {

std::string contentOf(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

struct Document {
  std::filesystem::path path;
  std::string wanted;
};

int write(const Document& document) {
  std::ofstream out(document.path, std::ios::binary | std::ios::trunc);
  out << document.wanted;
  out.close();
  if (out) return 0;
  fmt::print(stderr, "{} cannot be written\n", document.path.string());
  return 1;
}

int check(const Document& document) {
  if (contentOf(document.path) == document.wanted) return 0;
  fmt::print(stderr, "{} does not follow src/conf/table.cpp: run conf-doc --write\n",
             document.path.string());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace parlour::conf;
  const std::string mode = argc == 3 ? argv[1] : "";
  if (mode != "--write" && mode != "--check") {
    fmt::print(stderr, "usage: conf-doc (--write | --check) SOURCE_ROOT\n");
    return 2;
  }
  const std::filesystem::path root = argv[2];
  const auto page = root / "docs/manual/configuration.md";
  const std::string manual = replaceReference(contentOf(page));
  if (manual.empty()) {
    fmt::print(stderr, "{} has no place for the settings (two marker comments)\n", page.string());
    return 1;
  }
  const std::vector<Document> documents = {{root / "config/parlour.yaml", renderYaml()},
                                           {root / "config/parlour.schema.json", renderSchema()},
                                           {page, manual}};
  int result = 0;
  for (const Document& document : documents)
    result |= mode == "--write" ? write(document) : check(document);
  return result;
}
