#include "parlourctl/table.hpp"

#include <algorithm>

#include "parlourctl/display_text.hpp"

namespace parlour::ctl {
namespace {

DisplayText cellOf(const std::string& raw) {
  DisplayText cell = displayText(raw);
  if (cell.text.empty()) cell = {"-", 1};
  return cell;
}

}  // namespace

std::string Table::text() const {
  std::vector<std::vector<DisplayText>> cells;
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
