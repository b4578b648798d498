// What each m-line becomes: roles, header extensions, simulcast, SSRCs, data channels.
#include "offers.hpp"

using namespace parlour::sdp;
using namespace parlour::sdp::test;
using parlour::rtp::Extension;
using Role = Media::Role;

namespace {

Media only(const std::string& section, const Policy& policy = {}, std::string_view more = "") {
  return read(session("0", more) + section, policy).media[0];
}

const std::string kRidExtension = "a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id\r\n";

Media simulcast(const std::string& lines, const Policy& policy = {}) {
  return only(video("0", "sendonly", kRidExtension + lines), policy);
}

std::string extmap(int id, Extension extension, const char* direction = "") {
  return fmt::format("a=extmap:{}{} {}\r\n", id, direction, parlour::rtp::uriOf(extension));
}

}  // namespace

START_TEST(directions_and_policy_make_roles) {
  struct Case {
    const char* direction;
    bool publish, subscribe;
    Role role;
    bool alsoSlot;
  };
  const Case cases[] = {
      {"sendonly", true, true, Role::kPublish, false},
      {"recvonly", true, true, Role::kSlot, false},
      {"sendrecv", true, true, Role::kPublish, true},
      {"inactive", true, true, Role::kInactive, false},
      {"sendonly", false, true, Role::kInactive, false},
      {"recvonly", true, false, Role::kInactive, false},
      {"sendrecv", false, true, Role::kSlot, false},
      {"sendrecv", true, false, Role::kPublish, false},
  };
  for (const Case& one : cases) {
    Policy policy;
    policy.publishAllowed = one.publish;
    policy.subscribeAllowed = one.subscribe;
    const Media media = only(video("0", one.direction), policy);
    ck_assert_msg(media.role == one.role && media.alsoSlot == one.alsoSlot, "%s %d %d",
                  one.direction, one.publish, one.subscribe);
    ck_assert_msg(!media.payloadTypes.empty(), "an answer needs formats");
  }
}
END_TEST

START_TEST(the_direction_may_stand_at_session_level_or_nowhere) {
  const std::string bare = replaced(video("0", "recvonly"), "a=recvonly\r\n", "");
  ck_assert(only(bare).offered == Direction::kSendRecv);
  ck_assert(only(bare, {}, "a=recvonly\r\n").role == Role::kSlot);
  ck_assert(only(video("0", "sendonly"), {}, "a=recvonly\r\n").role == Role::kPublish);
}
END_TEST

START_TEST(slots_past_the_limits_are_inactive) {
  Policy policy;
  policy.maxSlotsAudio = 1;
  policy.maxSlotsVideo = 2;
  const Offer offer =
      read(session("0 1 2 3 4 5") + audio("0", "recvonly") + audio("1", "recvonly") +
               video("2", "recvonly") + video("3", "sendrecv") + video("4", "recvonly") +
               video("5", "sendrecv"),
           policy);
  const Role expected[] = {Role::kSlot,    Role::kInactive, Role::kSlot,
                           Role::kPublish, Role::kInactive, Role::kPublish};
  for (size_t i = 0; i < 6; ++i) ck_assert_msg(offer.media[i].role == expected[i], "%zu", i);
  ck_assert(offer.media[3].alsoSlot && !offer.media[5].alsoSlot);
}
END_TEST

START_TEST(what_is_no_call_media_is_rejected) {
  struct Case {
    const char *line, *why;
  };
  const Case cases[] = {
      {"text 9 UDP/TLS/RTP/SAVPF 98", "neither audio or video"},
      {"audio 9 RTP/AVP 0", "neither audio or video"},
      {"message 9 TCP/TLS/MSRP *", "neither audio or video"},
      {"application 9 UDP/BFCP *", "not a data channel"},
      {"application 9 UDP/DTLS/SCTP 5000", "not a data channel"},
  };
  for (const Case& one : cases) {
    const Offer offer = read(session("0 1") + audio("0", "recvonly") + test::line(one.line, "1"));
    ck_assert(offer.media[1].role == Role::kRejected);
    expectPart(offer.media[1].rejectedWhy, one.why);
  }
  for (const char* protocol : {"UDP/TLS/RTP/SAVP", "RTP/SAVPF", "TCP/DTLS/RTP/SAVPF"})
    expectText(protocol,
               only(replaced(audio("0", "recvonly"), "UDP/TLS/RTP/SAVPF", protocol)).protocol);
}
END_TEST

START_TEST(extensions_of_use_are_taken_by_role) {
  std::string all;
  for (int i = 0; i < static_cast<int>(parlour::rtp::kExtensionCount); ++i)
    all += extmap(i + 1, static_cast<Extension>(i));
  all +=
      "a=extmap:20 urn:ietf:params:rtp-hdrext:encrypt urn:ietf:params:rtp-hdrext:sdes:mid\r\n"
      "a=extmap:21 urn:ietf:params:rtp-hdrext:toffset\r\n";
  const auto published =
      only(video("0", "sendonly", all), {}, "a=extmap-allow-mixed\r\n").extensions;
  ck_assert_uint_eq(published.size(), 13);
  for (const auto& [id, extension] : published) ck_assert(extension != Extension::kVideoTiming);
  const auto slot = only(video("0", "recvonly", all)).extensions;
  ck_assert_uint_eq(slot.size(), 7);
  for (const Extension none : {Extension::kTransportCc, Extension::kAbsSendTime, Extension::kRid})
    for (const auto& [id, extension] : slot) ck_assert(extension != none);
}
END_TEST

