// WebSocket over real sockets: what libsoup alone would let through.
#include "served.hpp"
#include "suite.hpp"

using namespace parlour;
using namespace parlour::test;

namespace {

constexpr const char* kJoin = R"({"type":"join","id":1,"version":1,"room":"lobby"})";

bool joinRaw(RawClient& client) {
  if (!client.upgrade()) return false;
  client.sendFrame(1, kJoin);
  return client.waitFor("\"reply\"");
}

}  // namespace

START_TEST(compression_is_never_negotiated) {
  Served served;
  RawClient client(served.port());
  client.send("GET /v1/ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
              "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
              "Sec-WebSocket-Extensions: permessage-deflate\r\n"
              "Sec-WebSocket-Protocol: parlour.v1\r\n\r\n");
  ck_assert(client.waitFor("\r\n\r\n"));
  ck_assert_uint_eq(statusOf(client.received()), 101);
  assertHas(client.received(), "Sec-WebSocket-Protocol: parlour.v1");
  ck_assert(client.received().find("Extensions") == std::string::npos);
}
END_TEST

START_TEST(fragments_make_one_message) {
  Served served;
  RawClient client(served.port());
  ck_assert(client.upgrade());
  const std::string join = kJoin;
  client.sendFrame(1, join.substr(0, 10), false);
  client.sendFrame(0, join.substr(10, 10), false);
  client.sendFrame(0, join.substr(20), true);
  ck_assert(client.waitFor("\"reply\""));
}
END_TEST

START_TEST(fragments_without_end_are_cut_before_they_are_collected) {
  Served served;
  RawClient client(served.port());
  ck_assert(joinRaw(client));
  const std::string part(60000, ' ');
  client.sendFrame(1, part, false);
  for (int i = 0; i < 20 && !client.closed(); ++i) client.sendFrame(0, part, false);
  ck_assert(client.waitClosed());
  assertHas(client.texts(), "\"too_large\"");
  ck_assert_uint_eq(client.closeCode(), 1009);
  ck_assert_int_eq(served.calls.detached.size(), 1);
}
END_TEST

START_TEST(a_frame_beyond_every_limit_is_answered_and_closed) {
  Served served;
  RawClient client(served.port());
  ck_assert(joinRaw(client));
  client.sendFrame(1, std::string(600 * 1024, ' '));
  ck_assert(client.waitClosed());
  assertHas(client.texts(), "\"too_large\"");
  ck_assert_uint_eq(client.closeCode(), 1009);
}
END_TEST

START_TEST(invalid_utf8_closes_with_1007) {
  Served served;
  RawClient client(served.port());
  ck_assert(joinRaw(client));
  client.sendFrame(1, "{\"type\":\"chat\",\"text\":\"\xff\xfe\"}");
  ck_assert(client.waitClosed());
  ck_assert_uint_eq(client.closeCode(), 1007);
}
END_TEST

START_TEST(binary_frames_are_answered_with_an_error) {
  Served served;
  RawClient client(served.port());
  ck_assert(client.upgrade());
  client.sendFrame(2, "abc");
  ck_assert(client.waitFor("bad_message"));
  client.sendFrame(1, kJoin);
  ck_assert(client.waitFor("\"reply\""));
}
END_TEST

START_TEST(an_unmasked_frame_ends_the_connection) {
  Served served;
  RawClient client(served.port());
  ck_assert(client.upgrade());
  client.send("\x81\x02{}");
  ck_assert(client.waitClosed());
  ck_assert_uint_eq(client.closeCode(), 1002);
}
END_TEST

START_TEST(a_reader_that_does_not_read_is_closed_and_others_are_not) {
  Served served;
  WsClient bob(served);
  bob.join("lobby", "bob");
  RawClient slow(served.port());
  ck_assert(joinRaw(slow));
  const std::string id = Json::parse(slow.texts())["result"]["self"]["id"];
  slow.setReading(false);
  const room::DataReceived data{"p_1", "", std::string(16000, 'x')};
  ck_assert(runUntil([&] {
    for (int i = 0; i < 50; ++i) served.calls.tell(id, data);
    runReady();
    served.server->tick();
    return !served.calls.detached.empty();
  }));
  assertText(bob.ask({{"type", "ping"}})["type"], "reply");
  served.pass(6000);
  slow.setReading(true);
  ck_assert(slow.waitClosed());
}
END_TEST

START_TEST(a_reader_that_does_not_read_gets_no_pongs_queued) {
  Served served;
  RawClient flood(served.port());
  ck_assert(joinRaw(flood));
  flood.setReading(false);
  const std::string ping = RawClient::frame(9, std::string(120, 'p'));
  std::string block;
  for (int i = 0; i < 500; ++i) block += ping;
  size_t taken = 0;
  for (int i = 0; i < 4000; ++i) {
    taken += flood.sendSome(block);
    runReady();
  }
  // Both kernels' socket buffers and not more: the server has stopped reading.
  ck_assert_msg(taken < 64 * 1024 * 1024, "%zu bytes of pings were taken", taken);
}
END_TEST

START_TEST(a_flood_of_pings_ends_the_connection) {
  Served served;
  RawClient flood(served.port());
  ck_assert(joinRaw(flood));
  std::string block;
  for (int i = 0; i < 500; ++i) block += RawClient::frame(9, "p");
  flood.send(block);
  runReady();
  served.pass(500);
  ck_assert(runUntil([&] { return flood.closeCode() == 4008; }));
}
END_TEST

int main() {
  return runSuite("websocket limits",
                  {compression_is_never_negotiated,
                   fragments_make_one_message,
                   fragments_without_end_are_cut_before_they_are_collected,
                   a_frame_beyond_every_limit_is_answered_and_closed,
                   invalid_utf8_closes_with_1007,
                   binary_frames_are_answered_with_an_error,
                   an_unmasked_frame_ends_the_connection,
                   a_reader_that_does_not_read_is_closed_and_others_are_not,
                   a_reader_that_does_not_read_gets_no_pongs_queued,
                   a_flood_of_pings_ends_the_connection});
}
