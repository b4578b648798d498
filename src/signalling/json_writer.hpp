// Writes JSON text straight into a string: commas, quotes and escapes, nothing else.
//
// Used for everything that is sent (an event goes to every participant of a room, so no tree is
// built first). Begin and end must match; that is the caller's duty, as is unique names.
// Thread: any.
#pragma once

#include <fmt/format.h>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace parlour::signalling {

class JsonWriter {
 public:
  JsonWriter& beginObject() { return open('{'); }
  JsonWriter& endObject() { return close('}'); }
  JsonWriter& beginArray() { return open('['); }
  JsonWriter& endArray() { return close(']'); }
  JsonWriter& name(std::string_view name);

  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(bool truth) { return raw(truth ? "true" : "false"); }
  /// A finite number, with three decimals at most.
  JsonWriter& value(double number);
  template <std::integral T>
  JsonWriter& value(T number) {
    separate();
    fmt::format_to(std::back_inserter(text_), "{}", number);
    return *this;
  }
  /// A value that is JSON text already.
  JsonWriter& raw(std::string_view json);

  template <typename T>
  JsonWriter& member(std::string_view key, const T& v) {
    return name(key).value(v);
  }
  /// Left out where `text` is empty.
  JsonWriter& memberIfAny(std::string_view key, std::string_view text) {
    return text.empty() ? *this : member(key, text);
  }

  std::string take() { return std::move(text_); }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  void separate();
  void quote(std::string_view text);

  std::string text_;
  bool needsComma_ = false;
};

}  // namespace parlour::signalling
