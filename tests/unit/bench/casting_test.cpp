// What a participant with simulcast offers and sends, as the server's own code reads it.
#include "load/scenario/casting.hpp"

#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "rtp/inbound_demux.hpp"
#include "rtp/vp8.hpp"
#include "sdp/sdp.hpp"

#include "check_suite.hpp"

using namespace parlour;
using namespace parlour::bench;

namespace {

Scenario threeLayers() {
  Scenario scenario;
  scenario.publish.layers = 3;
  scenario.publish.height = 720;
  scenario.publish.kbit = 1200;
  return scenario;
}

sdp::Fingerprint fingerprintOf() {
  sdp::Fingerprint fingerprint{"sha-256", "AA"};
  for (int i = 1; i < 32; ++i) fingerprint.value += ":AA";
  return fingerprint;
}

}  // namespace

START_TEST(the_server_reads_three_layers) {
  const ClientSpec spec = castClient(threeLayers(), 7, true, fingerprintOf());
  const auto offer = sdp::readOffer(writeOffer(spec.offer), {});
  ck_assert_msg(bool(offer), "%s", offer ? "" : offer.error().message.c_str());
  const sdp::Media& video = offer->media.back();
  ck_assert_text(video.mid, spec.offer.videoMid());
  ck_assert_uint_eq(video.rids.size(), 3);
  ck_assert_text(video.rids[0], "q");
  ck_assert_text(video.rids[2], "f");
}
END_TEST

START_TEST(the_servers_demux_finds_the_layer_of_every_packet) {
  const ClientSpec spec = castClient(threeLayers(), 7, true, fingerprintOf());
  rtp::InboundLine line;
  line.mid = spec.offer.videoMid();
  line.rids = spec.offer.rids;
  line.payloads[kVideoPayloadType] = {rtp::Codec::kVp8, 90000, 0};
  rtp::ExtensionMap extensions = extensionMap();
  extensions[kRidExtensionId] = rtp::Extension::kRid;
  rtp::InboundDemux demux;
  demux.configure({line});
  int layer = 0;
  for (const auto& published : spec.publish) {
    if (!published.video) continue;
    Publication publication(published);
    publication.begin();
    std::array<uint8_t, 2000> bytes;
    const auto packet = publication.packet(bytes, 1, 0);
    std::copy(packet.payload.begin(), packet.payload.end(), bytes.begin() + packet.header.size());
    rtp::ParsedPacket parsed;
    ck_assert(
        rtp::parse(bytes.data(), packet.header.size() + packet.payload.size(), extensions, parsed));
    const auto* match = demux.match(parsed);
    ck_assert_ptr_nonnull(match);
    ck_assert_int_eq(match->rid, layer);
    rtp::Vp8Descriptor vp8;
    ck_assert(rtp::parseVp8(parsed.payload(), vp8));
    ck_assert(vp8.keyFrame);
    ck_assert_uint_eq(vp8.height, 720 >> (2 - layer));
    ++layer;
  }
  ck_assert_int_eq(layer, 3);
}
END_TEST

START_TEST(a_layer_has_the_bits_that_it_should) {
  const ClientSpec spec = castClient(threeLayers(), 0, true, fingerprintOf());
  double kbit = 0;
  for (const auto& p : spec.publish)
    if (p.video && p.height == 720) kbit = p.packetBytes * p.burst * p.rate * 8 / 1000.0;
  ck_assert_double_eq_tol(kbit, 1200, 60);
}
END_TEST

START_TEST(numbers_of_clients_do_not_meet) {
  std::map<uint32_t, uint32_t> owner;
  for (uint32_t index = 0; index < 50; ++index)
    for (const auto& p : castClient(threeLayers(), index, true, fingerprintOf()).publish) {
      ck_assert(owner.emplace(p.ssrc, index).second);
      ck_assert_uint_eq(p.source / kSourcesOfClient, index);
    }
}
END_TEST

START_TEST(who_only_looks_publishes_nothing) {
  const ClientSpec spec = castClient(threeLayers(), 3, false, fingerprintOf());
  ck_assert(spec.publish.empty());
  ck_assert(!spec.offer.publishVideo && !spec.offer.publishAudio);
}
END_TEST

START_TEST(views_are_what_a_page_asks_for) {
  Scenario scenario = threeLayers();
  scenario.view.videoSlots = 2;
  const OfferShape shape = castClient(scenario, 0, false, fingerprintOf()).offer;
  Deed deed{.kind = Deed::Kind::kView, .layout = Deed::Layout::kPinned, .height = 720};
  auto slots = viewOf(scenario, shape, deed, "p_1");
  ck_assert_uint_eq(slots.size(), 2);
  ck_assert_text(slots[0]["mid"].get<std::string>(), "3");
  ck_assert_text(slots[0]["want"]["participant"].get<std::string>(), "p_1");
  ck_assert_int_eq(slots[0]["height"].get<int>(), 720);
  ck_assert_text(slots[1]["want"].get<std::string>(), "auto");
  deed.layout = Deed::Layout::kOne;
  slots = viewOf(scenario, shape, deed, "");
  ck_assert_text(slots[0]["want"].get<std::string>(), "auto");
  ck_assert_text(slots[1]["want"].get<std::string>(), "none");
}
END_TEST

int main() {
  return test::runSuite(
      "casting", {the_server_reads_three_layers, the_servers_demux_finds_the_layer_of_every_packet,
                  a_layer_has_the_bits_that_it_should, numbers_of_clients_do_not_meet,
                  who_only_looks_publishes_nothing, views_are_what_a_page_asks_for});
}
