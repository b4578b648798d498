// Behaviour: who joins, leaves, speaks, looks and writes when. It decides and does nothing itself.
//
// A seat is a place that one participant after another takes: churn empties and fills it again.
// Rates are kept exactly and who is meant is drawn, so that a seed gives the same run again.
// Thread: one at a time. Pure: time is an argument.
#pragma once

#include <cstdint>
#include <deque>
#include <queue>
#include <random>
#include <vector>

#include "load/scenario/scenario.hpp"

namespace parlour::bench {

struct Deed {
  enum class Kind {
    kJoin,
    kLeave,
    kDie,   ///< Leaves without a word.
    kDrop,  ///< Its WebSocket drops; it resumes.
    kRename,
    kView,   ///< Looks at something else: `layout`, `height`.
    kSpeak,  ///< At -`level` dBov.
    kQuiet,
    kChat,
    kPing,
  };
  /// How a viewer arranges its slots.
  enum class Layout : uint8_t { kGrid, kSpeaker, kPinned, kOne };
  Kind kind = Kind::kJoin;
  uint32_t seat = 0;
  Layout layout = Layout::kGrid;
  uint32_t height = 0;
  uint8_t level = 0;
};

class Behaviour {
 public:
  Behaviour(const Scenario& scenario, uint32_t seed);

  /// What happens until `nowNs`, in order. The first call starts it.
  std::vector<Deed> due(int64_t nowNs);
  /// From now on there is churn, too; before, people only come and talk.
  void openWindow(int64_t nowNs);
  /// Who was to join is in.
  void seated(uint32_t seat, int64_t nowNs);
  /// Who was in, or was to join, is not: the seat waits to be taken again.
  void gone(uint32_t seat);
  /// Nothing more happens.
  void stop() { stopped_ = true; }
  void addSeats(uint32_t count);

  uint32_t seats() const { return static_cast<uint32_t>(seats_.size()); }
  uint32_t present() const { return present_; }
  /// Every seat was offered to somebody, and no join is on its way.
  bool settled() const { return waiting_.empty() && joining_ == 0; }
  uint32_t roomOf(uint32_t seat) const { return seat % rooms_; }
  bool publishes(uint32_t seat) const;

 private:
  enum class State : uint8_t { kEmpty, kJoining, kIn };
  struct Seat {
    State state = State::kEmpty;
    uint32_t stay = 0;  ///< Counts who sat here; old wishes are not followed.
    uint8_t level = 0;  ///< Of who speaks; 0: quiet.
  };
  struct Wish {
    int64_t atNs;
    uint32_t seat, stay;
    Deed::Kind kind;
    bool operator>(const Wish& o) const { return atNs > o.atNs; }
  };
  /// Something that happens so often a second.
  struct Rate {
    double perSecond = 0;
    int64_t nextNs = 0;
    /// How many times until `nowNs`.
    unsigned take(int64_t nowNs);
  };
  void start(int64_t nowNs);
  void takeSeats(int64_t nowNs, std::vector<Deed>& deeds);
  void followWishes(int64_t nowNs, std::vector<Deed>& deeds);
  void replace(int64_t nowNs, std::vector<Deed>& deeds);
  void turn(std::vector<Deed>& deeds);
  void speakInRoom(uint32_t room, std::vector<Deed>& deeds);
  void setState(uint32_t seat, State state);
  void wish(uint32_t seat, Deed::Kind kind, double meanSeconds, int64_t nowNs);
  Deed lookElsewhere(uint32_t seat);
  Deed look(uint32_t seat, Deed::Layout layout);
  /// One of those that are in; -1 where nobody is.
  int64_t anyone();
  uint32_t draw(size_t below) { return static_cast<uint32_t>(random_() % below); }

  const Scenario& scenario_;
  const uint32_t rooms_;
  std::mt19937 random_;
  std::vector<Seat> seats_;
  std::deque<uint32_t> waiting_;  ///< Seats to be taken.
  std::priority_queue<Wish, std::vector<Wish>, std::greater<>> wishes_;
  std::vector<Deed> pending_;
  Rate joins_, churn_, renames_, resumes_, chats_, turns_;
  uint32_t present_ = 0, joining_ = 0, turnsTaken_ = 0;
  bool started_ = false, stopped_ = false, open_ = false;
};

}  // namespace parlour::bench
