#include <fmt/format.h>
#include <fmt/ranges.h>

#include "conf/render.hpp"

namespace parlour::conf {
namespace {

struct SchemaOf {
  std::string operator()(const FlagType&) const { return R"("type": "boolean")"; }
  std::string operator()(const NumberType& type) const {
    return fmt::format(R"("type": "integer", "minimum": {}, "maximum": {})", type.least, type.most);
  }
  std::string operator()(const TextType&) const { return R"("type": "string")"; }
  std::string operator()(const ListType& type) const {
    std::string items = R"("type": "string", "minLength": 1)";
    if (!type.choices.empty()) items = "\"enum\": " + words(type.choices);
    return fmt::format(R"("type": "array", "uniqueItems": true, "minItems": {}, "items": {{{}}})",
                       type.leastItems, items);
  }
  std::string operator()(const ChoiceType& type) const { return "\"enum\": " + words(type.names); }

  static std::string words(const std::vector<std::string_view>& names) {
    Texts all;
    for (std::string_view name : names) all.push_back(quoted(name));
    return fmt::format("[{}]", fmt::join(all, ", "));
  }
};

std::string jsonDefault(const Setting& setting) {
  const std::string shown = shownDefault(setting);
  return std::holds_alternative<ChoiceType>(setting.type) ? quoted(shown) : shown;
}

/// The direct child's name when `key` stands right in group `parent`, else empty.
std::string_view childOf(std::string_view key, std::string_view parent) {
  if (!parent.empty()) {
    if (!key.starts_with(parent) || key.size() <= parent.size() || key[parent.size()] != '.')
      return {};
    key.remove_prefix(parent.size() + 1);
  }
  return key.find('.') == std::string_view::npos ? key : std::string_view();
}

/// A section may be empty (null in YAML) when all its lines are commented out.
std::string section(std::string_view key, const std::string& indent) {
  const std::string inner = indent + "  ";
  Texts members;
  for (const Setting& setting : settingTable()) {
    const std::string_view name = childOf(setting.key, key);
    if (name.empty()) continue;
    members.push_back(fmt::format("{}{}: {{{}, \"default\": {},\n{}  \"description\": {}}}", inner,
                                  quoted(name), std::visit(SchemaOf{}, setting.type),
                                  jsonDefault(setting), inner, quoted(setting.meaning)));
  }
  for (const Group& group : groupTable()) {
    const std::string_view name = childOf(group.key, key);
    if (name.empty()) continue;
    members.push_back(fmt::format("{}{}: {{\n{}  \"description\": {},\n{}  {}\n{}}}", inner,
                                  quoted(name), inner, quoted(group.meaning), inner,
                                  section(group.key, inner + "  "), inner));
  }
  return fmt::format(
      "\"type\": [\"object\", \"null\"], \"additionalProperties\": false, \"properties\": "
      "{{\n{}\n{}}}",
      fmt::join(members, ",\n"), indent);
}

}  // namespace

std::string renderSchema() {
  return fmt::format(
      "{{\n"
      "  \"$schema\": \"http://json-schema.org/draft-07/schema#\",\n"
      "  \"title\": \"Parlour settings\",\n"
      "  \"$comment\": \"Written by conf-doc from src/conf/table.cpp.\",\n"
      "  {}\n}}\n",
      section("", "  "));
}

}  // namespace parlour::conf
