// What `parlourctl top` shows, without a terminal: figures of two looks made into rates, rows
// sorted, columns chosen that fit. Pure. Thread: main.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "parlourctl/display_text.hpp"
#include "parlourctl/json_view.hpp"

namespace parlour::ctl {

/// Rates of counters that are looked at again and again, each under a key of its own.
class Rates {
 public:
  /// Begins a look at monotonic `nowNs`; what the look before did not have is forgotten.
  void begin(int64_t nowNs);
  /// Per second since the look before; 0 for a counter that is new or began anew.
  double of(const std::string& key, double value);
  /// Whether there was a look before.
  bool known() const { return beforeNs_ != 0; }

 private:
  std::map<std::string, double> before_, now_;
  int64_t beforeNs_ = 0, nowNs_ = 0;
};

/// How much a cell should stand out.
enum class Tone { kPlain, kWarning, kAlarm };

struct TopCell {
  std::string text;
  double value = 0;  ///< What is sorted by; texts sort by themselves where a column says so.
  Tone tone = Tone::kPlain;
};

struct TopColumn {
  std::string title;
  Align align = Align::kRight;
  int rank = 0;          ///< The highest goes first where there is no room.
  bool byText = false;   ///< Sorted by the text, from A to Z first; others largest first.
  size_t mostWidth = 0;  ///< 0: as wide as its texts.
};

struct TopRow {
  std::string id;  ///< The selection follows it.
  std::vector<TopCell> cells;
};

struct TopTable {
  std::string summary;
  std::vector<TopColumn> columns;
  std::vector<TopRow> rows;
};

/// Of GET /v1/rooms and GET /v1/rooms/{room}/stats. `rates` must have begun this look.
TopTable roomsTop(const JsonView& answer, Rates& rates);
TopTable roomTop(const std::string& room, const JsonView& answer, Rates& rates);

/// By that column (index into `columns`), `reverse` against its natural order; equal ones by id.
void sortRows(TopTable& table, size_t column, bool reverse);

/// A column that is shown, and how wide.
struct Shown {
  size_t column;
  size_t width;
};
/// Those that fit `width` with two spaces between them, in their order. The first is always there,
/// cut down where it must be.
std::vector<Shown> fitColumns(const TopTable& table, size_t width);

/// 1234567 → "1.23M"; at most five characters.
std::string shortNumber(double value);

}  // namespace parlour::ctl
