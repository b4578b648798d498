#include "load/measure/picture_flow.hpp"

#include "check_suite.hpp"

using namespace parlour;
using bench::FlowTally;
using bench::PictureFlow;

namespace {

constexpr int64_t kPictureNs = 33 * kNsPerMs;

/// Sends pictures of three packets, some of which are lost.
class Video {
 public:
  unsigned picture(bool key, int lostPacket = -1) {
    nowNs_ += kPictureNs;
    unsigned decodable = 0;
    for (int i = 0; i < 3; ++i, ++sequence_)
      if (i != lostPacket) decodable += packet(sequence_, i, key);
    return decodable;
  }
  unsigned packet(uint16_t sequence, int place, bool key) {
    return flow.onPacket({.sequence = sequence,
                          .start = place == 0,
                          .end = place == 2,
                          .key = key && place == 0,
                          .height = height,
                          .track = track},
                         nowNs_);
  }
  void pause(int64_t ns) { nowNs_ += ns; }
  int64_t nowNs() const { return nowNs_; }

  PictureFlow flow;
  uint16_t height = 360;
  uint32_t track = 1;

 private:
  uint16_t sequence_ = 65500;  // It wraps in every test.
  int64_t nowNs_ = kNsPerSecond;
};

void play(Video& video, int pictures) {
  for (int i = 0; i < pictures; ++i) ck_assert_uint_eq(video.picture(false), 1);
}

}  // namespace

START_TEST(nothing_is_decodable_before_a_key_frame) {
  Video video;
  ck_assert_uint_eq(video.picture(false), 0);
  ck_assert_uint_eq(video.picture(true), 1);
  play(video, 40);
  const FlowTally tally = video.flow.take();
  ck_assert_uint_eq(tally.pictures, 41);
  ck_assert_uint_eq(tally.keyPictures, 1);
  ck_assert_uint_eq(tally.byHeight.at(360), 41);
  ck_assert_uint_eq(tally.freezes, 0);
}
END_TEST

START_TEST(a_lost_packet_freezes_until_the_next_key_frame) {
  Video video;
  video.picture(true);
  play(video, 40);
  ck_assert_uint_eq(video.picture(false, 1), 0);
  for (int i = 0; i < 14; ++i) ck_assert_uint_eq(video.picture(false), 0);
  ck_assert_uint_eq(video.picture(true), 1);
  const FlowTally tally = video.flow.take();
  ck_assert_uint_eq(tally.freezes, 1);
  ck_assert_int_eq(tally.freezeNs, 16 * kPictureNs);
  ck_assert_int_eq(tally.longestNs, 16 * kPictureNs);
}
END_TEST

START_TEST(a_repaired_packet_lets_all_that_waited_be_decoded) {
  Video video;
  video.picture(true);
  play(video, 3);
  // 65500 + 4 pictures: the next one begins with 65512, of which the middle is late.
  ck_assert_uint_eq(video.picture(false, 1), 0);
  ck_assert_uint_eq(video.picture(false), 0);
  ck_assert_uint_eq(video.packet(65513, 1, false), 2);
  ck_assert_uint_eq(video.flow.take().freezes, 0);
}
END_TEST

START_TEST(another_person_in_the_slot_is_a_switch_and_no_freeze) {
  Video video;
  video.picture(true);
  play(video, 10);
  video.pause(kNsPerSecond);
  video.track = 2;
  ck_assert_uint_eq(video.picture(true), 1);
  FlowTally tally = video.flow.take();
  ck_assert_uint_eq(tally.freezes, 0);
  ck_assert_uint_eq(tally.switches, 1);
  // Another layer of the same person is no excuse.
  video.pause(kNsPerSecond);
  video.height = 720;
  video.picture(true);
  tally = video.flow.take();
  ck_assert_uint_eq(tally.freezes, 1);
  ck_assert_uint_eq(tally.byHeight.at(720), 1);
}
END_TEST

START_TEST(what_the_viewer_asked_for_itself_is_no_freeze) {
  Video video;
  video.picture(true);
  play(video, 10);
  ck_assert_int_eq(video.flow.silenceNs(video.nowNs() + 5), 5);
  video.flow.expectChange();
  ck_assert_int_eq(video.flow.silenceNs(video.nowNs() + 5), 0);
  video.pause(kNsPerSecond);
  video.picture(true);
  ck_assert_uint_eq(video.flow.take().freezes, 0);
}
END_TEST

int main() {
  return test::runSuite("picture_flow", {nothing_is_decodable_before_a_key_frame,
                                         a_lost_packet_freezes_until_the_next_key_frame,
                                         a_repaired_packet_lets_all_that_waited_be_decoded,
                                         another_person_in_the_slot_is_a_switch_and_no_freeze,
                                         what_the_viewer_asked_for_itself_is_no_freeze});
}
