// From what was written to a typed setting, by the table.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <regex>

#include "conf/given.hpp"
#include "conf/syntax.hpp"
#include "conf/table.hpp"

namespace parlour::conf {
namespace {

bool isPath(TextKind kind) {
  return kind == TextKind::kFile || kind == TextKind::kDirectory || kind == TextKind::kSocket;
}

/// What YAML 1.2's core schema reads as something else than text.
bool looksLikeOtherThanText(const std::string& text) {
  static const std::regex other(
      R"(~|null|Null|NULL|true|True|TRUE|false|False|FALSE|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|0x[0-9a-fA-F]+|0o[0-7]+)");
  return std::regex_match(text, other);
}

class Application {
 public:
  Application(Settings& settings, const Given& given, Mistakes& mistakes)
      : settings_(settings), given_(given), mistakes_(mistakes) {}

  void operator()(const FlagType& type) {
    const Scalar* scalar = only("true or false");
    if (!scalar) return;
    if (scalar->quoted || (scalar->text != "true" && scalar->text != "false"))
      return wrong(scalar->line, fmt::format("must be true or false, not {}", shown(*scalar)));
    type.at(settings_) = scalar->text == "true";
  }

  void operator()(const NumberType& type) {
    const Scalar* scalar = only("a number");
    if (!scalar) return;
    uint64_t number = 0;
    const std::string& text = scalar->text;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (scalar->quoted || text.empty() || end != text.data() + text.size() ||
        error == std::errc::invalid_argument)
      return wrong(scalar->line, fmt::format("must be a whole number, not {}", shown(*scalar)));
    if (error != std::errc() || number < type.least || number > type.most)
      return wrong(scalar->line,
                   fmt::format("{} is out of range: {} to {}", text, type.least, type.most));
    type.at(settings_) = static_cast<uint32_t>(number);
  }

  void operator()(const TextType& type) {
    const Scalar* scalar = only("text");
    if (!scalar) return;
    if (auto text = textOf(*scalar, type.kind, {})) type.at(settings_) = std::move(*text);
  }

  void operator()(const ListType& type) {
    if (given_.shape != Given::Shape::kList)
      return wrong(given_.line, "must be a list, e.g. [one, two]");
    Texts texts;
    for (const Scalar& scalar : given_.list) {
      auto text = textOf(scalar, type.kind, type.choices);
      if (!text) return;
      if (std::ranges::count(texts, *text))
        return wrong(scalar.line, fmt::format("{} stands in the list twice", *text));
      texts.push_back(std::move(*text));
    }
    if (texts.size() < type.leastItems) return wrong(given_.line, "must not be empty");
    type.at(settings_) = std::move(texts);
  }

  void operator()(const ChoiceType& type) {
    const Scalar* scalar = only("one word");
    if (!scalar) return;
    const auto found = std::ranges::find(type.names, scalar->text);
    if (found == type.names.end())
      return wrong(scalar->line, fmt::format("must be one of {}, not {}",
                                             fmt::join(type.names, ", "), shown(*scalar)));
    type.set(settings_, static_cast<size_t>(found - type.names.begin()));
  }

 private:
  static std::string shown(const Scalar& scalar) {
    return scalar.quoted         ? fmt::format("the text \"{}\"", scalar.text)
           : scalar.text.empty() ? std::string("nothing")
                                 : scalar.text;
  }

  const Scalar* only(std::string_view expected) {
    if (given_.shape == Given::Shape::kScalar) return &given_.scalar;
    wrong(
        given_.line,
        given_.shape == Given::Shape::kNothing
            ? fmt::format("has no value; leave the line out for the default, or give {}", expected)
            : fmt::format("must be {}, not a {}", expected,
                          given_.shape == Given::Shape::kList ? "list" : "section"));
    return nullptr;
  }

  std::optional<std::string> textOf(const Scalar& scalar, TextKind kind,
                                    const std::vector<std::string_view>& choices) {
    if (given_.typed && !scalar.quoted && looksLikeOtherThanText(scalar.text)) {
      wrong(scalar.line, fmt::format("is text: write it in quotes, \"{}\"", scalar.text));
      return std::nullopt;
    }
    // Empty turns a setting off; in a list it is a slip.
    if (scalar.text.empty() && given_.shape == Given::Shape::kScalar) return std::string();
    std::string problem =
        kind == TextKind::kChoice
            ? (std::ranges::count(choices, scalar.text)
                   ? std::string()
                   : fmt::format("{} is none of {}", shown(scalar), fmt::join(choices, ", ")))
            : syntaxProblem(kind, scalar.text);
    if (!problem.empty()) {
      wrong(scalar.line, std::move(problem));
      return std::nullopt;
    }
    return isPath(kind) ? absolute(scalar.text) : scalar.text;
  }

  /// Paths in a file are relative to that file. "$CREDENTIALS_DIRECTORY/…" is left for settle().
  std::string absolute(const std::string& path) const {
    if (path.front() == '$' || path.front() == '/') return path;
    return (std::filesystem::path(given_.directory) / path).lexically_normal().string();
  }

  void wrong(int line, std::string message) {
    mistakes_.push_back({given_.file, line ? line : given_.line, given_.key, std::move(message)});
  }

  Settings& settings_;
  const Given& given_;
  Mistakes& mistakes_;
};

}  // namespace

void apply(Settings& settings, const Given& given, Mistakes& mistakes) {
  if (const Setting* setting = findSetting(given.key))
    std::visit(Application(settings, given, mistakes), setting->type);
}

}  // namespace parlour::conf
