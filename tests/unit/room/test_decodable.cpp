#include "recording_outputs.hpp"
#include "room/decodable.hpp"
#include "sdp/sdp.hpp"

using namespace parlour::room;
using namespace parlour::room::test;

namespace {

Codec h264(const char* profile) {
  return {"H264", 90000, profile};
}
Codec vp9(const char* profile) {
  return {"VP9", 90000, profile};
}

}  // namespace

START_TEST(codecs_match_by_name_without_case_and_by_clock_rate) {
  ck_assert(decodes({kOpus, kVp8}, {"vp8", 90000, ""}));
  ck_assert(decodes({kOpus}, {"OPUS", 48000, ""}));
  ck_assert(!decodes({kVp8}, {"VP9", 90000, ""}));
  ck_assert(!decodes({{"L16", 44100, ""}}, {"L16", 48000, ""}));
  ck_assert(!decodes({}, kVp8));
}
END_TEST

START_TEST(nobody_decodes_a_codec_that_is_not_known_yet) {
  ck_assert(!decodes({kVp8, {"", 90000, ""}}, {"", 90000, ""}));
}
END_TEST

START_TEST(vp9_profiles_have_to_be_equal) {
  ck_assert(decodes({vp9("2"), vp9("0")}, vp9("0")));
  ck_assert(!decodes({vp9("0")}, vp9("2")));
  ck_assert(!decodes({vp9("2")}, vp9("0")));
}
END_TEST

START_TEST(a_wider_av1_profile_decodes_the_lower_ones) {
  const auto av1 = [](const char* profile) { return Codec{"AV1", 90000, profile}; };
  ck_assert(decodes({av1("1")}, av1("0")));
  ck_assert(decodes({av1("0")}, av1("0")));
  ck_assert(!decodes({av1("0")}, av1("1")));
}
END_TEST

START_TEST(a_wider_h264_profile_decodes_the_ones_it_contains) {
  struct Case {
    const char *receiver, *stream;
    bool decodable;
  };
  const Case cases[] = {
      {"42e0/1", "42e0/1", true}, {"4200/1", "42e0/1", true},  {"42e0/1", "4200/1", false},
      {"4d00/1", "42e0/1", true}, {"4d00/1", "4200/1", false}, {"6400/1", "4d00/1", true},
      {"6400/1", "640c/1", true}, {"4d00/1", "6400/1", false}, {"42e0/1", "4d00/1", false},
      {"f400/1", "f400/1", true}, {"42e0/1", "f400/1", false}, {"42e0/1", "/1", false},
  };
  for (const Case& c : cases)
    ck_assert_msg(decodes({h264(c.receiver)}, h264(c.stream)) == c.decodable, "%s by %s", c.stream,
                  c.receiver);
}
END_TEST

START_TEST(the_packetization_mode_of_h264_has_to_be_equal) {
  ck_assert(!decodes({h264("42e0/1")}, h264("42e0/0")));
  ck_assert(!decodes({h264("4d00/0")}, h264("42e0/1")));
  ck_assert(decodes({h264("42e0/0"), h264("42e0/1")}, h264("42e0/1")));
}
END_TEST

START_TEST(the_answer_to_an_offer_and_the_slots_agree_on_what_is_decodable) {
  std::vector<Codec> all = {kVp8, kOpus, {"red", 48000, ""}, {"vp8", 90000, ""}};
  for (const char* profile :
       {"42e0", "4200", "4d00", "5800", "640c", "6400", "6e00", "7a00", "f400", "1234", ""})
    for (const char* mode : {"/0", "/1", "/2"})
      all.push_back(h264((profile + std::string(mode)).c_str()));
  for (const char* profile : {"0", "1", "2", "3"}) {
    all.push_back(vp9(profile));
    all.push_back({"AV1", 90000, profile});
  }
  for (const Codec& receiver : all)
    for (const Codec& stream : all)
      ck_assert_msg(decodes({receiver}, stream) == parlour::sdp::canDecode({receiver}, stream),
                    "%s %s by %s %s", stream.name.c_str(), stream.profile.c_str(),
                    receiver.name.c_str(), receiver.profile.c_str());
}
END_TEST

int main() {
  return runSuite("room decodable",
                  {codecs_match_by_name_without_case_and_by_clock_rate,
                   nobody_decodes_a_codec_that_is_not_known_yet, vp9_profiles_have_to_be_equal,
                   a_wider_av1_profile_decodes_the_lower_ones,
                   a_wider_h264_profile_decodes_the_ones_it_contains,
                   the_packetization_mode_of_h264_has_to_be_equal,
                   the_answer_to_an_offer_and_the_slots_agree_on_what_is_decodable});
}