START_TEST(extension_ids_are_checked) {
  const std::string uri = " urn:ietf:params:rtp-hdrext:sdes:mid\r\n";
  for (const char* id : {"0", "256", "4095", "4352", "x", "", "-1", "1/both"})
    expectPart(
        refusal(session("0") + video("0", "recvonly", fmt::format("a=extmap:{}{}", id, uri))),
        "bad_offer");
  for (const char* id : {"15", "4096", "4351"})
    ck_assert(
        only(video("0", "recvonly", fmt::format("a=extmap:{}{}", id, uri))).extensions.empty());
  expectPart(
      refusal(session("0") + video("0", "recvonly", "a=extmap:1" + uri + "a=extmap:1 urn:x\r\n")),
      "id 1 is given twice");
}
END_TEST

START_TEST(ids_above_14_need_extmap_allow_mixed) {
  const std::string section = video("0", "recvonly", extmap(16, Extension::kMid));
  ck_assert(only(section).extensions.empty());
  ck_assert_uint_eq(only(section, {}, "a=extmap-allow-mixed\r\n").extensions.count(16), 1);
  ck_assert_uint_eq(only(section + "a=extmap-allow-mixed\r\n").extensions.count(16), 1);
}
END_TEST

START_TEST(one_way_extensions_are_taken_where_they_flow) {
  const auto taken = [](const char* direction, const char* oneWay) {
    return only(video("0", direction, extmap(1, Extension::kMid, oneWay))).extensions.count(1) == 1;
  };
  ck_assert(taken("sendonly", "/sendonly"));
  ck_assert(!taken("sendonly", "/recvonly"));
  ck_assert(taken("recvonly", "/recvonly"));
  ck_assert(!taken("recvonly", "/sendonly"));
  ck_assert(taken("recvonly", "/sendrecv"));
  ck_assert(taken("sendrecv", "/recvonly"));
  ck_assert(!taken("sendrecv", "/inactive"));
}
END_TEST

START_TEST(an_id_with_two_meanings_in_the_bundle_keeps_the_first) {
  const Offer offer =
      read(session("0 1") + audio("0", "sendonly", extmap(2, Extension::kAudioLevel)) +
           video("1", "sendonly", extmap(2, Extension::kAbsSendTime) + extmap(3, Extension::kMid)));
  ck_assert(offer.media[0].extensions.at(2) == Extension::kAudioLevel);
  ck_assert_uint_eq(offer.media[1].extensions.count(2), 0);
  ck_assert_uint_eq(offer.media[1].extensions.count(3), 1);
}
END_TEST

START_TEST(simulcast_is_taken_with_its_alternatives_and_pauses) {
  const Media media = simulcast(
      "a=rid:q send\r\na=rid:h send\r\na=rid:g send\r\na=rid:f send\r\na=rid:r recv\r\n"
      "a=simulcast:recv r send q;h,~g;f\r\n");
  ck_assert(media.rids == (std::vector<std::string>{"q", "h", "g", "f"}));
  expectText("q;h,~g;f", media.simulcast);
  const Media some = simulcast("a=rid:q send\r\na=simulcast:send q;nowhere;q\r\n");
  expectText("q", some.simulcast);
}
END_TEST

START_TEST(simulcast_needs_the_extension_policy_and_something_to_send) {
  const std::string lines = "a=rid:q send\r\na=simulcast:send q\r\n";
  ck_assert(only(video("0", "sendonly", lines)).rids.empty());
  Policy policy;
  policy.simulcast = false;
  ck_assert(simulcast(lines, policy).rids.empty());
  ck_assert(simulcast("a=rid:q send\r\n").rids.empty());
  ck_assert(simulcast("a=rid:q recv\r\na=simulcast:recv q\r\n").rids.empty());
  ck_assert(only(video("0", "recvonly", kRidExtension + lines)).rids.empty());
}
END_TEST

START_TEST(malformed_rids_are_refused) {
  for (const char* bad : {"a=rid:q\r\n", "a=rid:q both\r\n", "a=rid:q! send\r\n", "a=rid: send\r\n",
                          "a=rid:12345678901234567 send\r\n", "a=rid:q send\r\na=rid:q send\r\n",
                          "a=simulcast:send q;;h\r\n", "a=simulcast:send ~\r\n"})
    expectPart(refusal(session("0") +
                       video("0", "sendonly", kRidExtension + bad + "a=simulcast:send q\r\n")),
               "bad_offer");
}
END_TEST

