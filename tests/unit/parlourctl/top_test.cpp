// What top shows and what keys do to it, without a terminal and without a server.
#include "parlourctl/top_model.hpp"
#include "parlourctl/top_view.hpp"

#include "check_suite.hpp"

using namespace parlour::ctl;

namespace {

constexpr int64_t kSecond = 1'000'000'000;

JsonView json(const std::string& text) {
  auto view = JsonView::parse(text);
  ck_assert_msg(view.has_value(), "no JSON: %s", text.c_str());
  return *view;
}

std::string roomJson(const std::string& name, int people, uint64_t bytesOut, double loss = 0) {
  return R"({"name":")" + name + R"(","participants":)" + std::to_string(people) +
         R"(,"locked":false,"media":{"publishers":1,"tracks":2,"subscriptions":3,"packetsIn":0,)" +
         R"("bytesIn":0,"packetsOut":0,"bytesOut":)" + std::to_string(bytesOut) +
         R"(,"lossIn":0,"lossOut":)" + std::to_string(loss) + "}}";
}

TopTable rooms(std::initializer_list<std::string> all, Rates& rates, int64_t nowNs) {
  std::string list;
  for (const auto& room : all) list += (list.empty() ? "" : ",") + room;
  rates.begin(nowNs);
  return roomsTop(json(R"({"rooms":[)" + list + "]}"), rates);
}

TopTable rooms(std::initializer_list<std::string> all) {
  Rates rates;
  return rooms(all, rates, kSecond);
}

const std::string& cell(const TopTable& table, const std::string& id, const std::string& title) {
  static const std::string none = "(none)";
  for (const auto& row : table.rows)
    if (row.id == id)
      for (size_t i = 0; i < table.columns.size(); ++i)
        if (table.columns[i].title == title) return row.cells[i].text;
  return none;
}

size_t columnOf(const TopTable& table, const std::string& title) {
  for (size_t i = 0; i < table.columns.size(); ++i)
    if (table.columns[i].title == title) return i;
  return 99;
}

std::string order(const TopTable& table) {
  std::string ids;
  for (const auto& row : table.rows) ids += row.id;
  return ids;
}

size_t widthOf(const TopTable& table, size_t width) {
  size_t sum = 0;
  for (const Shown& s : fitColumns(table, width)) sum += s.width + (sum == 0 ? 0 : 2);
  return sum;
}

/// As it looks, without colours.
std::string strip(const std::string& line) {
  std::string out;
  for (size_t i = 0; i < line.size(); ++i)
    if (line[i] == '\033')
      while (line[i] != 'm') ++i;
    else
      out += line[i];
  return out;
}

KeyPress digit(unsigned n) {
  return {Key::kDigit, n};
}

}  // namespace

START_TEST(rates_are_made_of_two_looks) {
  Rates rates;
  TopTable table = rooms({roomJson("a", 2, 1000)}, rates, 5 * kSecond);
  ck_assert_text(cell(table, "a", "OUT b/s"), "-");  // Nobody knows yet.
  table = rooms({roomJson("a", 2, 251000), roomJson("b", 1, 777)}, rates, 7 * kSecond);
  ck_assert_text(cell(table, "a", "OUT b/s"), "1.00M");
  ck_assert_text(cell(table, "b", "OUT b/s"), "0");  // New: what it sent before says nothing.
  table = rooms({roomJson("a", 2, 5)}, rates, 8 * kSecond);
  ck_assert_text(cell(table, "a", "OUT b/s"), "0");  // The room ended and began anew.
  ck_assert_text(table.summary,
                 "1 room, 2 participants, 1 of them publish; in 0 bit/s, out 0 bit/s");
}
END_TEST

