// parlourctl top.
#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <ctime>
#include <memory>
#include <optional>
#include <thread>

#include "base/clock.hpp"
#include "parlourctl/command.hpp"
#include "parlourctl/json_view.hpp"
#include "parlourctl/lookup.hpp"
#include "parlourctl/terminal.hpp"
#include "parlourctl/top_view.hpp"

namespace parlour::ctl {
namespace {

constexpr double kLeastInterval = 0.2, kMostInterval = 3600;
constexpr size_t kRoomsByOut = 6, kPeersByName = 0;
constexpr size_t kFrameLines = 5;  ///< Head, summary, blank, titles, foot: what is no row.
constexpr long kPatienceMs = 5000;
constexpr int64_t kKeyPatienceNs = kNsPerSecond / 2;  ///< A request gives way to keys after that.
constexpr int kEscapeMs = 30;                         ///< For the rest of an escape sequence.

int64_t nowNs() {
  return SystemClock().nowNs();
}

/// A list of one kind (rooms, or a room's people) with its rates.
struct Page {
  explicit Page(std::string of)
      : room(std::move(of)), view(room.empty() ? kRoomsByOut : kPeersByName) {}
  const std::string room;  ///< Empty: all rooms.
  TopView view;
  Rates rates;

  std::string path() const { return room.empty() ? "/v1/rooms" : roomPath(room, "/stats"); }
  void take(const JsonView& answer) {
    rates.begin(nowNs());
    view.show(room.empty() ? roomsTop(answer, rates) : roomTop(room, answer, rates));
  }
};

class Top {
 public:
  Top(Access access, double interval, const std::string& room)
      : access_(std::move(access)), intervalNs_(static_cast<int64_t>(interval * kNsPerSecond)) {
    open(room);
  }

  /// Two looks, one frame of text.
  int once();
  int watch();

 private:
  /// A room, or (empty) the rooms, as they were left.
  void open(const std::string& room) {
    room_ = room.empty() ? nullptr : std::make_unique<Page>(room);
    nextNs_ = 0;
  }
  Page& page() { return room_ ? *room_ : rooms_; }
  const Page& page() const { return room_ ? *room_ : rooms_; }
  Result<Response> look();
  std::optional<int> firstLook();
  void lookAgain();
  void draw(Terminal& terminal);
  std::string foot(size_t width) const;
  /// False: the user leaves.
  bool act(Act what);
  bool pressAll(const Terminal& terminal, std::string& input);

