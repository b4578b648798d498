#include "signalling/json_fields.hpp"

#include <fmt/format.h>

namespace parlour::signalling {

void Fields::refuse(const char* name, std::string_view what) {
  if (error_) return;
  error_ = invalid("bad_message", fmt::format("'{}{}' {}.", where_, name, what));
}

JsonNode* Fields::optionalNode(const char* name) {
  JsonNode* node = object_ ? json_object_get_member(object_, name) : nullptr;
  return node && !JSON_NODE_HOLDS_NULL(node) ? node : nullptr;
}

JsonNode* Fields::required(const char* name) {
  JsonNode* node = optionalNode(name);
  if (!node) refuse(name, "is missing");
  return node;
}

std::string Fields::textOf(JsonNode* node, const char* name, size_t maxBytes) {
  if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_STRING) {
    refuse(name, "must be a string");
    return {};
  }
  std::string value = json_node_get_string(node);
  if (value.size() > maxBytes) {
    refuse(name, fmt::format("is longer than {} bytes", maxBytes));
    return {};
  }
  return value;
}

std::string Fields::text(const char* name, size_t maxBytes) {
  JsonNode* node = required(name);
  return node ? textOf(node, name, maxBytes) : std::string();
}

std::string Fields::optionalText(const char* name, size_t maxBytes) {
  JsonNode* node = optionalNode(name);
  return node ? textOf(node, name, maxBytes) : std::string();
}

bool Fields::boolean(const char* name) {
  return required(name) ? optionalBoolean(name, false) : false;
}

bool Fields::optionalBoolean(const char* name, bool otherwise) {
  JsonNode* node = optionalNode(name);
  if (!node) return otherwise;
  if (JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_BOOLEAN)
    return json_node_get_boolean(node);
  refuse(name, "must be true or false");
  return otherwise;
}

int64_t Fields::integerOf(JsonNode* node, const char* name, int64_t least, int64_t most) {
  if (!JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_INT64 ||
      json_node_get_int(node) < least || json_node_get_int(node) > most) {
    refuse(name, fmt::format("must be an integer from {} to {}", least, most));
    return least;
  }
  return json_node_get_int(node);
}

int64_t Fields::integer(const char* name, int64_t least, int64_t most) {
  JsonNode* node = required(name);
  return node ? integerOf(node, name, least, most) : least;
}

int64_t Fields::optionalInteger(const char* name, int64_t least, int64_t most,
                                int64_t otherwise) {
  JsonNode* node = optionalNode(name);
  return node ? integerOf(node, name, least, most) : otherwise;
}

JsonObject* Fields::optionalObject(const char* name) {
  JsonNode* node = optionalNode(name);
  if (!node) return nullptr;
  if (JSON_NODE_HOLDS_OBJECT(node)) return json_node_get_object(node);
  refuse(name, "must be an object");
  return nullptr;
}

void Fields::objects(const char* name, size_t maxElements, bool isRequired,
                     const std::function<void(Fields&)>& each) {
  JsonNode* node = isRequired ? required(name) : optionalNode(name);
  if (!node) return;
  if (!JSON_NODE_HOLDS_ARRAY(node)) return refuse(name, "must be an array");
  JsonArray* array = json_node_get_array(node);
  const guint count = json_array_get_length(array);
  if (count > maxElements)
    return refuse(name, fmt::format("has more than {} elements", maxElements));
  for (guint i = 0; i < count && ok(); ++i) {
    JsonNode* element = json_array_get_element(array, i);
    if (!JSON_NODE_HOLDS_OBJECT(element)) return refuse(name, "must hold objects");
    Fields fields(json_node_get_object(element), fmt::format("{}{}[{}].", where_, name, i));
    each(fields);
    if (!fields.ok()) error_ = fields.error();
  }
}

}  // namespace parlour::signalling
