#include <fmt/format.h>

#include "conf/render.hpp"

namespace parlour::conf {
namespace {

constexpr std::string_view kBegin =
    "<!-- settings: written by conf-doc from src/conf/table.cpp -->\n";
constexpr std::string_view kEnd = "<!-- end of settings -->\n";

std::string row(const Setting& setting) {
  std::string shown = shownDefault(setting);
  if (shown == "\"\"") shown.clear();
  return fmt::format("### `{}`\n\n{}\n\n{}{}. Environment: `{}`.\n\n", setting.key, setting.meaning,
                     "Takes ",
                     shownType(setting) + (shown.empty() ? std::string("; empty by default")
                                                         : fmt::format("; default `{}`", shown)),
                     environmentName(setting.key));
}

}  // namespace

std::string renderManual() {
  std::string out(kBegin);
  std::string_view current;
  for (const Setting& setting : settingTable()) {
    const std::string_view group = setting.key.substr(0, setting.key.rfind('.'));
    if (group != current) {
      current = group;
      out += fmt::format("\n## `{}`\n\n{}\n\n", group, findGroup(group)->meaning);
    }
    out += row(setting);
  }
  return out + std::string(kEnd);
}

std::string replaceReference(const std::string& page) {
  const size_t begin = page.find(kBegin);
  const size_t end = page.find(kEnd, begin == std::string::npos ? 0 : begin);
  if (begin == std::string::npos || end == std::string::npos) return {};
  return page.substr(0, begin) + renderManual() + page.substr(end + kEnd.size());
}

}  // namespace parlour::conf
