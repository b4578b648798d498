#include <random>
#include <set>
#include <vector>

#include "rtp/audio_level.hpp"
#include "rtp/speakers.hpp"

// Last: check.h takes the name "fail".
#include "suite.hpp"

using namespace parlour;
using namespace parlour::rtp;

namespace {

constexpr uint8_t kLoud = 25, kQuiet = 70;
using List = std::vector<uint32_t>;

class Call {
 public:
  /// One window of 100 ms: five packets of each (source, level).
  bool window(std::initializer_list<std::pair<uint32_t, uint8_t>> levels) {
    for (int packet = 0; packet < 5; ++packet)
      for (const auto& [source, level] : levels) detector.onLevel(source, level, level == kLoud);
    clock.advanceMs(100);
    const bool changed = detector.update(clock.nowNs());
    changes += changed ? 1 : 0;
    return changed;
  }
  void windows(int count, std::initializer_list<std::pair<uint32_t, uint8_t>> levels) {
    for (int i = 0; i < count; ++i) window(levels);
  }
  List speakers() const { return {detector.speakers().begin(), detector.speakers().end()}; }

  SpeakerDetector detector;
  VirtualClock clock;
  int changes = 0;
};

}  // namespace

START_TEST(a_window_has_the_loudest_and_the_mean) {
  AudioLevelWindow window;
  window.add(30, false);
  window.add(50, true);
  window.add(255, false);  // Out of range: silence.
  const AudioLevelWindow::Level level = window.take();
  ck_assert_uint_eq(level.loudest, 30);
  ck_assert_uint_eq(level.mean, (30 + 50 + 127) / 3);
  ck_assert(level.voice);
  ck_assert_uint_eq(level.packets, 3);
  ck_assert_uint_eq(window.take().packets, 0);
  ck_assert_uint_eq(window.take().mean, kSilence);
}
END_TEST

START_TEST(while_nobody_speaks_there_is_no_speaker) {
  Call call;
  call.windows(50, {{1, kQuiet}, {2, kSilence}});
  ck_assert(call.speakers().empty());
  ck_assert(!call.detector.dominant().has_value());
  ck_assert_int_eq(call.changes, 0);
}
END_TEST

START_TEST(a_hundred_milliseconds_make_a_speaker) {
  Call call;
  ck_assert(call.window({{1, kLoud}, {2, kQuiet}}));
  ck_assert(call.speakers() == (List{1}));
  ck_assert_uint_eq(*call.detector.dominant(), 1);
  ck_assert_uint_eq(call.detector.level(1), kLoud);
  ck_assert_uint_eq(call.detector.level(9), kSilence);
}
END_TEST

START_TEST(a_click_is_no_speech) {
  Call call;
  for (int i = 0; i < 4; ++i) call.detector.onLevel(1, kSilence, false);
  call.detector.onLevel(1, 10, false);
  ck_assert(!call.window({}));
  ck_assert(call.speakers().empty());
}
END_TEST

START_TEST(a_speaker_holds_for_two_seconds_of_silence) {
  Call call;
  call.window({{1, kLoud}});
  call.windows(19, {{1, kSilence}});
  ck_assert(call.speakers() == (List{1}));
  ck_assert(call.window({{1, kSilence}}));
  ck_assert(call.speakers().empty());
}
END_TEST

START_TEST(a_source_that_stops_sending_counts_as_silent) {
  Call call;
  call.window({{1, kLoud}});
  call.windows(20, {});
  ck_assert(call.speakers().empty());
}
END_TEST

START_TEST(two_at_once_do_not_flap) {
  Call call;
  std::mt19937 random(5);
  call.windows(5, {{1, kLoud}});
  call.windows(2, {{1, kLoud}, {2, kLoud}});
  call.changes = 0;
  for (int i = 0; i < 600; ++i)
    call.window({{1, static_cast<uint8_t>(20 + random() % 20)},
                 {2, static_cast<uint8_t>(20 + random() % 20)}});
  ck_assert_int_eq(call.changes, 0);
  ck_assert(call.speakers() == (List{1, 2}));
}
END_TEST

START_TEST(the_next_speaker_takes_over_when_the_first_goes_quiet) {
  Call call;
  call.windows(20, {{1, kLoud}, {2, kQuiet}});
  call.windows(2, {{1, kQuiet}, {2, kLoud}});
  ck_assert(call.speakers() == (List{1, 2}));
  call.windows(3, {{1, kQuiet}, {2, kLoud}});  // 500 ms in all.
  ck_assert(call.speakers() == (List{2, 1}));
}
END_TEST

START_TEST(a_much_louder_voice_takes_over_without_a_pause) {
  Call call;
  call.windows(20, {{1, 45}});
  call.windows(20, {{1, 45}, {2, 20}});
  ck_assert(call.speakers() == (List{2, 1}));
}
END_TEST

START_TEST(a_slightly_louder_voice_waits) {
  Call call;
  call.windows(20, {{1, 40}});
  call.windows(100, {{1, 40}, {2, 34}});
  ck_assert(call.speakers() == (List{1, 2}));
}
END_TEST

START_TEST(a_cough_does_not_take_the_picture) {
  Call call;
  call.windows(20, {{1, 40}, {2, kSilence}});
  call.window({{1, 40}, {2, 15}});
  ck_assert_uint_eq(*call.detector.dominant(), 1);
  call.windows(10, {{1, 40}, {2, kSilence}});
  ck_assert_uint_eq(*call.detector.dominant(), 1);
}
END_TEST

START_TEST(whoever_leaves_is_no_speaker_any_more) {
  Call call;
  call.windows(3, {{1, kLoud}, {2, kLoud}});
  call.detector.remove(1);
  ck_assert(call.speakers() == (List{2}));
  ck_assert(call.window({{2, kLoud}}));  // The change is told once.
  ck_assert(!call.window({{2, kLoud}}));
  call.detector.remove(7);
  ck_assert(!call.window({{2, kLoud}}));
}
END_TEST

START_TEST(many_speakers_are_listed_once_each_in_a_stable_order) {
  Call call;
  std::mt19937 random(11);
  for (int round = 0; round < 500; ++round) {
    for (uint32_t source = 0; source < 50; ++source)
      call.detector.onLevel(source, static_cast<uint8_t>(random() % 128), false);
    call.window({});
    const List speakers = call.speakers();
    ck_assert(std::set<uint32_t>(speakers.begin(), speakers.end()).size() == speakers.size());
  }
}
END_TEST

int main() {
  return runSuite(
      "speakers",
      {a_window_has_the_loudest_and_the_mean, while_nobody_speaks_there_is_no_speaker,
       a_hundred_milliseconds_make_a_speaker, a_click_is_no_speech,
       a_speaker_holds_for_two_seconds_of_silence, a_source_that_stops_sending_counts_as_silent,
       two_at_once_do_not_flap, the_next_speaker_takes_over_when_the_first_goes_quiet,
       a_much_louder_voice_takes_over_without_a_pause, a_slightly_louder_voice_waits,
       a_cough_does_not_take_the_picture, whoever_leaves_is_no_speaker_any_more,
       many_speakers_are_listed_once_each_in_a_stable_order});
}
