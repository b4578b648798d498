// Result<T>: an expected failure as a value.
//
// Programmer errors are asserts; everything a user, a peer or the machine can cause is a Result.
// Thread: any.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace parlour {

/// What kind of failure it is, which decides who has to act.
enum class ErrorKind {
  kInvalid,      ///< The input is wrong; the sender must change it.
  kRefused,      ///< Understood, and not allowed.
  kUnavailable,  ///< Not now; trying later can work.
  kFailed,       ///< Something of ours or of the machine broke.
};

/// A failure: its kind, a stable machine-readable code and a sentence for a person.
struct Error {
  ErrorKind kind = ErrorKind::kFailed;
  std::string code;     ///< snake_case, stable, e.g. "room_full".
  std::string message;  ///< What, where, and what to do.

  /// The same error with `context: ` put before its message.
  [[nodiscard]] Error within(std::string_view context) const {
    return {kind, code, std::string(context) + ": " + message};
  }
};

[[nodiscard]] inline Error invalid(std::string code, std::string message) {
  return {ErrorKind::kInvalid, std::move(code), std::move(message)};
}
[[nodiscard]] inline Error refused(std::string code, std::string message) {
  return {ErrorKind::kRefused, std::move(code), std::move(message)};
}
[[nodiscard]] inline Error unavailable(std::string code, std::string message) {
  return {ErrorKind::kUnavailable, std::move(code), std::move(message)};
}
[[nodiscard]] inline Error failed(std::string code, std::string message) {
  return {ErrorKind::kFailed, std::move(code), std::move(message)};
}

/// A T or an Error. `*r` and `r->` need `r` to be true.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : v_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(implicit)
  Result(Error error) : v_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(implicit)

  explicit operator bool() const { return v_.index() == 0; }
  T& operator*() & { return std::get<0>(v_); }
  const T& operator*() const& { return std::get<0>(v_); }
  T&& operator*() && { return std::get<0>(std::move(v_)); }
  T* operator->() { return &std::get<0>(v_); }
  const T* operator->() const { return &std::get<0>(v_); }
  const Error& error() const { return std::get<1>(v_); }

 private:
  std::variant<T, Error> v_;
};

/// Success without a value, or an Error.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}  // NOLINT(implicit)
  explicit operator bool() const { return ok_; }
  const Error& error() const { return error_; }

 private:
  Error error_;
  bool ok_ = true;
};

}  // namespace parlour
