// The screen of `parlourctl top` as lines of text, and what keys do to it. Pure. Thread: main.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "parlourctl/top_model.hpp"

namespace parlour::ctl {

enum class Key {
  kNone,
  kUp,
  kDown,
  kLeft,
  kRight,
  kPageUp,
  kPageDown,
  kHome,
  kEnd,
  kEnter,
  kBack,
  kQuit,
  kReverse,
  kHelp,
  kRefresh,
  kDigit
};

struct KeyPress {
  Key key = Key::kNone;
  unsigned digit = 0;  ///< 1-9 with kDigit.
};

/// Takes one key off the start of what a terminal sent; kNone for what means nothing here. An
/// escape sequence that is not complete counts as the Escape key where `more` will not come.
KeyPress takeKey(std::string& input, bool more);

enum class Act { kNone, kOpen, kBack, kQuit, kRefresh };

/// One list on the screen: its order, its selection, how far it is scrolled.
class TopView {
 public:
  /// `column`: sorted by at first.
  explicit TopView(size_t column) : column_(column) {}

  /// New figures; a row that the user selected stays so while it is there.
  void show(TopTable table);
  /// `rows`: how many lines of the list the screen shows.
  Act press(const KeyPress& press, size_t width, size_t rows);
  /// Id of the selected row, empty without one.
  const std::string& selected() const { return selected_; }
  /// Titles and rows, `rows` + 1 lines of `width` columns, with colours (SGR).
  std::vector<std::string> lines(size_t width, size_t rows, bool colours);
  const std::string& summary() const { return table_.summary; }
  bool empty() const { return table_.rows.empty(); }
  /// Everything, as wide as it is, without colours: for pipes.
  std::string plain() const;

 private:
  size_t index() const;
  void select(size_t index);
  void sort(size_t column);
  void sortBeside(int step, const std::vector<Shown>& shown);
  bool move(Key key, size_t page);
  bool order(const KeyPress& press, size_t width);
  std::string titles(const std::vector<Shown>& shown, bool marked) const;

  TopTable table_;
  size_t column_;
  bool reverse_ = false;
  std::string selected_;
  bool moved_ = false;  ///< By the user; until then the first row is selected, whichever it is.
  size_t selectedIndex_ = 0;  ///< Where the selection goes on when its row is gone.
  size_t top_ = 0;            ///< First row on the screen.
};

}  // namespace parlour::ctl
