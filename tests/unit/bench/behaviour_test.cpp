#include "load/scenario/behaviour.hpp"

#include <map>
#include <set>

#include "base/clock.hpp"

#include "check_suite.hpp"

using namespace parlour;
using bench::Behaviour;
using bench::Deed;
using bench::Scenario;
using Kind = Deed::Kind;

namespace {

Scenario scenarioOf(double people) {
  Scenario scenario;
  scenario.people = people;
  scenario.joinRate = 10;
  scenario.talk.speakers = 0;
  scenario.view.videoSlots = 0;
  return scenario;
}

/// Lets time pass in steps of 5 ms; every join succeeds at once.
class Play {
 public:
  explicit Play(const Scenario& scenario) : behaviour(scenario, 1) {}

  void run(double seconds) {
    for (int step = 0; step < seconds * 200; ++step) {
      clock_.advanceMs(5);
      for (const Deed& deed : behaviour.due(clock_.nowNs())) {
        ++deeds[deed.kind];
        last = deed;
        if (deed.kind == Kind::kSpeak) speaking.insert(deed.seat);
        if (deed.kind == Kind::kQuiet) speaking.erase(deed.seat);
        if (deed.kind == Kind::kJoin) behaviour.seated(deed.seat, clock_.nowNs());
      }
    }
  }
  void open() { behaviour.openWindow(clock_.nowNs()); }

  Behaviour behaviour;
  std::map<Kind, int> deeds;
  std::set<uint32_t> speaking;
  Deed last;

 private:
  VirtualClock clock_;
};

}  // namespace

START_TEST(people_come_at_the_rate_that_is_asked_for) {
  const Scenario scenario = scenarioOf(30);
  Play play(scenario);
  play.run(1);
  ck_assert_int_ge(play.deeds[Kind::kJoin], 9);
  ck_assert_int_le(play.deeds[Kind::kJoin], 11);
  ck_assert(!play.behaviour.settled());
  play.run(3);
  ck_assert_int_eq(play.deeds[Kind::kJoin], 30);
  ck_assert(play.behaviour.settled());
  ck_assert_uint_eq(play.behaviour.present(), 30);
}
END_TEST

START_TEST(churn_begins_with_the_window_and_keeps_the_number_of_people) {
  Scenario scenario = scenarioOf(20);
  scenario.churn.joinsPerSecond = 50;
  scenario.churn.abruptShare = 0.3;
  Play play(scenario);
  play.run(3);
  ck_assert_int_eq(play.deeds[Kind::kLeave] + play.deeds[Kind::kDie], 0);
  play.open();
  play.run(10);
  const int left = play.deeds[Kind::kLeave] + play.deeds[Kind::kDie];
  ck_assert_int_ge(left, 495);
  ck_assert_int_le(left, 505);
  ck_assert_int_eq(play.deeds[Kind::kJoin], 20 + left);
  ck_assert_int_ge(play.deeds[Kind::kDie], left / 5);
  ck_assert_int_le(play.deeds[Kind::kDie], left * 2 / 5);
  ck_assert_uint_eq(play.behaviour.present(), 20);
}
END_TEST

START_TEST(as_many_speak_in_every_room_as_should_and_they_change) {
  Scenario scenario = scenarioOf(20);
  scenario.rooms = 2;
  scenario.talk.speakers = 3;
  scenario.talk.turnSeconds = 1;
  Play play(scenario);
  play.run(4);
  const std::set<uint32_t> before = play.speaking;
  ck_assert_uint_eq(before.size(), 6);
  int inFirst = 0;
  for (const uint32_t seat : before) inFirst += play.behaviour.roomOf(seat) == 0;
  ck_assert_int_eq(inFirst, 3);
  play.run(10);
  ck_assert_uint_eq(play.speaking.size(), 6);
  ck_assert(play.speaking != before);
}
END_TEST

START_TEST(viewers_look_at_once_and_then_elsewhere) {
  Scenario scenario = scenarioOf(10);
  scenario.view.videoSlots = 4;
  scenario.view.heights = {180, 720};
  scenario.view.changeSeconds = 2;
  Play play(scenario);
  play.run(1.5);
  ck_assert_int_ge(play.deeds[Kind::kView], 10);
  const int before = play.deeds[Kind::kView];
  play.run(20);
  ck_assert_int_ge(play.deeds[Kind::kView] - before, 80);
  ck_assert_int_le(play.deeds[Kind::kView] - before, 120);
}
END_TEST

START_TEST(who_failed_to_come_is_followed_by_another) {
  const Scenario scenario = scenarioOf(1);
  Behaviour behaviour(scenario, 1);
  VirtualClock clock;
  ck_assert_uint_eq(behaviour.due(clock.nowNs()).size(), 1);
  behaviour.gone(0);
  ck_assert(!behaviour.settled());
  clock.advanceMs(200);
  const auto again = behaviour.due(clock.nowNs());
  ck_assert_uint_eq(again.size(), 1);
  ck_assert(again.front().kind == Kind::kJoin);
}
END_TEST

START_TEST(a_stop_is_one) {
  Scenario scenario = scenarioOf(5);
  scenario.chat.messagesPerSecond = 100;
  Play play(scenario);
  play.run(1);
  play.open();
  play.run(2);
  const int chats = play.deeds[Kind::kChat];
  ck_assert_int_ge(chats, 198);
  ck_assert_int_le(chats, 202);
  play.behaviour.stop();
  play.run(1);
  ck_assert_int_eq(play.deeds[Kind::kChat], chats);
}
END_TEST

START_TEST(a_pause_of_the_process_is_not_made_up_for) {
  Scenario scenario = scenarioOf(1);
  scenario.churn.renamesPerSecond = 1000;
  Behaviour behaviour(scenario, 1);
  VirtualClock clock;
  for (const Deed& deed : behaviour.due(clock.nowNs())) behaviour.seated(deed.seat, clock.nowNs());
  behaviour.openWindow(clock.nowNs());
  clock.advanceMs(60'000);
  ck_assert_uint_le(behaviour.due(clock.nowNs()).size(), 200);
  clock.advanceMs(10);
  ck_assert_uint_le(behaviour.due(clock.nowNs()).size(), 11);
}
END_TEST

int main() {
  return test::runSuite("behaviour", {people_come_at_the_rate_that_is_asked_for,
                                      churn_begins_with_the_window_and_keeps_the_number_of_people,
                                      as_many_speak_in_every_room_as_should_and_they_change,
                                      viewers_look_at_once_and_then_elsewhere,
                                      who_failed_to_come_is_followed_by_another, a_stop_is_one,
                                      a_pause_of_the_process_is_not_made_up_for});
}
