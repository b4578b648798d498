// JsonView: reads the server's answers; what is missing or of another type is empty or 0, for a
// newer or older server may say more or less. Thread: main.
#pragma once

#include <json-glib/json-glib.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace parlour::ctl {

class JsonView {
 public:
  static std::optional<JsonView> parse(const std::string& text);

  JsonView member(const char* name) const;
  std::vector<JsonView> items(const char* name) const;
  std::string text(const char* name) const;
  double number(const char* name) const;
  bool flag(const char* name) const;
  /// As text with line ends and indents.
  std::string pretty() const;

 private:
  JsonView(std::shared_ptr<JsonNode> root, JsonNode* node) : root_(std::move(root)), node_(node) {}
  JsonNode* find(const char* name) const;

  std::shared_ptr<JsonNode> root_;  ///< Keeps everything below it.
  JsonNode* node_ = nullptr;        ///< Borrowed from `root_`; null: nothing.
};

/// `text` as a JSON string with its quotes.
std::string jsonText(const std::string& text);

}  // namespace parlour::ctl
