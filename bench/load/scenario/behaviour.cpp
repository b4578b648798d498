#include "load/scenario/behaviour.hpp"

#include <algorithm>

#include "base/clock.hpp"

namespace parlour::bench {
namespace {

using Kind = Deed::Kind;

constexpr unsigned kMostAtOnce = 200;  ///< After a pause of the process, the rest is let go.
constexpr int kDraws = 20;
constexpr uint8_t kLoudest = 24;  ///< -dBov.

}  // namespace

unsigned Behaviour::Rate::take(int64_t nowNs) {
  if (perSecond <= 0) return 0;
  const auto period = static_cast<int64_t>(kNsPerSecond / perSecond);
  unsigned count = 0;
  for (; nextNs <= nowNs && count < kMostAtOnce; nextNs += period) ++count;
  if (count == kMostAtOnce) nextNs = nowNs + period;
  return count;
}

Behaviour::Behaviour(const Scenario& scenario, uint32_t seed)
    : scenario_(scenario), rooms_(static_cast<uint32_t>(scenario.rooms)), random_(seed) {
  addSeats(static_cast<uint32_t>(scenario.people));
}

void Behaviour::addSeats(uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) {
    waiting_.push_back(seats());
    seats_.emplace_back();
  }
}

bool Behaviour::publishes(uint32_t seat) const {
  const auto most = static_cast<uint32_t>(scenario_.publish.perRoom);
  return most == 0 || seat / rooms_ < most;
}

void Behaviour::start(int64_t nowNs) {
  started_ = true;
  joins_ = {scenario_.joinRate, nowNs};
  if (scenario_.talk.speakers > 0) turns_ = {1 / scenario_.talk.turnSeconds, nowNs};
}

void Behaviour::openWindow(int64_t nowNs) {
  open_ = true;
  churn_ = {scenario_.churn.joinsPerSecond, nowNs};
  renames_ = {scenario_.churn.renamesPerSecond, nowNs};
  resumes_ = {scenario_.churn.resumesPerSecond, nowNs};
  chats_ = {scenario_.chat.messagesPerSecond, nowNs};
}

std::vector<Deed> Behaviour::due(int64_t nowNs) {
  if (stopped_) return {};
  if (!started_) start(nowNs);
  std::vector<Deed> deeds;
  deeds.swap(pending_);
  takeSeats(nowNs, deeds);
  for (unsigned i = turns_.take(nowNs); i > 0; --i) turn(deeds);
  followWishes(nowNs, deeds);
  if (!open_) return deeds;
  for (unsigned i = churn_.take(nowNs); i > 0; --i) replace(nowNs, deeds);
  const std::pair<Rate*, Kind> rates[] = {
      {&renames_, Kind::kRename}, {&resumes_, Kind::kDrop}, {&chats_, Kind::kChat}};
  for (const auto& [rate, kind] : rates)
    for (unsigned i = rate->take(nowNs); i > 0; --i)
      if (const int64_t seat = anyone(); seat >= 0)
        deeds.push_back({.kind = kind, .seat = static_cast<uint32_t>(seat)});
  return deeds;
}

void Behaviour::takeSeats(int64_t nowNs, std::vector<Deed>& deeds) {
  for (unsigned i = joins_.take(nowNs); i > 0 && !waiting_.empty(); --i) {
    const uint32_t seat = waiting_.front();
    waiting_.pop_front();
    setState(seat, State::kJoining);
    deeds.push_back({.kind = Kind::kJoin, .seat = seat});
  }
}

void Behaviour::setState(uint32_t seat, State state) {
  Seat& s = seats_[seat];
  present_ -= s.state == State::kIn;
  joining_ -= s.state == State::kJoining;
  s.state = state;
  present_ += state == State::kIn;
  joining_ += state == State::kJoining;
  if (state == State::kJoining) ++s.stay;
}

void Behaviour::seated(uint32_t seat, int64_t nowNs) {
  if (seats_[seat].state != State::kJoining) return;
  setState(seat, State::kIn);
  if (seats_[seat].level > 0)
    pending_.push_back({.kind = Kind::kSpeak, .seat = seat, .level = seats_[seat].level});
  const bool looks = scenario_.view.videoSlots > 0;
  if (looks) pending_.push_back(look(seat, Deed::Layout::kGrid));  // As a page does.
  if (looks && scenario_.view.changeSeconds > 0)
    wish(seat, Kind::kView, scenario_.view.changeSeconds, nowNs);
  if (scenario_.chat.pingsPerSecond > 0)
    wish(seat, Kind::kPing, 1 / scenario_.chat.pingsPerSecond, nowNs);
}

