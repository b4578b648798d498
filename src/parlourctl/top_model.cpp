#include "parlourctl/top_model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace parlour::ctl {
namespace {

constexpr size_t kGap = 2;
constexpr size_t kEnoughOfName = 16;
constexpr double kLossWarning = 0.02, kLossAlarm = 0.10;
constexpr double kRttWarningMs = 300, kRttAlarmMs = 600;

TopCell textCell(const std::string& text) {
  return {text.empty() ? "-" : text, 0, Tone::kPlain};  // Scripts split lines at blanks.
}
TopCell countCell(double value) {
  return {fmt::format("{:.0f}", value), value, Tone::kPlain};
}
/// Nothing is known of a rate at the first look.
TopCell rateCell(const Rates& rates, double perSecond) {
  return {rates.known() ? shortNumber(perSecond) : "-", perSecond, Tone::kPlain};
}

Tone toneOf(double value, double warning, double alarm) {
  return value >= alarm ? Tone::kAlarm : value >= warning ? Tone::kWarning : Tone::kPlain;
}

TopCell lossCell(double ratio) {
  return {fmt::format("{:.1f}", ratio * 100), ratio, toneOf(ratio, kLossWarning, kLossAlarm)};
}

TopCell msCell(double ms, double warning = HUGE_VAL, double alarm = HUGE_VAL) {
  return {ms > 0 ? fmt::format("{:.0f}", ms) : "-", ms, toneOf(ms, warning, alarm)};
}

std::string plural(double count, const char* one, const char* many) {
  return fmt::format("{:.0f} {}", count, count == 1 ? one : many);
}

/// Sums and worst values over the streams of one direction.
struct Way {
  double packets = 0, bytes = 0, nacks = 0, plis = 0, loss = 0, jitterMs = 0, height = 0;
  size_t streams = 0, shown = 0;

