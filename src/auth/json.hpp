// Json: an owned reference to a Jansson value, the JSON library that cjose is built on.
// Thread: any, one at a time per value.
#pragma once

#include <jansson.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace parlour::auth {

class Json {
 public:
  Json() = default;
  static Json adopt(json_t* value) { return Json(value); }
  static Json share(json_t* value) { return Json(json_incref(value)); }
  /// Strict: one value, no repeated names, no NUL. Empty when `text` is not that.
  static Json parse(std::string_view text) {
    return Json(json_loadb(text.data(), text.size(), JSON_REJECT_DUPLICATES, nullptr));
  }

  Json(const Json& o) : value_(json_incref(o.value_)) {}
  Json(Json&& o) noexcept : value_(std::exchange(o.value_, nullptr)) {}
  Json& operator=(Json o) noexcept {
    std::swap(value_, o.value_);
    return *this;
  }
  ~Json() { json_decref(value_); }

  json_t* get() const { return value_; }
  explicit operator bool() const { return value_ != nullptr; }
  bool isObject() const { return json_is_object(value_); }

  bool has(const char* name) const { return json_object_get(value_, name) != nullptr; }
  /// The member where it is a string.
  std::optional<std::string> text(const char* name) const {
    const json_t* member = json_object_get(value_, name);
    if (!json_is_string(member)) return std::nullopt;
    return std::string(json_string_value(member), json_string_length(member));
  }

 private:
  explicit Json(json_t* value) : value_(value) {}
  json_t* value_ = nullptr;
};

}  // namespace parlour::auth
