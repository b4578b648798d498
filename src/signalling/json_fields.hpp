// Fields: reads the members of a parsed JSON object into typed values.
//
// The first thing that does not fit is kept as the error; what is read after it is empty, so a
// caller reads all it wants and looks once. Unknown members are ignored: a newer client may say
// more than this version knows. Thread: any.
#pragma once

#include <json-glib/json-glib.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace parlour::signalling {

class Fields {
 public:
  /// `object` is borrowed and may be null. `where` is put before member names in errors.
  explicit Fields(JsonObject* object, std::string where = "")
      : object_(object), where_(std::move(where)) {}

  std::string text(const char* name, size_t maxBytes);
  /// Empty where it is missing.
  std::string optionalText(const char* name, size_t maxBytes);
  bool boolean(const char* name);
  bool optionalBoolean(const char* name, bool otherwise);
  int64_t integer(const char* name, int64_t least, int64_t most);
  int64_t optionalInteger(const char* name, int64_t least, int64_t most, int64_t otherwise);
  /// Null where it is missing.
  JsonNode* optionalNode(const char* name);
  /// An object member, null where it is missing.
  JsonObject* optionalObject(const char* name);
  /// Calls `each` for every element, which must be an object.
  void objects(const char* name, size_t maxElements, bool required,
               const std::function<void(Fields&)>& each);

  /// Remembers an error about a member.
  void refuse(const char* name, std::string_view what);
  bool ok() const { return !error_; }
  const Error& error() const { return *error_; }

 private:
  JsonNode* required(const char* name);
  std::string textOf(JsonNode* node, const char* name, size_t maxBytes);
  int64_t integerOf(JsonNode* node, const char* name, int64_t least, int64_t most);

  JsonObject* object_;
  std::string where_;
  std::optional<Error> error_;
};

}  // namespace parlour::signalling