START_TEST(a_participant_is_summed_up) {
  Rates rates;
  const auto look = [&](int packets, int64_t at) {
    rates.begin(at);
    return roomTop("r",
                   json(R"({"participants":[{"id":"p_1","identity":"ada","name":"Ada",
      "connection":"connected","remoteAddress":"192.0.2.1:4","rttMs":420,"join":{"totalMs":37.4},
      "in":[{"packets":)" +
                        std::to_string(packets) + R"(,"bytes":0,"lossRatio":0.25,"jitterMs":3,
             "nacks":0,"plis":0,"height":360},{"packets":0,"bytes":0,"height":720}],
      "out":[{"reason":"shown","packets":0,"lossRatio":0.01,"jitterMs":7},
             {"reason":"empty","packets":0,"lossRatio":0.9,"jitterMs":99}]}]})"),
                   rates);
  };
  look(100, kSecond);
  const TopTable table = look(350, 2 * kSecond);
  const char *lossIn = "LOSS IN %", *lossOut = "LOSS OUT %";
  ck_assert_text(cell(table, "p_1", "NAME"), "Ada");
  ck_assert_text(cell(table, "p_1", "IN p/s"), "250");
  ck_assert_text(cell(table, "p_1", lossIn), "25.0");
  ck_assert_text(cell(table, "p_1", lossOut), "1.0");  // What an empty slot lost is long ago.
  ck_assert_text(cell(table, "p_1", "JIT OUT"), "7");
  ck_assert_text(cell(table, "p_1", "PICT"), "720p");
  ck_assert_text(cell(table, "p_1", "SHOWN"), "1/2");
  ck_assert_text(cell(table, "p_1", "JOIN ms"), "37");
  const auto& cells = table.rows[0].cells;
  ck_assert(cells[columnOf(table, lossIn)].tone == Tone::kAlarm);
  ck_assert(cells[columnOf(table, lossOut)].tone == Tone::kPlain);
  ck_assert(cells[columnOf(table, "RTT ms")].tone == Tone::kWarning);
}
END_TEST

START_TEST(an_answer_of_another_version_does_no_harm) {
  Rates rates;
  rates.begin(kSecond);
  const TopTable table =
      roomTop("r", json(R"({"participants":[{"id":"p_1"},{},{"in":3}]})"), rates);
  ck_assert_uint_eq(table.rows.size(), 3);
  ck_assert_uint_eq(roomsTop(json("[1]"), rates).rows.size(), 0);
}
END_TEST

START_TEST(rows_are_sorted_largest_first_and_names_from_a) {
  Rates rates;
  rooms({roomJson("a", 3, 0), roomJson("b", 9, 0), roomJson("c", 3, 0)}, rates, kSecond);
  TopTable table = rooms({roomJson("c", 3, 500), roomJson("a", 3, 0), roomJson("b", 9, 900)}, rates,
                         2 * kSecond);
  sortRows(table, columnOf(table, "OUT b/s"), false);
  ck_assert_text(order(table), "bca");
  sortRows(table, columnOf(table, "OUT b/s"), true);
  ck_assert_text(order(table), "acb");
  sortRows(table, columnOf(table, "ROOM"), false);
  ck_assert_text(order(table), "abc");
  sortRows(table, columnOf(table, "PEOPLE"), false);
  ck_assert_text(order(table), "bac");  // Equal ones by name, whatever the order.
  sortRows(table, columnOf(table, "PEOPLE"), true);
  ck_assert_text(order(table), "acb");
}
END_TEST

START_TEST(columns_fit_every_width) {
  const TopTable table = rooms({roomJson("a-room-with-a-long-name", 120, 0), roomJson("b", 1, 0)});
  for (size_t width = 1; width < 200; ++width) {
    const auto shown = fitColumns(table, width);
    ck_assert_uint_ge(shown.size(), 1);
    ck_assert_uint_eq(shown.front().column, 0);
    ck_assert_msg(widthOf(table, width) <= width, "%zu wide on %zu", widthOf(table, width), width);
  }
  ck_assert_uint_eq(fitColumns(table, 200).size(), table.columns.size());
  // The important ones are the last to go.
  const auto few = fitColumns(table, 45);
  bool people = false, locked = false;
  for (const Shown& s : few) {
    people |= s.column == columnOf(table, "PEOPLE");
    locked |= s.column == columnOf(table, "LOCKED");
  }
  ck_assert(people && !locked);
}
END_TEST