START_TEST(rid_restrictions_are_repeated_where_they_are_understood) {
  const Media media = simulcast(
      "a=rid:a send max-width=1280;max-height=720\r\na=rid:b send pt=96,98\r\n"
      "a=rid:c send pt=98\r\na=rid:d send depend=a\r\na=rid:e send max-fps=30;colour=blue\r\n"
      "a=rid:f send max-br\r\na=rid:g send max-br=a b\r\na=simulcast:send a;b;c;d;e;f;g\r\n");
  expectText("a;b;f", media.simulcast);
  expectText("max-width=1280;max-height=720", media.ridRestrictions.at("a"));
  expectText("pt=96", media.ridRestrictions.at("b"));
}
END_TEST

START_TEST(ssrcs_are_listed_primaries_first_with_their_repairs) {
  const Media media = only(
      video("0", "sendonly",
            "a=ssrc:12 cname:a\r\na=ssrc:11 cname:a\r\na=ssrc:11 msid:s t\r\na=ssrc:13 cname:a\r\n"
            "a=ssrc-group:FID 11 12\r\na=ssrc-group:FEC-FR 11 13\r\na=ssrc-group:SIM 11\r\n"));
  ck_assert(media.ssrcs == (std::vector<uint32_t>{11, 12, 13}));
  ck_assert(media.rtxOf == (std::map<uint32_t, uint32_t>{{12, 11}}));
  expectText("s t", media.msid);
  for (const char* bad : {"a=ssrc:x cname:a\r\n", "a=ssrc:4294967296 cname:a\r\n",
                          "a=ssrc-group:FID 1 1\r\n", "a=ssrc-group:FID 1 x\r\n"})
    expectPart(refusal(session("0") + video("0", "sendonly", bad)), "bad_offer");
}
END_TEST

START_TEST(an_ssrc_belongs_to_one_m_line) {
  const std::string ssrc = "a=ssrc:11 cname:a\r\n";
  expectPart(refusal(session("0 1") + video("0", "sendonly", ssrc) + video("1", "sendonly", ssrc)),
             "bad_offer: m-line 1 (video, mid 1): SSRC 11 is another m-line's");
  expectText("",
             refusal(session("0 1") + video("0", "recvonly", ssrc) + video("1", "sendonly", ssrc)));
}
END_TEST

START_TEST(an_msid_line_wins_over_ssrc_attributes) {
  const std::string ssrc = "a=ssrc:11 msid:s t\r\n";
  expectText("m n", only(video("0", "sendonly", ssrc + "a=msid:m n\r\n")).msid);
  expectText("m", only(video("0", "sendonly", "a=msid:m\r\n")).msid);
  expectText("", only(video("0", "sendonly", "a=msid:m n o\r\n")).msid);
}
END_TEST

START_TEST(a_data_channel_is_taken_once) {
  const Media media = only(data("0", "a=sctp-port:5001\r\na=max-message-size:1000\r\n"));
  ck_assert(media.role == Role::kData);
  ck_assert_int_eq(media.sctpPort, 5001);
  ck_assert_uint_eq(media.maxMessageSize, 1000);
  ck_assert_uint_eq(only(data("0")).maxMessageSize, 65536);
  ck_assert_uint_gt(only(data("0", "a=max-message-size:0\r\n")).maxMessageSize, 65536);
  const Offer offer = read(session("0 1") + data("0") + data("1"));
  ck_assert(offer.media[1].role == Role::kRejected);
  for (const char* bad : {"a=sctp-port:0\r\n", "a=sctp-port:65536\r\n", "a=max-message-size:x\r\n"})
    expectPart(refusal(session("0") + data("0", bad)), "bad_offer");
}
END_TEST

START_TEST(the_older_form_of_a_data_channel_is_taken) {
  const std::string old = replaced(data("0", "a=sctpmap:5000 webrtc-datachannel 65535\r\n"),
                                   "UDP/DTLS/SCTP webrtc-datachannel", "DTLS/SCTP 5000");
  const Media media = only(old);
  ck_assert(media.role == Role::kData);
  ck_assert_int_eq(media.sctpPort, 5000);
}
END_TEST

int main() {
  return runSuite(
      "sdp media",
      {directions_and_policy_make_roles, the_direction_may_stand_at_session_level_or_nowhere,
       slots_past_the_limits_are_inactive, what_is_no_call_media_is_rejected,
       extensions_of_use_are_taken_by_role, extension_ids_are_checked,
       ids_above_14_need_extmap_allow_mixed, one_way_extensions_are_taken_where_they_flow,
       an_id_with_two_meanings_in_the_bundle_keeps_the_first,
       simulcast_is_taken_with_its_alternatives_and_pauses,
       simulcast_needs_the_extension_policy_and_something_to_send, malformed_rids_are_refused,
       rid_restrictions_are_repeated_where_they_are_understood,
       ssrcs_are_listed_primaries_first_with_their_repairs, an_ssrc_belongs_to_one_m_line,
       an_msid_line_wins_over_ssrc_attributes, a_data_channel_is_taken_once,
       the_older_form_of_a_data_channel_is_taken});
}
