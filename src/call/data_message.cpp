#include "call/data_message.hpp"

#include <json-glib/json-glib.h>

#include <memory>

namespace parlour::call {
namespace {

constexpr size_t kMaxPayloadBytes = 16 * 1024;

struct Unref {
  void operator()(gpointer p) const { g_object_unref(p); }
};

std::optional<std::string> stringOf(JsonObject* object, const char* name) {
  JsonNode* node = json_object_get_member(object, name);
  if (!node || !JSON_NODE_HOLDS_VALUE(node) || json_node_get_value_type(node) != G_TYPE_STRING)
    return std::nullopt;
  return json_node_get_string(node);
}

}  // namespace

std::optional<DataMessage> readDataMessage(std::string_view text) {
  std::unique_ptr<JsonParser, Unref> parser(json_parser_new());
  // Size is bounded by the channel; a flat object needs no depth.
  if (!json_parser_load_from_data(parser.get(), text.data(), static_cast<gssize>(text.size()),
                                  nullptr))
    return std::nullopt;
  JsonNode* root = json_parser_get_root(parser.get());
  if (!root || !JSON_NODE_HOLDS_OBJECT(root)) return std::nullopt;
  JsonObject* object = json_node_get_object(root);
  auto payload = stringOf(object, "payload");
  if (!payload || payload->size() > kMaxPayloadBytes) return std::nullopt;
  return DataMessage{stringOf(object, "to").value_or(""), std::move(*payload)};
}

std::string writeDataMessage(const room::DataReceived& data) {
  std::unique_ptr<JsonBuilder, Unref> builder(json_builder_new());
  json_builder_begin_object(builder.get());
  json_builder_set_member_name(builder.get(), "from");
  json_builder_add_string_value(builder.get(), data.from.c_str());
  if (!data.to.empty()) {
    json_builder_set_member_name(builder.get(), "to");
    json_builder_add_string_value(builder.get(), data.to.c_str());
  }
  json_builder_set_member_name(builder.get(), "payload");
  json_builder_add_string_value(builder.get(), data.payload.c_str());
  json_builder_end_object(builder.get());
  JsonNode* root = json_builder_get_root(builder.get());
  gchar* text = json_to_string(root, FALSE);
  std::string out(text);
  g_free(text);
  json_node_unref(root);
  return out;
}

}  // namespace parlour::call