  Access access_;
  const int64_t intervalNs_;
  Page rooms_{""};
  std::unique_ptr<Page> room_;  ///< Null while the rooms are shown.
  std::string trouble_;         ///< What is wrong now; said in the foot.
  int64_t nextNs_ = 0;          ///< When to look again.
  bool help_ = false;
  const bool colours_ = environment("NO_COLOR").empty();
};

/// Takes an answer in, where it is one.
Result<Response> Top::look() {
  auto answer = access_.ask("GET", page().path());
  if (!answer || answer->status != 200) return answer;
  const auto json = JsonView::parse(answer->body);
  if (!json) return invalid("no_json", "it does not answer with JSON; is it a Parlour server?");
  page().take(*json);
  return answer;
}

/// What stops us before we begin is said like by every other command.
std::optional<int> Top::firstLook() {
  const auto answer = look();
  if (answer && answer->status == 200) return std::nullopt;
  if (!answer && answer.error().code == "no_json") {
    fmt::print(stderr, "parlourctl top: {}: {}\n", access_.name(), answer.error().message);
    return kFailed;
  }
  return explain("top", access_, answer);
}

void Top::lookAgain() {
  const auto answer = look();
  nextNs_ = nowNs() + intervalNs_;
  if (answer && answer->status == 200) {
    trouble_.clear();
  } else if (!answer) {
    if (!Terminal::interrupted()) trouble_ = fmt::format("no answer: {}", answer.error().message);
  } else if (answer->status == 404 && !page().room.empty()) {
    const std::string gone = page().room;
    open("");
    lookAgain();
    trouble_ = fmt::format("the call in {} is over", gone);
  } else {
    trouble_ = fmt::format("the server answers with status {}", answer->status);
  }
}

int Top::once() {
  if (const auto failed = firstLook()) return *failed;
  std::this_thread::sleep_for(std::chrono::nanoseconds(intervalNs_));
  if (const auto failed = firstLook()) return *failed;
  fmt::print("{}", page().view.plain());
  return kDone;
}

std::string Top::foot(size_t width) const {
  if (!trouble_.empty()) {
    const std::string line = fitted("! " + trouble_, width);
    return colours_ ? "\033[1;31m" + line + "\033[0m" : line;
  }
  const char* where = page().room.empty() ? "Enter room · q quit" : "Backspace rooms · q quit";
  return fitted(
      help_ ? fmt::format("↑↓ PgUp PgDn select · 1-9 < > sort · r reverse · Space look now · {}",
                          where)
            : fmt::format("{} · 1-9 sort · r reverse · ? help", where),
      width);
}

void Top::draw(Terminal& terminal) {
  const auto [width, height] = terminal.size();
  const size_t rows = height > kFrameLines ? height - kFrameLines : 1;
  std::array<char, 16> time{};
  const time_t wall = SystemClock().wallNs() / kNsPerSecond;
  tm local{};
  strftime(time.data(), time.size(), "%H:%M:%S", localtime_r(&wall, &local));
  std::vector<std::string> lines{
      fitted(fmt::format("Parlour at {}, {}, every {} s", access_.name(), time.data(),
                         static_cast<double>(intervalNs_) / kNsPerSecond),
             width),
      fitted(page().view.summary(), width), fitted("", width)};
  auto list = page().view.lines(width, rows, colours_);
  if (page().view.empty())
    list = {fitted(page().room.empty() ? "There are no rooms." : "Nobody is in the room.", width)};
  lines.insert(lines.end(), list.begin(), list.end());
  while (lines.size() + 1 < height) lines.push_back(fitted("", width));
  lines.resize(height > 0 ? height - 1 : 0);
  lines.push_back(foot(width));
  terminal.draw(lines);
}

bool Top::act(Act what) {
  switch (what) {
    case Act::kOpen:
      if (page().room.empty()) open(page().view.selected());
      return true;
    case Act::kBack:
      if (!page().room.empty()) open("");
      return true;
    case Act::kRefresh:
      nextNs_ = 0;
      return true;
    case Act::kQuit:
      return false;
    case Act::kNone:
      return true;
  }
  return true;
}

/// Does what the keys say; an escape sequence whose rest has not come stays in `input`.
bool Top::pressAll(const Terminal& terminal, std::string& input) {
  while (!input.empty()) {
    const size_t before = input.size();
    const KeyPress press = takeKey(input, true);
    if (input.size() == before) return true;
    const auto [width, height] = terminal.size();
    if (press.key == Key::kHelp) help_ = !help_;
    if (press.key != Key::kNone) trouble_.clear();
    if (!act(page().view.press(press, width, height > kFrameLines ? height - kFrameLines : 1)))
      return false;
    if (nextNs_ == 0) return true;  // Another page: its figures come first.
  }
  return true;
}

int Top::watch() {
  if (const auto failed = firstLook()) return *failed;
  nextNs_ = nowNs() + std::min<int64_t>(intervalNs_, kNsPerSecond);  // Rates want a second look.
  int64_t askedNs = 0;
  access_.limit(kPatienceMs, [&askedNs] {
    return Terminal::endSignal() != 0 ||
           (nowNs() - askedNs > kKeyPatienceNs && Terminal::interrupted());
  });
  Terminal terminal;
  std::string input;
  while (Terminal::endSignal() == 0) {
    if (nowNs() >= nextNs_) {
      const bool fresh = nextNs_ == 0 && !page().rates.known();
      askedNs = nowNs();
      lookAgain();
      if (fresh) nextNs_ = std::min(nextNs_, nowNs() + kNsPerSecond);
    }
    draw(terminal);
    const int64_t leftMs = std::max<int64_t>((nextNs_ - nowNs()) / kNsPerMs, 0) + 1;
    if (input.empty() && !terminal.wait(static_cast<int>(leftMs), input)) break;
    if (!pressAll(terminal, input)) return kDone;
    if (input.empty() || nextNs_ == 0) continue;
    // The Escape key, or a sequence whose rest is on its way.
    const size_t before = input.size();
    if (!terminal.wait(kEscapeMs, input)) break;
    if (input.size() == before && !act(page().view.press(takeKey(input, false), 1, 1)))
      return kDone;
  }
  return Terminal::endSignal() == 0 ? kDone : 128 + Terminal::endSignal();
}

}  // namespace

int runTop(int argc, char** argv) {
  Options options("top", "[ROOM]",
                  "Shows the rooms of the server, or the people in ROOM, and their rates, live. "
                  "Where output is no terminal, one frame is printed.");
  AccessOptions accessOptions;
  accessOptions.addTo(options);
  bool once = false;
  std::string seconds = "2";
  options.flag("once", "Print one frame, without cutting anything, and end", once);
  options.text("interval", "SECONDS", "How often to look (2)", seconds, 'i');
  if (!options.parse(argc, argv, 0, 1)) return kWrongUsage;
  char* end = nullptr;
  const double interval = g_ascii_strtod(seconds.c_str(), &end);
  if (seconds.empty() || *end || !(interval >= kLeastInterval && interval <= kMostInterval))
    return options.wrong(fmt::format("--interval is a number of seconds from {} to {}",
                                     kLeastInterval, kMostInterval));
  auto access = Access::from(accessOptions);
  if (!access) return options.wrong(access.error().message);
  const auto& arguments = options.arguments();
  Top top(std::move(*access), interval, arguments.empty() ? "" : arguments[0]);
  return once || !Terminal::usable() ? top.once() : top.watch();
}

}  // namespace parlour::ctl
