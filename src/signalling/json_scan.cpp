#include "signalling/json_scan.hpp"

#include <fmt/format.h>
#include <glib.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <vector>

namespace parlour::signalling {
namespace {

constexpr uint64_t kMaxSafeInteger = (uint64_t{1} << 53) - 1;  // What every client can count to.
constexpr size_t kMaxTypeBytes = 32;

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isHex(char c) { return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

class Scanner {
 public:
  Scanner(std::string_view text, const ScanLimits& limits) : text_(text), limits_(limits) {}

  Scan run() {
    Scan scan;
    skipSpace();
    if (peek() != '{') fail("bad_message", "a message is one JSON object");
    if (ok()) value(1);
    skipSpace();
    if (ok() && at_ != text_.size()) fail("bad_message", "there is text after the object");
    scan.envelope = std::move(envelope_);
    if (error_) scan.outcome = *error_;
    return scan;
  }

 private:
  bool ok() const { return !error_; }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void fail(const char* code, std::string_view what) {
    if (ok()) error_ = invalid(code, fmt::format("Not a valid message: {} (byte {}).", what, at_));
  }
  void skipSpace() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != text_.npos) ++at_;
  }
  bool take(char wanted) {
    skipSpace();
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  // `depth` is that of the container which this value would be; recursion ends at the limit.
  void value(unsigned depth) {
    skipSpace();
    switch (peek()) {
      case '{': return open(depth) ? object(depth) : void();
      case '[': return open(depth) ? array(depth) : void();
      case '"': string(); return;
      case 't': return word("true");
      case 'f': return word("false");
      case 'n': return word("null");
      default: return number();
    }
  }

  bool open(unsigned depth) {
    if (depth > limits_.maxDepth)
      fail("too_deep", fmt::format("nested deeper than {}", limits_.maxDepth));
    else
      ++at_;
    return ok();
  }

  void object(unsigned depth) {
    std::array<std::string_view, 64> names;
    const size_t most = std::min<size_t>(limits_.maxMembersPerObject, names.size());
    size_t count = 0;
    if (take('}')) return;
    do {
      skipSpace();
      const std::string_view name = string();
      if (ok() && std::find(names.begin(), names.begin() + count, name) != names.begin() + count)
        fail("bad_message", "a member is given twice");
      if (ok() && count == most) fail("bad_message", "an object has too many members");
      if (ok() && !take(':')) fail("bad_message", "':' expected");
      if (!ok()) return;
      names[count++] = name;
      skipSpace();
      const size_t start = at_;
      value(depth + 1);
      if (ok() && depth == 1) envelopeMember(name, text_.substr(start, at_ - start));
    } while (ok() && take(','));
    if (ok() && !take('}')) fail("bad_message", "',' or '}' expected");
  }

  void array(unsigned depth) {
    if (take(']')) return;
    do {
      value(depth + 1);
    } while (ok() && take(','));
    if (ok() && !take(']')) fail("bad_message", "',' or ']' expected");
  }

  /// The raw characters between the quotes.
  std::string_view string() {
    if (peek() != '"') {
      fail("bad_message", "a string expected");
      return {};
    }
    const size_t start = ++at_;
    while (at_ < text_.size() && text_[at_] != '"') {
      if (static_cast<unsigned char>(text_[at_]) < 0x20) {
        fail("bad_message", "a control character in a string");
        return {};
      }
      if (text_[at_] == '\\' && !escape()) return {};
      ++at_;
    }
    if (at_ >= text_.size()) {
      fail("bad_message", "a string does not end");
      return {};
    }
    return text_.substr(start, at_++ - start);
  }

  /// Leaves `at_` at the escape's last character.
  bool escape() {
    ++at_;
    const char c = peek();
    if (c != '\0' && std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos) return true;
    const auto unit = c == 'u' ? codeUnit() : std::nullopt;
    if (!unit || *unit == 0) {  // U+0000 would cut the string short in C.
      fail("bad_message", "an escape that is not allowed");
      return false;
    }
    if (*unit >= 0xD800 && *unit <= 0xDFFF) return surrogatePair(*unit);
    return true;
  }

  bool surrogatePair(unsigned high) {
    if (high < 0xDC00 && text_.substr(at_ + 1, 2) == "\\u") {
      at_ += 2;
      const auto low = codeUnit();
      if (low && *low >= 0xDC00 && *low <= 0xDFFF) return true;
    }
    fail("bad_message", "half a surrogate pair");
    return false;
  }

  /// The four hex digits after `at_` (the 'u'); leaves `at_` at the last of them.
  std::optional<unsigned> codeUnit() {
    const std::string_view digits = text_.substr(std::min(at_ + 1, text_.size()), 4);
    if (digits.size() != 4 || !std::all_of(digits.begin(), digits.end(), isHex)) return {};
    unsigned unit = 0;
    std::from_chars(digits.data(), digits.data() + 4, unit, 16);
    at_ += 4;
    return unit;
  }

  void word(std::string_view wanted) {
    if (text_.substr(at_, wanted.size()) == wanted)
      at_ += wanted.size();
    else
      fail("bad_message", "a value expected");
  }

  bool digits() {
    const size_t start = at_;
    while (isDigit(peek())) ++at_;
    return at_ != start;
  }

  void number() {
    if (peek() == '-') ++at_;
    const bool leadingZero = peek() == '0';
    const size_t start = at_;
    bool good = digits() && !(leadingZero && at_ - start > 1);
    if (good && peek() == '.') {
      ++at_;
      good = digits();
    }
    if (good && (peek() == 'e' || peek() == 'E')) {
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      good = digits();
    }
    if (!good) return fail("bad_message", "a value expected");
    double value = 0;
    if (std::from_chars(text_.data() + start, text_.data() + at_, value).ec != std::errc())
      fail("bad_message", "a number is out of range");
  }

  void envelopeMember(std::string_view name, std::string_view raw) {
    if (name == "id") {
      uint64_t id = 0;
      const auto [end, error] = std::from_chars(raw.data(), raw.data() + raw.size(), id);
      if (error == std::errc() && end == raw.data() + raw.size() && id <= kMaxSafeInteger)
        envelope_.id = id;
    }
    if (name == "type" && raw.size() > 2 && raw.size() <= kMaxTypeBytes + 2 && raw[0] == '"') {
      const std::string_view type = raw.substr(1, raw.size() - 2);
      const bool plain = std::all_of(type.begin(), type.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      });
      if (plain) envelope_.type = type;
    }
  }

  std::string_view text_;
  const ScanLimits& limits_;
  size_t at_ = 0;
  Envelope envelope_;
  std::optional<Error> error_;
};

}  // namespace

Scan scanMessage(std::string_view text, const ScanLimits& limits) {
  if (!g_utf8_validate_len(text.data(), text.size(), nullptr))
    return {{}, invalid("bad_message", "Not a valid message: it is not UTF-8.")};
  return Scanner(text, limits).run();
}

}  // namespace parlour::signalling
