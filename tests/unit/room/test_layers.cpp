#include "recording_outputs.hpp"
#include "room/layers.hpp"

using namespace parlour::room;
using namespace parlour::room::test;

namespace {

const std::vector<Layer> kKnown = {{"q", 1, 320, 180}, {"h", 2, 640, 360}, {"f", 3, 1280, 720}};
const std::vector<Layer> kUnknown = {{"q", 1, 0, 0}, {"h", 2, 0, 0}, {"f", 3, 0, 0}};

}  // namespace

START_TEST(the_smallest_layer_that_is_high_enough_is_chosen) {
  ck_assert_uint_eq(chooseLayer(kKnown, {0, 90}), 1);
  ck_assert_uint_eq(chooseLayer(kKnown, {0, 180}), 1);
  ck_assert_uint_eq(chooseLayer(kKnown, {0, 181}), 2);
  ck_assert_uint_eq(chooseLayer(kKnown, {640, 361}), 3);
}
END_TEST

START_TEST(the_height_decides_where_both_are_given_and_the_width_where_only_it_is) {
  const std::vector<Layer> portrait = {{"q", 1, 180, 320}, {"f", 2, 720, 1280}};
  ck_assert_uint_eq(chooseLayer(portrait, {640, 320}), 1);
  ck_assert_uint_eq(chooseLayer(portrait, {181, 0}), 2);
}
END_TEST

START_TEST(the_largest_layer_is_chosen_where_none_is_enough_or_no_size_is_known) {
  ck_assert_uint_eq(chooseLayer(kKnown, {0, 2160}), 3);
  ck_assert_uint_eq(chooseLayer(kKnown, {0, 0}), 3);
}
END_TEST

START_TEST(unknown_sizes_are_estimated_by_their_order) {
  ck_assert_uint_eq(chooseLayer(kUnknown, {0, 180}), 1);
  ck_assert_uint_eq(chooseLayer(kUnknown, {0, 200}), 2);
  ck_assert_uint_eq(chooseLayer(kUnknown, {0, 361}), 3);
}
END_TEST

START_TEST(one_known_size_gives_the_others) {
  const std::vector<Layer> small = {{"q", 1, 80, 45}, {"h", 2, 0, 0}, {"f", 3, 0, 0}};
  ck_assert_uint_eq(chooseLayer(small, {0, 90}), 2);
  ck_assert_uint_eq(chooseLayer(small, {0, 91}), 3);
  const std::vector<Layer> large = {{"q", 1, 0, 0}, {"h", 2, 0, 0}, {"f", 3, 1920, 1080}};
  ck_assert_uint_eq(chooseLayer(large, {0, 270}), 1);
  ck_assert_uint_eq(chooseLayer(large, {0, 540}), 2);
}
END_TEST

START_TEST(layers_that_are_not_received_are_left_out) {
  const std::vector<Layer> halved = {{"q", 0, 320, 180}, {"h", 2, 640, 360}, {"f", 0, 1280, 720}};
  ck_assert_uint_eq(chooseLayer(halved, {0, 90}), 2);
  ck_assert_uint_eq(chooseLayer(halved, {0, 720}), 2);
  ck_assert_uint_eq(chooseLayer({{"", 0, 0, 0}}, {0, 90}), 0);
  ck_assert_uint_eq(chooseLayer({}, {0, 90}), 0);
}
END_TEST

START_TEST(a_layer_that_does_not_flow_is_left_out) {
  std::vector<Layer> layers = kKnown;
  layers[2].flowing = false;
  ck_assert_uint_eq(chooseLayer(layers, {0, 720}), 2);
  ck_assert_uint_eq(chooseLayer(layers, {0, 0}), 2);
  layers[2].flowing = true;
  layers[0].flowing = false;
  ck_assert_uint_eq(chooseLayer(layers, {0, 90}), 2);
}
END_TEST

START_TEST(layers_are_ordered_by_what_is_known_of_their_size) {
  std::vector<Layer> reversed = {{"f", 3, 1280, 720}, {"h", 2, 640, 360}, {"q", 1, 320, 180}};
  orderBySize(reversed);
  ck_assert(reversed == kKnown);
  ck_assert_uint_eq(chooseLayer(reversed, {0, 180}), 1);
  std::vector<Layer> partly = {{"f", 3, 1280, 720}, {"x", 4, 0, 0}, {"q", 1, 180, 320}};
  orderBySize(partly);
  ck_assert_str_eq(partly[0].rid.c_str(), "q");
  ck_assert_str_eq(partly[1].rid.c_str(), "x");
  ck_assert_str_eq(partly[2].rid.c_str(), "f");
  std::vector<Layer> none;
  orderBySize(none);
  ck_assert(none.empty());
}
END_TEST

START_TEST(any_number_of_layers_of_any_size_gives_one_of_them) {
  std::vector<Layer> many;
  for (TrackId i = 1; i <= 70; ++i) many.push_back({"r" + std::to_string(i), i, 0, 0});
  many.front().width = many.front().height = 65535;
  ck_assert_uint_eq(chooseLayer(many, {0, 65535}), 1);
  ck_assert_uint_ne(chooseLayer(many, {0, UINT32_MAX}), 0);
}
END_TEST

int main() {
  return runSuite("room layers",
                  {the_smallest_layer_that_is_high_enough_is_chosen,
                   the_height_decides_where_both_are_given_and_the_width_where_only_it_is,
                   the_largest_layer_is_chosen_where_none_is_enough_or_no_size_is_known,
                   unknown_sizes_are_estimated_by_their_order, one_known_size_gives_the_others,
                   layers_that_are_not_received_are_left_out, a_layer_that_does_not_flow_is_left_out,
                   layers_are_ordered_by_what_is_known_of_their_size,
                   any_number_of_layers_of_any_size_gives_one_of_them});
}
