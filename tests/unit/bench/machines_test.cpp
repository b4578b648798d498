#include "load/scenario/machines.hpp"

#include <nlohmann/json.hpp>
#include <thread>

#include "check_suite.hpp"

using namespace parlour;
using bench::Scenario;

namespace {

Scenario scenarioOf(double people, double rooms, double publishers) {
  Scenario scenario;
  scenario.people = people;
  scenario.rooms = rooms;
  scenario.joinRate = 30;
  scenario.publish.perRoom = publishers;
  scenario.chat.messagesPerSecond = 9;
  return scenario;
}

}  // namespace

START_TEST(rooms_are_divided_with_their_people) {
  const Scenario whole = scenarioOf(50, 5, 1);
  ck_assert(bench::dividesRooms(whole, 3));
  double people = 0, rooms = 0, joins = 0, chats = 0;
  for (uint32_t i = 0; i < 3; ++i) {
    const Scenario share = bench::shareOf(whole, i, 3);
    ck_assert_double_eq_tol(share.people / share.rooms, 10, 1e-9);
    ck_assert(share.publish.video);
    people += share.people;
    rooms += share.rooms;
    joins += share.joinRate;
    chats += share.chat.messagesPerSecond;
  }
  ck_assert_double_eq_tol(people, 50, 1e-9);
  ck_assert_double_eq_tol(rooms, 5, 1e-9);
  ck_assert_double_eq_tol(joins, 30, 1e-9);
  ck_assert_double_eq_tol(chats, 9, 1e-9);
}
END_TEST

START_TEST(people_of_one_room_are_divided_and_one_machine_has_the_presenter) {
  const Scenario whole = scenarioOf(101, 1, 1);
  ck_assert(!bench::dividesRooms(whole, 2));
  const Scenario first = bench::shareOf(whole, 0, 2), second = bench::shareOf(whole, 1, 2);
  ck_assert_double_eq(first.people, 51);
  ck_assert_double_eq(second.people, 50);
  ck_assert(first.publish.video && first.publish.audio);
  ck_assert(!second.publish.video && !second.publish.audio);
  ck_assert_double_eq(second.rooms, 1);
}
END_TEST

START_TEST(where_everybody_publishes_they_do_everywhere) {
  const Scenario share = bench::shareOf(scenarioOf(10, 1, 0), 1, 2);
  ck_assert(share.publish.video && share.publish.audio);
}
END_TEST

START_TEST(a_coordinator_and_a_machine_hear_each_other_and_an_end) {
  constexpr uint16_t kPort = 39417;
  std::thread machine([] {
    auto coordinator = bench::joinCoordinator("127.0.0.1:39417");
    ck_assert(coordinator);
    const auto task = coordinator->hear(10);
    ck_assert(task);
    ck_assert_int_eq((*task)["machine"].get<int>(), 1);
    ck_assert(coordinator->tell({{"done", true}}));
  });
  auto machines = bench::gather(kPort, 1);
  ck_assert(machines);
  ck_assert_uint_eq(machines->size(), 1);
  ck_assert(machines->front().tell({{"machine", 1}}));
  const auto answer = machines->front().hear(10);
  ck_assert(answer);
  ck_assert((*answer)["done"].get<bool>());
  machine.join();
  const auto nothing = machines->front().hear(10);
  ck_assert(!nothing);
  ck_assert_str_eq(nothing.error().code.c_str(), "machine_lost");
}
END_TEST

int main() {
  return test::runSuite("machines",
                        {rooms_are_divided_with_their_people,
                         people_of_one_room_are_divided_and_one_machine_has_the_presenter,
                         where_everybody_publishes_they_do_everywhere,
                         a_coordinator_and_a_machine_hear_each_other_and_an_end});
}