START_TEST(lines_are_as_wide_as_the_screen) {
  TopView view(0);
  TopTable table = rooms({roomJson("日本語の部屋", 1, 0), roomJson("x\\u001b[2J", 2, 0, 0.5)});
  view.show(table);
  for (const size_t width : {1, 2, 7, 20, 40, 80, 140}) {
    const auto lines = view.lines(width, 10, true);
    ck_assert_uint_eq(lines.size(), 3);
    for (const auto& line : lines) {
      const auto shown = displayText(strip(line));
      ck_assert_msg(shown.columns == width, "%zu instead of %zu: %s", shown.columns, width,
                    line.c_str());
      ck_assert(strip(line).find('\033') == std::string::npos);
    }
  }
  view.press({Key::kEnd}, 80, 10);
  // The loss of the row that is not selected stands out, if colours are wanted.
  const auto coloured = view.lines(140, 10, true), bare = view.lines(140, 10, false);
  ck_assert(coloured[1].find("\033[1;31m") != std::string::npos);
  for (const auto& line : bare) ck_assert(line.find("31m") == std::string::npos);
}
END_TEST

START_TEST(the_selection_follows_its_row) {
  TopView view(0);
  view.show(rooms({roomJson("a", 1, 0), roomJson("b", 5, 0), roomJson("c", 3, 0)}));
  ck_assert_text(view.selected(), "a");
  view.press({Key::kDown}, 80, 10);
  ck_assert_text(view.selected(), "b");
  view.press(digit(2), 80, 10);  // By people: b c a.
  ck_assert_text(view.selected(), "b");
  view.press({Key::kUp}, 80, 10);
  ck_assert_text(view.selected(), "b");
  view.press({Key::kDown}, 80, 10);
  ck_assert_text(view.selected(), "c");
  view.press({Key::kReverse}, 80, 10);  // a c b
  view.press({Key::kDown}, 80, 10);
  ck_assert_text(view.selected(), "b");
  view.show(rooms({roomJson("a", 1, 0), roomJson("c", 3, 0)}));  // It is gone: the next best.
  ck_assert_text(view.selected(), "c");
  ck_assert(view.press({Key::kEnter}, 80, 10) == Act::kOpen);
  view.show(rooms({}));
  ck_assert_text(view.selected(), "");
  ck_assert(view.press({Key::kEnter}, 80, 10) == Act::kNone);
}
END_TEST

START_TEST(the_first_row_is_selected_until_the_user_chooses) {
  TopView view(1);  // By people.
  view.show(rooms({roomJson("a", 3, 0), roomJson("b", 1, 0)}));
  ck_assert_text(view.selected(), "a");
  view.show(rooms({roomJson("a", 3, 0), roomJson("b", 9, 0)}));
  ck_assert_text(view.selected(), "b");
  view.press({Key::kDown}, 80, 10);
  view.show(rooms({roomJson("a", 10, 0), roomJson("b", 9, 0)}));
  ck_assert_text(view.selected(), "a");
  view.show(rooms({roomJson("a", 1, 0), roomJson("b", 9, 0)}));
  ck_assert_text(view.selected(), "a");
  view.press({Key::kHome}, 80, 10);
  view.show(rooms({roomJson("a", 10, 0), roomJson("b", 9, 0)}));
  ck_assert_text(view.selected(), "a");
  view.show(rooms({roomJson("a", 1, 0), roomJson("b", 9, 0)}));
  ck_assert_text(view.selected(), "b");
}
END_TEST

