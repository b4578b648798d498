// Table: columns as wide as what is in them, for people. Thread: main.
#pragma once

#include <string>
#include <vector>

namespace parlour::ctl {

class Table {
 public:
  explicit Table(std::vector<std::string> titles) : rows_{std::move(titles)} {}
  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  bool empty() const { return rows_.size() == 1; }
  /// Lines with their ends. Control characters, which names of participants could hold, are shown
  /// as '?', so that nobody's name moves the cursor.
  std::string text() const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace parlour::ctl