  explicit Way(const std::vector<JsonView>& flows) : streams(flows.size()) {
    for (const JsonView& flow : flows) {
      packets += flow.number("packets");
      bytes += flow.number("bytes");
      nacks += flow.number("nacks");
      plis += flow.number("plis");
      height = std::max(height, flow.number("height"));
      if (flow.text("reason") == "shown") ++shown;
      // Of a slot that is empty now the last report is old.
      if (!flow.text("reason").empty() && flow.text("reason") != "shown") continue;
      loss = std::max(loss, flow.number("lossRatio"));
      jitterMs = std::max(jitterMs, flow.number("jitterMs"));
    }
  }
};

Tone toneOfConnection(const std::string& connection) {
  if (connection == "reconnecting") return Tone::kAlarm;
  return connection == "connecting" ? Tone::kWarning : Tone::kPlain;
}

TopCell pictureCell(const Way& in) {
  return {in.height > 0 ? fmt::format("{:.0f}p", in.height) : "-", in.height, Tone::kPlain};
}

TopRow peerRow(const JsonView& peer, Rates& rates) {
  const Way in(peer.items("in")), out(peer.items("out"));
  const std::string id = peer.text("id");
  const auto rate = [&](const char* what, double value) { return rates.of(id + what, value); };
  const std::string name = peer.text("name").empty() ? peer.text("identity") : peer.text("name");
  TopCell state = textCell(peer.text("connection"));
  state.tone = toneOfConnection(state.text);
  const JsonView join = peer.member("join");
  return {
      id,
      {textCell(name),
       state,
       msCell(peer.number("rttMs"), kRttWarningMs, kRttAlarmMs),
       rateCell(rates, rate("/bytesIn", in.bytes) * 8),
       rateCell(rates, rate("/bytesOut", out.bytes) * 8),
       lossCell(in.loss),
       lossCell(out.loss),
       msCell(in.jitterMs),
       msCell(out.jitterMs),
       rateCell(rates, rate("/packetsIn", in.packets)),
       rateCell(rates, rate("/packetsOut", out.packets)),
       rateCell(rates, rate("/nacks", in.nacks + out.nacks)),
       rateCell(rates, rate("/plis", in.plis + out.plis)),
       pictureCell(in),
       {fmt::format("{}/{}", out.shown, out.streams), static_cast<double>(out.shown), Tone::kPlain},
       msCell(join.number("totalMs")),
       textCell(peer.text("remoteAddress")),
       textCell(id)}};
}

std::vector<TopColumn> peerColumns() {
  return {{"NAME", Align::kLeft, 0, true, 32},        {"STATE", Align::kLeft, 6, true, 0},
          {"RTT ms", Align::kRight, 5, false, 0},     {"IN b/s", Align::kRight, 2, false, 0},
          {"OUT b/s", Align::kRight, 1, false, 0},    {"LOSS IN %", Align::kRight, 4, false, 0},
          {"LOSS OUT %", Align::kRight, 3, false, 0}, {"JIT IN", Align::kRight, 12, false, 0},
          {"JIT OUT", Align::kRight, 11, false, 0},   {"IN p/s", Align::kRight, 14, false, 0},
          {"OUT p/s", Align::kRight, 13, false, 0},   {"NACK/s", Align::kRight, 9, false, 0},
          {"PLI/s", Align::kRight, 10, false, 0},     {"PICT", Align::kRight, 8, false, 0},
          {"SHOWN", Align::kRight, 7, false, 0},      {"JOIN ms", Align::kRight, 15, false, 0},
          {"ADDRESS", Align::kLeft, 16, true, 0},     {"ID", Align::kLeft, 17, true, 0}};
}

std::vector<TopColumn> roomColumns() {
  return {{"ROOM", Align::kLeft, 0, true, 40},        {"PEOPLE", Align::kRight, 1, false, 0},
          {"PUBLISH", Align::kRight, 7, false, 0},    {"TRACKS", Align::kRight, 8, false, 0},
          {"SHOWN", Align::kRight, 6, false, 0},      {"IN b/s", Align::kRight, 3, false, 0},
          {"OUT b/s", Align::kRight, 2, false, 0},    {"IN p/s", Align::kRight, 10, false, 0},
          {"OUT p/s", Align::kRight, 9, false, 0},    {"LOSS IN %", Align::kRight, 5, false, 0},
          {"LOSS OUT %", Align::kRight, 4, false, 0}, {"LOCKED", Align::kLeft, 11, true, 0}};
}

std::string traffic(double bitsIn, double bitsOut) {
  const auto spaced = [](double bits) {  // "1.2 Mbit/s", "0 bit/s"
    std::string number = shortNumber(bits);
    const size_t digits = number.find_last_of("0123456789") + 1;
    return number.insert(digits, " ") + "bit/s";
  };
  return fmt::format("in {}, out {}", spaced(bitsIn), spaced(bitsOut));
}

size_t widthOf(const TopTable& table, size_t column) {
  size_t width = displayText(table.columns[column].title).columns + 1;  // The arrow of the order.
  for (const TopRow& row : table.rows)
    width = std::max(width, displayText(row.cells[column].text).columns);
  const size_t most = table.columns[column].mostWidth;
  return most == 0 ? width : std::min(width, most);
}

}  // namespace

void Rates::begin(int64_t nowNs) {
  before_ = std::move(now_);
  now_.clear();
  beforeNs_ = nowNs_;
  nowNs_ = nowNs;
}

double Rates::of(const std::string& key, double value) {
  now_[key] = value;
  const auto before = before_.find(key);
  if (before == before_.end() || nowNs_ <= beforeNs_ || value < before->second) return 0;
  return (value - before->second) * 1e9 / static_cast<double>(nowNs_ - beforeNs_);
}