void Behaviour::gone(uint32_t seat) {
  if (seats_[seat].state == State::kEmpty) return;
  setState(seat, State::kEmpty);
  waiting_.push_back(seat);
}

/// Some time from half of `meanSeconds` to half more.
void Behaviour::wish(uint32_t seat, Kind kind, double meanSeconds, int64_t nowNs) {
  const double factor = 0.5 + draw(1000) / 1000.0;
  const auto waitNs = static_cast<int64_t>(meanSeconds * factor * kNsPerSecond);
  wishes_.push({nowNs + waitNs, seat, seats_[seat].stay, kind});
}

void Behaviour::followWishes(int64_t nowNs, std::vector<Deed>& deeds) {
  while (!wishes_.empty() && wishes_.top().atNs <= nowNs) {
    const Wish done = wishes_.top();
    wishes_.pop();
    const Seat& seat = seats_[done.seat];
    if (seat.state != State::kIn || seat.stay != done.stay) continue;
    const bool view = done.kind == Kind::kView;
    deeds.push_back(view ? lookElsewhere(done.seat) : Deed{.kind = done.kind, .seat = done.seat});
    wish(done.seat, done.kind,
         view ? scenario_.view.changeSeconds : 1 / scenario_.chat.pingsPerSecond, nowNs);
  }
}

Deed Behaviour::lookElsewhere(uint32_t seat) {
  constexpr Deed::Layout kLayouts[] = {Deed::Layout::kGrid, Deed::Layout::kSpeaker,
                                       Deed::Layout::kPinned, Deed::Layout::kOne};
  return look(seat, kLayouts[draw(std::size(kLayouts))]);
}

/// Many pictures are small ones; what stands alone or in front has any size.
Deed Behaviour::look(uint32_t seat, Deed::Layout layout) {
  const auto& heights = scenario_.view.heights;
  const bool many = layout == Deed::Layout::kGrid && scenario_.view.videoSlots > 1;
  const double height =
      many ? *std::min_element(heights.begin(), heights.end()) : heights[draw(heights.size())];
  return {
      .kind = Kind::kView, .seat = seat, .layout = layout, .height = static_cast<uint32_t>(height)};
}

int64_t Behaviour::anyone() {
  if (present_ == 0) return -1;
  for (int i = 0; i < kDraws; ++i)
    if (const uint32_t seat = draw(seats_.size()); seats_[seat].state == State::kIn) return seat;
  const auto found = std::find_if(seats_.begin(), seats_.end(),
                                  [](const Seat& s) { return s.state == State::kIn; });
  return found - seats_.begin();
}

void Behaviour::replace(int64_t, std::vector<Deed>& deeds) {
  const int64_t found = anyone();
  if (found < 0) return;
  const auto seat = static_cast<uint32_t>(found);
  const bool abrupt = draw(1000) < scenario_.churn.abruptShare * 1000;
  deeds.push_back({.kind = abrupt ? Kind::kDie : Kind::kLeave, .seat = seat});
  setState(seat, State::kJoining);
  deeds.push_back({.kind = Kind::kJoin, .seat = seat});
}

/// In every room one speaker falls silent and another one begins.
void Behaviour::turn(std::vector<Deed>& deeds) {
  for (uint32_t room = 0; room < rooms_; ++room) speakInRoom(room, deeds);
  ++turnsTaken_;
}

void Behaviour::speakInRoom(uint32_t room, std::vector<Deed>& deeds) {
  std::vector<uint32_t> speaking, quiet;
  for (uint32_t seat = room; seat < seats(); seat += rooms_)
    if (publishes(seat)) (seats_[seat].level > 0 ? speaking : quiet).push_back(seat);
  const auto wanted = static_cast<size_t>(scenario_.talk.speakers);
  if (speaking.size() >= wanted && !quiet.empty()) {
    const uint32_t seat = speaking[draw(speaking.size())];
    std::erase(speaking, seat);
    seats_[seat].level = 0;
    if (seats_[seat].state == State::kIn) deeds.push_back({.kind = Kind::kQuiet, .seat = seat});
  }
  while (speaking.size() < wanted && !quiet.empty()) {
    const uint32_t seat = quiet[draw(quiet.size())];
    std::erase(quiet, seat);
    speaking.push_back(seat);
    Seat& s = seats_[seat];
    s.level = static_cast<uint8_t>(kLoudest + 3 * (speaking.size() % 8));
    if (s.state == State::kIn)
      deeds.push_back({.kind = Kind::kSpeak, .seat = seat, .level = s.level});
  }
}

}  // namespace parlour::bench
