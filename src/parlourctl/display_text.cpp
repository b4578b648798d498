#include "parlourctl/display_text.hpp"

#include <glib.h>

namespace parlour::ctl {
namespace {

size_t columnsOf(gunichar c) {
  if (g_unichar_iszerowidth(c)) return 0;
  return g_unichar_iswide(c) ? 2 : 1;
}

/// As much of valid UTF-8 as fits.
DisplayText startOf(const std::string& text, size_t columns) {
  DisplayText start;
  for (const gchar* p = text.c_str(); *p; p = g_utf8_next_char(p)) {
    const size_t wide = columnsOf(g_utf8_get_char(p));
    if (start.columns + wide > columns) break;
    start.text.append(p, static_cast<size_t>(g_utf8_next_char(p) - p));
    start.columns += wide;
  }
  return start;
}

}  // namespace

DisplayText displayText(const std::string& raw) {
  DisplayText out;
  gchar* valid = g_utf8_make_valid(raw.data(), static_cast<gssize>(raw.size()));
  for (const gchar* p = valid; *p; p = g_utf8_next_char(p)) {
    const gunichar c = g_utf8_get_char(p);
    if (g_unichar_iscntrl(c)) {
      out.text += '?';
      ++out.columns;
      continue;
    }
    out.text.append(p, static_cast<size_t>(g_utf8_next_char(p) - p));
    out.columns += columnsOf(c);
  }
  g_free(valid);
  return out;
}

std::string fitted(const std::string& raw, size_t columns, Align align) {
  DisplayText shown = displayText(raw);
  if (shown.columns > columns) {
    shown = startOf(shown.text, columns > 0 ? columns - 1 : 0);
    if (columns > 0) {
      shown.text += "…";
      ++shown.columns;
    }
  }
  const std::string blank(columns - shown.columns, ' ');
  return align == Align::kRight ? blank + shown.text : shown.text + blank;
}

}  // namespace parlour::ctl
