#include "conf/render.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sstream>

namespace parlour::conf {
namespace {

constexpr size_t kColumns = 98;

/// `text` as comment lines of at most kColumns.
std::string comment(const std::string& indent, std::string_view text) {
  std::string out, line = indent + "#";
  std::istringstream words{std::string(text)};
  for (std::string word; words >> word;) {
    if (line.size() + 1 + word.size() > kColumns) {
      out += line + "\n";
      line = indent + "#";
    }
    line += " " + word;
  }
  return out + line + "\n";
}

std::string_view parentOf(std::string_view key) {
  const size_t dot = key.rfind('.');
  return dot == std::string_view::npos ? std::string_view() : key.substr(0, dot);
}

std::string_view nameOf(std::string_view key) {
  return key.substr(key.rfind('.') + 1);
}

std::string_view describeKind(TextKind kind) {
  switch (kind) {
    case TextKind::kAny:
      return "text";
    case TextKind::kAddress:
      return "IP address";
    case TextKind::kPublicAddress:
      return "IP address or auto";
    case TextKind::kNetwork:
      return "IP address or network";
    case TextKind::kOrigin:
      return "origin or \"*\"";
    case TextKind::kUrl:
      return "https URL";
    case TextKind::kFile:
      return "path of a file";
    case TextKind::kDirectory:
      return "path of a directory";
    case TextKind::kSocket:
      return "path";
    case TextKind::kChoice:
      return "word";
  }
  return "text";
}

std::string group(std::string_view key, const std::string& indent) {
  const std::string inner = indent + "  ";
  std::string out;
  for (const Setting& setting : settingTable()) {
    if (parentOf(setting.key) != key) continue;
    out += comment(inner, fmt::format("{} ({})", setting.meaning, shownType(setting)));
    out += fmt::format("{}#{}: {}\n", inner, nameOf(setting.key), shownDefault(setting));
  }
  for (const Group& sub : groupTable()) {
    if (parentOf(sub.key) != key) continue;
    out += "\n" + comment(inner, sub.meaning);
    out += fmt::format("{}{}:\n{}", inner, nameOf(sub.key), group(sub.key, inner));
  }
  return out;
}

struct DefaultOf {
  Settings& settings;
  std::string operator()(const FlagType& type) const {
    return type.at(settings) ? "true" : "false";
  }
  std::string operator()(const NumberType& type) const { return fmt::to_string(type.at(settings)); }
  std::string operator()(const TextType& type) const { return quoted(type.at(settings)); }
  std::string operator()(const ListType& type) const {
    Texts items;
    for (const std::string& text : type.at(settings)) items.push_back(quoted(text));
    return fmt::format("[{}]", fmt::join(items, ", "));
  }
  std::string operator()(const ChoiceType& type) const {
    return std::string(type.names[type.get(settings)]);
  }
};

struct TypeOf {
  std::string operator()(const FlagType&) const { return "true or false"; }
  std::string operator()(const NumberType& type) const {
    return fmt::format("number, {} to {}", type.least, type.most);
  }
  std::string operator()(const TextType& type) const {
    return std::string(describeKind(type.kind));
  }
  std::string operator()(const ListType& type) const {
    if (!type.choices.empty()) return fmt::format("list of {}", fmt::join(type.choices, ", "));
    return fmt::format("list, each {}", describeKind(type.kind));
  }
  std::string operator()(const ChoiceType& type) const {
    return fmt::format("{}", fmt::join(type.names, ", "));
  }
};

}  // namespace

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string shownDefault(const Setting& setting) {
  Settings defaults;
  return std::visit(DefaultOf{defaults}, setting.type);
}

std::string shownType(const Setting& setting) {
  return std::visit(TypeOf{}, setting.type);
}

std::string renderYaml() {
  std::string out =
      "# yaml-language-server: $schema=parlour.schema.json\n"
      "#\n"
      "# Settings of Parlour. Every one stands here at its default, commented out: take the # in\n"
      "# front of a name away to change it. Later ones win: this file, conf.d/*.yaml beside it in\n"
      "# the order of their names, PARLOUR_* environment variables, --set. `parlour "
      "--check-config`\n"
      "# lists all mistakes. docs/manual/configuration.md is the same as a page.\n"
      "#\n"
      "# This file is written by conf-doc from src/conf/table.cpp.\n";
  for (const Group& top : groupTable()) {
    if (!parentOf(top.key).empty()) continue;
    out += "\n" + comment("", top.meaning);
    out += fmt::format("{}:\n{}", top.key, group(top.key, ""));
  }
  return out;
}

}  // namespace parlour::conf