START_TEST(a_long_list_scrolls_with_the_selection) {
  TopView view(0);
  std::string list;
  for (char c = 'a'; c <= 'z'; ++c)
    list += (list.empty() ? "" : ",") + roomJson(std::string(1, c), 1, 0);
  Rates rates;
  rates.begin(kSecond);
  view.show(roomsTop(json(R"({"rooms":[)" + list + "]}"), rates));
  const auto firstShown = [&](size_t rows) {
    return strip(view.lines(80, rows, false)[1]).substr(0, 1);
  };
  ck_assert_text(firstShown(10), "a");
  view.press({Key::kEnd}, 80, 10);
  ck_assert_text(firstShown(10), "q");
  ck_assert_text(firstShown(20), "g");  // The window grew.
  view.press({Key::kPageUp}, 80, 20);
  ck_assert_text(view.selected(), "f");
  ck_assert_text(firstShown(20), "f");
  view.press({Key::kHome}, 80, 20);
  ck_assert_text(firstShown(1), "a");
  view.press({Key::kPageDown}, 80, 0);
  ck_assert_uint_eq(view.lines(80, 0, false).size(), 1);
}
END_TEST

START_TEST(keys_are_read_one_by_one) {
  std::string input = "j\033[A\033OB\033[6~\033[24~q";
  ck_assert(takeKey(input, true).key == Key::kDown);
  ck_assert(takeKey(input, true).key == Key::kUp);
  ck_assert(takeKey(input, true).key == Key::kDown);
  ck_assert(takeKey(input, true).key == Key::kPageDown);
  ck_assert(takeKey(input, true).key == Key::kNone);  // F12 means nothing and is gone whole.
  ck_assert(takeKey(input, true).key == Key::kQuit);
  ck_assert(input.empty());
  for (const char* part : {"\033", "\033[", "\033[5", "\033O"}) {
    input = part;
    ck_assert(takeKey(input, true).key == Key::kNone);
    ck_assert_text(input, part);  // The rest may come.
    ck_assert(takeKey(input, false).key == Key::kBack);
    ck_assert(input.empty());
  }
  input = "7";
  const KeyPress seven = takeKey(input, true);
  ck_assert(seven.key == Key::kDigit && seven.digit == 7);
}
END_TEST

START_TEST(sorting_goes_over_the_columns_that_are_shown) {
  TopView view(0);
  view.show(rooms({roomJson("a", 1, 0), roomJson("b", 5, 0)}));
  const auto titles = [&view](size_t width) { return strip(view.lines(width, 5, false)[0]); };
  ck_assert(titles(80).find("ROOM▼") != std::string::npos);
  view.press({Key::kRight}, 80, 5);
  ck_assert(titles(80).find("PEOPLE▼") != std::string::npos);
  view.press(digit(2), 80, 5);  // The same once more turns it round.
  ck_assert(titles(80).find("PEOPLE▲") != std::string::npos);
  view.press({Key::kLeft}, 80, 5);
  view.press({Key::kLeft}, 80, 5);
  ck_assert(titles(80).find("ROOM▼") != std::string::npos);
  view.press(digit(9), 30, 5);  // There is no ninth on a narrow screen.
  ck_assert(titles(80).find("ROOM▼") != std::string::npos);
}
END_TEST

START_TEST(numbers_are_short) {
  const std::pair<double, const char*> wanted[] = {
      {0, "0"},           {0.25, "0.2"},    {9.94, "9.9"},      {12, "12"},
      {999.4, "999"},     {999.6, "1.00k"}, {1234567, "1.23M"}, {12.34e6, "12.3M"},
      {999.6e6, "1.00G"}, {123e9, "123G"}};
  for (const auto& [value, text] : wanted) ck_assert_text(shortNumber(value), text);
}
END_TEST

int main() {
  return parlour::test::runSuite(
      "parlourctl top",
      {rates_are_made_of_two_looks, a_participant_is_summed_up,
       an_answer_of_another_version_does_no_harm, rows_are_sorted_largest_first_and_names_from_a,
       columns_fit_every_width, lines_are_as_wide_as_the_screen, the_selection_follows_its_row,
       the_first_row_is_selected_until_the_user_chooses, a_long_list_scrolls_with_the_selection,
       keys_are_read_one_by_one, sorting_goes_over_the_columns_that_are_shown, numbers_are_short});
}
