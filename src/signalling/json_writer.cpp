#include "signalling/json_writer.hpp"

#include <glib.h>

#include <cmath>

namespace parlour::signalling {

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  text_ += bracket;
  needsComma_ = false;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  text_ += bracket;
  needsComma_ = true;
  return *this;
}

JsonWriter& JsonWriter::name(std::string_view name) {
  separate();
  quote(name);
  text_ += ':';
  needsComma_ = false;
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  separate();
  if (g_utf8_validate_len(text.data(), text.size(), nullptr)) {
    quote(text);
  } else {  // Peers' SDP may hold any bytes; a text frame may not (RFC 6455 §5.6).
    gchar* valid = g_utf8_make_valid(text.data(), static_cast<gssize>(text.size()));
    quote(valid);
    g_free(valid);
  }
  return *this;
}

JsonWriter& JsonWriter::value(double number) {
  separate();
  const double rounded = std::isfinite(number) ? std::round(number * 1000) / 1000 : 0;
  fmt::format_to(std::back_inserter(text_), "{}", rounded);
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  separate();
  text_ += json;
  return *this;
}

void JsonWriter::separate() {
  if (needsComma_) text_ += ',';
  needsComma_ = true;
}

void JsonWriter::quote(std::string_view text) {
  text_ += '"';
  for (const char c : text) {
    switch (c) {
      case '"': text_ += "\\\""; break;
      case '\\': text_ += "\\\\"; break;
      case '\n': text_ += "\\n"; break;
      case '\r': text_ += "\\r"; break;
      case '\t': text_ += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
          fmt::format_to(std::back_inserter(text_), "\\u{:04x}", static_cast<unsigned>(c));
        else
          text_ += c;
    }
  }
  text_ += '"';
}

}  // namespace parlour::signalling