TopTable roomsTop(const JsonView& answer, Rates& rates) {
  TopTable table{{}, roomColumns(), {}};
  double people = 0, publishers = 0, bitsIn = 0, bitsOut = 0;
  for (const JsonView& room : answer.items("rooms")) {
    const JsonView media = room.member("media");
    const std::string name = room.text("name");
    const auto rate = [&](const char* what) {
      return rates.of(name + "/" + what, media.number(what));
    };
    const double in = rate("bytesIn") * 8, out = rate("bytesOut") * 8;
    table.rows.push_back(
        {name,
         {textCell(name), countCell(room.number("participants")),
          countCell(media.number("publishers")), countCell(media.number("tracks")),
          countCell(media.number("subscriptions")), rateCell(rates, in), rateCell(rates, out),
          rateCell(rates, rate("packetsIn")), rateCell(rates, rate("packetsOut")),
          lossCell(media.number("lossIn")), lossCell(media.number("lossOut")),
          textCell(room.flag("locked") ? "yes" : "no")}});
    people += room.number("participants");
    publishers += media.number("publishers");
    bitsIn += in;
    bitsOut += out;
  }
  table.summary = fmt::format("{}, {}, {:.0f} of them publish; {}",
                              plural(static_cast<double>(table.rows.size()), "room", "rooms"),
                              plural(people, "participant", "participants"), publishers,
                              traffic(bitsIn, bitsOut));
  return table;
}

TopTable roomTop(const std::string& room, const JsonView& answer, Rates& rates) {
  TopTable table{{}, peerColumns(), {}};
  double bitsIn = 0, bitsOut = 0;
  for (const JsonView& peer : answer.items("participants")) {
    table.rows.push_back(peerRow(peer, rates));
    bitsIn += table.rows.back().cells[3].value;
    bitsOut += table.rows.back().cells[4].value;
  }
  table.summary =
      fmt::format("room {}: {}; {}", room,
                  plural(static_cast<double>(table.rows.size()), "participant", "participants"),
                  traffic(bitsIn, bitsOut));
  return table;
}

void sortRows(TopTable& table, size_t column, bool reverse) {
  if (column >= table.columns.size()) return;
  const bool byText = table.columns[column].byText;
  std::stable_sort(table.rows.begin(), table.rows.end(), [&](const TopRow& a, const TopRow& b) {
    const TopCell &x = a.cells[column], &y = b.cells[column];
    if (byText && x.text != y.text) return (x.text < y.text) != reverse;
    if (!byText && x.value != y.value) return (x.value > y.value) != reverse;
    return a.id < b.id;
  });
}

std::vector<Shown> fitColumns(const TopTable& table, size_t width) {
  std::vector<Shown> shown;
  size_t needed = 0;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    shown.push_back({i, widthOf(table, i)});
    needed += shown.back().width + (i == 0 ? 0 : kGap);
  }
  // A long name is cut before another column goes.
  const auto least = [&] { return std::min(shown.front().width, kEnoughOfName); };
  while (shown.size() > 1 && needed - shown.front().width + least() > width) {
    const auto last =
        std::max_element(shown.begin() + 1, shown.end(), [&table](const Shown& a, const Shown& b) {
          return table.columns[a.column].rank < table.columns[b.column].rank;
        });
    needed -= last->width + kGap;
    shown.erase(last);
  }
  if (needed > width) {
    const size_t over = needed - width;
    Shown& first = shown.front();
    first.width = first.width > over ? first.width - over : std::min<size_t>(width, 1);
  }
  return shown;
}

std::string shortNumber(double value) {
  static constexpr std::array kUnits = {"", "k", "M", "G", "T"};
  size_t unit = 0;
  // 999.5 would be shown as 1000.
  while (value >= 999.5 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  const int decimals = unit == 0       ? (value > 0 && value < 9.95 ? 1 : 0)
                       : value < 9.995 ? 2
                       : value < 99.95 ? 1
                                       : 0;
  return fmt::format("{:.{}f}{}", value, decimals, kUnits[unit]);
}

}  // namespace parlour::ctl
