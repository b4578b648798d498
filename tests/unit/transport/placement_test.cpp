// Which worker an endpoint goes to.
#include "transport/placement.hpp"

#include <random>

#include "check_suite.hpp"

using namespace parlour::transport;

namespace {

std::vector<size_t> joined(Placement& placement, const std::string& room, size_t count, size_t workers) {
  std::vector<size_t> by(workers);
  for (size_t i = 0; i < count; ++i) ++by[placement.join(room)];
  return by;
}

}  // namespace

START_TEST(a_small_room_is_on_one_worker) {
  Placement placement(4);
  const auto by = joined(placement, "a", Placement::kTogether, 4);
  ck_assert_uint_eq(*std::max_element(by.begin(), by.end()), Placement::kTogether);
}
END_TEST

START_TEST(small_rooms_spread_over_the_workers) {
  Placement placement(4);
  std::vector<size_t> by(4);
  for (int room = 0; room < 40; ++room) {
    const auto here = joined(placement, "room " + std::to_string(room), 5, 4);
    for (size_t i = 0; i < 4; ++i) by[i] += here[i];
  }
  for (const size_t n : by) ck_assert_uint_eq(n, 50);
}
END_TEST

START_TEST(a_large_room_uses_every_worker_evenly) {
  Placement placement(4);
  for (const size_t n : joined(placement, "a", 1000, 4)) ck_assert_uint_eq(n, 250);
}
END_TEST

START_TEST(who_leaves_makes_room) {
  Placement placement(2);
  std::mt19937 random(1);
  std::vector<std::pair<std::string, size_t>> in;
  for (int i = 0; i < 5000; ++i) {
    if (!in.empty() && random() % 2) {
      std::swap(in[random() % in.size()], in.back());
      placement.leave(in.back().first, in.back().second);
      in.pop_back();
    } else {
      const std::string room(1, static_cast<char>('a' + random() % 9));
      in.emplace_back(room, placement.join(room));
    }
  }
  for (const auto& [room, worker] : in) placement.leave(room, worker);
  placement.leave("nobody", 0);
  // Empty again: the next rooms go to both.
  ck_assert_uint_ne(placement.join("x"), placement.join("y"));
}
END_TEST

int main() {
  return parlour::test::runSuite(
      "placement", {a_small_room_is_on_one_worker, small_rooms_spread_over_the_workers,
                    a_large_room_uses_every_worker_evenly, who_leaves_makes_room});
}
