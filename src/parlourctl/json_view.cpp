#include "parlourctl/json_view.hpp"

#include "base/log_line.hpp"

namespace parlour::ctl {

std::optional<JsonView> JsonView::parse(const std::string& text) {
  JsonNode* node = json_from_string(text.c_str(), nullptr);
  if (!node) return std::nullopt;
  return JsonView(std::shared_ptr<JsonNode>(node, json_node_unref), node);
}

JsonNode* JsonView::find(const char* name) const {
  if (!node_ || !JSON_NODE_HOLDS_OBJECT(node_)) return nullptr;
  return json_object_get_member(json_node_get_object(node_), name);
}

JsonView JsonView::member(const char* name) const {
  return {root_, find(name)};
}

std::vector<JsonView> JsonView::items(const char* name) const {
  std::vector<JsonView> all;
  JsonNode* node = find(name);
  if (!node || !JSON_NODE_HOLDS_ARRAY(node)) return all;
  JsonArray* array = json_node_get_array(node);
  for (guint i = 0; i < json_array_get_length(array); ++i)
    all.push_back({root_, json_array_get_element(array, i)});
  return all;
}

std::string JsonView::text(const char* name) const {
  JsonNode* node = find(name);
  const bool isText = node && json_node_get_value_type(node) == G_TYPE_STRING;
  return isText ? json_node_get_string(node) : "";
}

double JsonView::number(const char* name) const {
  JsonNode* node = find(name);
  return node && JSON_NODE_HOLDS_VALUE(node) ? json_node_get_double(node) : 0;
}

bool JsonView::flag(const char* name) const {
  JsonNode* node = find(name);
  return node && JSON_NODE_HOLDS_VALUE(node) && json_node_get_boolean(node);
}

std::string JsonView::pretty() const {
  gchar* text = json_to_string(node_, TRUE);
  std::string out(text);
  g_free(text);
  return out;
}

std::string jsonText(const std::string& text) {
  return log::jsonString(text);
}

}  // namespace parlour::ctl
