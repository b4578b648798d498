// Text as a terminal shows it: how many columns it takes, and made to fit some. Thread: main.
#pragma once

#include <cstddef>
#include <string>

namespace parlour::ctl {

struct DisplayText {
  std::string text;  ///< UTF-8 without control characters.
  size_t columns = 0;
};

/// Wide characters take two columns, combining ones none. Control characters and what is no UTF-8,
/// which names of participants could hold, become '?' or U+FFFD, so that nobody's name moves the
/// cursor.
DisplayText displayText(const std::string& raw);

enum class Align { kLeft, kRight };
/// Exactly `columns` wide: filled with spaces, or cut with '…' at its end.
std::string fitted(const std::string& raw, size_t columns, Align align = Align::kLeft);

}  // namespace parlour::ctl
