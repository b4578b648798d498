#include "parlourctl/top_view.hpp"

#include <algorithm>
#include <string_view>

namespace parlour::ctl {
namespace {

constexpr const char* kPlainText = "\033[0m";
constexpr const char* kBold = "\033[1m";
constexpr const char* kInverse = "\033[7m";

const char* colourOf(Tone tone) {
  switch (tone) {
    case Tone::kAlarm:
      return "\033[1;31m";
    case Tone::kWarning:
      return "\033[33m";
    case Tone::kPlain:
      return "";
  }
  return "";
}

struct Sequence {
  std::string_view bytes;
  Key key;
};

// What xterm and those like it send, in both cursor modes, and the Linux console.
constexpr Sequence kSequences[] = {
    {"\033[A", Key::kUp},        {"\033OA", Key::kUp},    {"\033[B", Key::kDown},
    {"\033OB", Key::kDown},      {"\033[C", Key::kRight}, {"\033OC", Key::kRight},
    {"\033[D", Key::kLeft},      {"\033OD", Key::kLeft},  {"\033[5~", Key::kPageUp},
    {"\033[6~", Key::kPageDown}, {"\033[H", Key::kHome},  {"\033OH", Key::kHome},
    {"\033[1~", Key::kHome},     {"\033[7~", Key::kHome}, {"\033[F", Key::kEnd},
    {"\033OF", Key::kEnd},       {"\033[4~", Key::kEnd},  {"\033[8~", Key::kEnd},
};

KeyPress keyOf(char c) {
  if (c >= '1' && c <= '9') return {Key::kDigit, static_cast<unsigned>(c - '0')};
  switch (c) {
    case 'k':
      return {Key::kUp};
    case 'j':
      return {Key::kDown};
    case '<':
      return {Key::kLeft};
    case '>':
      return {Key::kRight};
    case 'g':
      return {Key::kHome};
    case 'G':
      return {Key::kEnd};
    case '\r':
    case '\n':
      return {Key::kEnter};
    case '\b':
    case 0x7f:
      return {Key::kBack};
    case 'q':
    case 'Q':
    case 0x03:
      return {Key::kQuit};
    case 'r':
      return {Key::kReverse};
    case '?':
    case 'h':
      return {Key::kHelp};
    case ' ':
      return {Key::kRefresh};
    default:
      return {};
  }
}

/// Bytes of the escape sequence at the start; 0 where its end is missing.
size_t sequenceSize(const std::string& input) {
  if (input.size() < 2) return 0;
  if (input[1] == 'O') return input.size() < 3 ? 0 : 3;
  if (input[1] != '[') return 1;  // Escape, then something else.
  for (size_t i = 2; i < input.size(); ++i)
    if (input[i] >= 0x40 && input[i] <= 0x7e) return i + 1;
  return 0;
}

}  // namespace

KeyPress takeKey(std::string& input, bool more) {
  if (input.empty()) return {};
  if (input[0] != '\033') {
    const char c = input[0];
    input.erase(0, 1);
    return keyOf(c);
  }
  const size_t size = sequenceSize(input);
  if (size == 0 && more) return {};
  if (size <= 1) {
    input.erase(0, size == 0 ? input.size() : 1);
    return {Key::kBack};
  }
  const std::string sequence = input.substr(0, size);
  input.erase(0, size);
  for (const Sequence& known : kSequences)
    if (known.bytes == sequence) return {known.key};
  return {};
}

void TopView::show(TopTable table) {
  table_ = std::move(table);
  sortRows(table_, column_, reverse_);
  select(index());
}

size_t TopView::index() const {
  if (!moved_) return 0;
  for (size_t i = 0; i < table_.rows.size(); ++i)
    if (table_.rows[i].id == selected_) return i;
  return selectedIndex_;
}

void TopView::select(size_t index) {
  if (table_.rows.empty()) {
    selected_.clear();
    selectedIndex_ = 0;
    return;
  }
  selectedIndex_ = std::min(index, table_.rows.size() - 1);
  selected_ = table_.rows[selectedIndex_].id;
}

void TopView::sort(size_t column) {
  reverse_ = column == column_ && !reverse_;
  column_ = column;
  sortRows(table_, column_, reverse_);
  select(index());
}

/// To the next column that is on the screen.
void TopView::sortBeside(int step, const std::vector<Shown>& shown) {
  const auto at = std::find_if(shown.begin(), shown.end(),
                               [this](const Shown& s) { return s.column == column_; });
  const auto place = at == shown.end() ? 0 : at - shown.begin() + step;
  if (place < 0 || place >= static_cast<ptrdiff_t>(shown.size())) return;
  reverse_ = false;
  sort(shown[static_cast<size_t>(place)].column);
}

/// False where the key does not move the selection.
bool TopView::move(Key key, size_t page) {
  size_t to = selectedIndex_;
  switch (key) {
    case Key::kUp: to -= std::min<size_t>(to, 1); break;
    case Key::kDown: to += 1; break;
    case Key::kPageUp: to -= std::min(to, page); break;
    case Key::kPageDown: to += page; break;
    case Key::kHome: to = 0; break;
    case Key::kEnd: to = table_.rows.size(); break;
    default: return false;
  }
  moved_ = key != Key::kHome;
  select(to);
  return true;
}

/// False where the key does not change the order.
bool TopView::order(const KeyPress& press, size_t width) {
  const auto shown = fitColumns(table_, width);
  switch (press.key) {
    case Key::kLeft: sortBeside(-1, shown); return true;
    case Key::kRight: sortBeside(1, shown); return true;
    case Key::kReverse: sort(column_); return true;
    case Key::kDigit:
      if (press.digit <= shown.size()) sort(shown[press.digit - 1].column);
      return true;
    default: return false;
  }
}

Act TopView::press(const KeyPress& press, size_t width, size_t rows) {
  if (move(press.key, std::max<size_t>(rows, 1)) || order(press, width)) return Act::kNone;
  switch (press.key) {
    case Key::kEnter: return selected_.empty() ? Act::kNone : Act::kOpen;
    case Key::kBack: return Act::kBack;
    case Key::kQuit: return Act::kQuit;
    case Key::kRefresh: return Act::kRefresh;
    default: return Act::kNone;
  }
}

std::string TopView::titles(const std::vector<Shown>& shown, bool marked) const {
  std::string line;
  for (const Shown& s : shown) {
    const TopColumn& column = table_.columns[s.column];
    std::string title = column.title;
    // Down: the largest, or A, first.
    if (marked && s.column == column_) title += reverse_ ? "▲" : "▼";
    if (!line.empty()) line += "  ";
    line += fitted(title, s.width, column.align);
  }
  return line;
}

std::vector<std::string> TopView::lines(size_t width, size_t rows, bool colours) {
  if (table_.columns.empty()) return {};
  if (selectedIndex_ < top_) top_ = selectedIndex_;
  if (selectedIndex_ >= top_ + rows) top_ = selectedIndex_ + 1 - std::max<size_t>(rows, 1);
  if (top_ + rows > table_.rows.size())
    top_ = table_.rows.size() > rows ? table_.rows.size() - rows : 0;
  const auto shown = fitColumns(table_, width);
  std::vector<std::string> out{kBold + fitted(titles(shown, true), width) + kPlainText};
  for (size_t i = top_; i < std::min(top_ + rows, table_.rows.size()); ++i) {
    const TopRow& row = table_.rows[i];
    const bool selected = row.id == selected_;
    std::string line;
    size_t used = 0;
    for (const Shown& s : shown) {
      const TopCell& cell = row.cells[s.column];
      if (used != 0) line += "  ";
      used += s.width + (used != 0 ? 2 : 0);
      const char* colour = colours && !selected ? colourOf(cell.tone) : "";
      line += colour + fitted(cell.text, s.width, table_.columns[s.column].align);
      if (*colour) line += kPlainText;
    }
    if (used < width) line += std::string(width - used, ' ');
    out.push_back(selected ? kInverse + line + kPlainText : line);
  }
  return out;
}

std::string TopView::plain() const {
  size_t enough = 0;
  for (const Shown& s : fitColumns(table_, SIZE_MAX / 2)) enough += s.width + 2;
  const auto shown = fitColumns(table_, enough);
  std::string text = displayText(table_.summary).text + "\n";
  const auto add = [&text](std::string line) {
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  };
  if (table_.rows.empty()) return text;
  add(titles(shown, false));
  for (const TopRow& row : table_.rows) {
    std::string line;
    for (const Shown& s : shown) {
      if (!line.empty()) line += "  ";
      line += fitted(row.cells[s.column].text, s.width, table_.columns[s.column].align);
    }
    add(line);
  }
  return text;
}

}  // namespace parlour::ctl
