// Figures: the numbers a run comes down to, which objectives are about and reports tell.
// Thread: any (pure).
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace parlour::bench {

struct FigureKind {
  std::string_view name;     ///< "lossShare", as in objectives.
  std::string_view meaning;  ///< For a person, unit included.
  int decimals = 2;
  bool share = false;  ///< Shown as per cent.
  bool lessIsBetter = true;
};

std::span<const FigureKind> figureKinds();
/// Null where there is none.
const FigureKind* findFigure(std::string_view name);
/// All names, separated by commas.
std::string figureNames();
/// "0.03 %", "12.5".
std::string figureText(const FigureKind& kind, double value);

/// By name; those that could not be measured are not in it.
using Figures = std::map<std::string, double>;

}  // namespace parlour::bench
