#include "parlourctl/table.hpp"

#include <glib.h>

#include <algorithm>

namespace parlour::ctl {
namespace {

struct Cell {
  std::string text;
  size_t columns = 0;
};

/// Wide characters take two columns of a terminal, combining ones none.
size_t columnsOf(gunichar c) {
  if (g_unichar_iszerowidth(c)) return 0;
  return g_unichar_iswide(c) ? 2 : 1;
}

Cell cellOf(const std::string& raw) {
  Cell cell;
  gchar* valid = g_utf8_make_valid(raw.data(), static_cast<gssize>(raw.size()));
  for (const gchar* p = valid; *p; p = g_utf8_next_char(p)) {
    const gunichar c = g_utf8_get_char(p);
    if (g_unichar_iscntrl(c)) {
      cell.text += '?';
      ++cell.columns;
      continue;
    }
    cell.text.append(p, static_cast<size_t>(g_utf8_next_char(p) - p));
    cell.columns += columnsOf(c);
  }
  g_free(valid);
  if (cell.text.empty()) cell = {"-", 1};
  return cell;
}

}  // namespace

std::string Table::text() const {
  std::vector<std::vector<Cell>> cells;
  std::vector<size_t> widths(rows_.front().size());
  for (const auto& row : rows_) {
    auto& line = cells.emplace_back();
    for (size_t i = 0; i < row.size(); ++i) {
      line.push_back(cellOf(row[i]));
      widths[i] = std::max(widths[i], line.back().columns);
    }
  }
  std::string out;
  for (const auto& line : cells) {
    for (size_t i = 0; i < line.size(); ++i) {
      out += line[i].text;
      if (i + 1 < line.size()) out += std::string(widths[i] - line[i].columns + 3, ' ');
    }
    out += '\n';
  }
  return out;
}

}  // namespace parlour::ctl
