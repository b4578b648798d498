// HTTP itself: limits, deadlines, routes, proxies, listeners.
#include <gio/gunixsocketaddress.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <vector>

#include "served.hpp"
#include "signalling/connections.hpp"
#include "suite.hpp"

using namespace parlour;
using namespace parlour::test;

namespace {

/// A TCP port of loopback that nobody listens on just now.
uint32_t unusedPort() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  ck_assert_int_eq(bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  close(fd);
  return ntohs(address.sin_port);
}

std::string head(const std::string& extra = "") {
  return "GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + extra + "\r\n";
}

conf::Settings* onlyTrust(conf::Settings& s) {
  s.http.trustedProxies = {"127.0.0.1"};
  return &s;
}

}  // namespace

START_TEST(a_connection_serves_several_requests) {
  Served served;
  RawClient client(served.port());
  for (int i = 0; i < 3; ++i) {
    client.send(head());
    ck_assert(client.waitFor("{\"status\":\"ok\"}"));
    ck_assert_uint_eq(statusOf(client.received()), 200);
    client.forgetReceived();
  }
  ck_assert(!client.closed());
}
END_TEST

START_TEST(slow_headers_are_cut) {
  Served served;
  RawClient slow(served.port());
  slow.send("GET /healthz HT");
  for (int i = 0; i < 4; ++i) {
    served.pass(2000);
    slow.send("T");
  }
  ck_assert(!slow.closed());
  served.pass(2500);
  ck_assert(slow.waitClosed());
  ck_assert_uint_eq(served.get("/healthz").status, 200);
}
END_TEST

START_TEST(requests_that_break_off_are_no_errors_of_the_server) {
  Served served;
  RawClient headers(served.port()), body(served.port());
  headers.send("GET /healthz HTTP/1.1\r\nHost: local");
  body.send("POST /whip/lobby HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sdp\r\n"
            "Content-Length: 1000\r\n\r\nv=0\r\n");
  served.pass(0);
  served.pass(31000);
  ck_assert(headers.waitClosed());
  ck_assert(body.waitClosed());
  const std::string counted = served.metrics.text();
  ck_assert_ptr_null(strstr(counted.c_str(), "code=\"500\""));
  ck_assert_ptr_nonnull(
      strstr(counted.c_str(), "route=\"other\",method=\"POST\",code=\"408\"} 1"));
  ck_assert_ptr_null(strstr(counted.c_str(), "/healthz"));
}
END_TEST

START_TEST(a_connection_that_says_nothing_is_cut) {
  Served served;
  RawClient silent(served.port());
  served.pass(0);
  served.pass(10500);
  ck_assert(silent.waitClosed());
}
END_TEST

START_TEST(a_slow_body_is_cut) {
  Served served;
  RawClient slow(served.port());
  slow.send("POST /whip/lobby HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sdp\r\n"
            "Content-Length: 1000\r\n\r\nv=0\r\n");
  served.pass(0);
  served.pass(31000);
  ck_assert(slow.waitClosed());
}
END_TEST

START_TEST(a_response_that_is_not_read_is_cut) {
  char root[] = "/tmp/parlour-web-XXXXXX";
  ck_assert_ptr_nonnull(mkdtemp(root));
  const std::string big = std::string(root) + "/big.txt";
  g_file_set_contents(big.c_str(), std::string(20 * 1024 * 1024, 'x').c_str(), -1, nullptr);
  Served served([&root](conf::Settings& s) { s.http.webRoot = root; });
  RawClient slow(served.port());
  slow.setReading(false);
  slow.send("GET /big.txt HTTP/1.1\r\nHost: localhost\r\n\r\n");
  served.pass(0);
  served.pass(61000);
  slow.setReading(true);
  ck_assert(slow.waitClosed());
  ck_assert_uint_lt(slow.received().size(), 20 * 1024 * 1024);
  unlink(big.c_str());
  rmdir(root);
}
END_TEST

START_TEST(an_idle_connection_is_let_go_later) {
  Served served;
  RawClient client(served.port());
  client.send(head());
  ck_assert(client.waitFor("ok"));
  served.pass(30000);
  ck_assert(!client.closed());
  served.pass(31000);
  ck_assert(client.waitClosed());
}
END_TEST

START_TEST(an_idle_connection_that_its_client_closes_goes_at_once) {
  Served served;
  const size_t before = openDescriptors();
  {
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 5; ++i) {
      clients.push_back(std::make_unique<RawClient>(served.port()));
      clients.back()->send(head());
      ck_assert(clients.back()->waitFor("ok"));
    }
    ck_assert_uint_eq(openDescriptors(), before + 10);
  }
  ck_assert(runUntil([before] { return openDescriptors() == before; }, 2000));
}
END_TEST

START_TEST(an_idle_connection_that_is_let_go_leaves_nothing) {
  Served served;
  const size_t before = openDescriptors();
  RawClient client(served.port());
  client.send(head());
  ck_assert(client.waitFor("ok"));
  served.pass(61000);
  ck_assert(client.waitClosed());
  client.close();
  ck_assert(runUntil([before] { return openDescriptors() == before; }, 2000));
}
END_TEST

START_TEST(a_client_that_only_ends_its_sending_is_let_go_without_a_word) {
  Served served;
  RawClient client(served.port());
  client.send(head());
  ck_assert(client.waitFor("ok"));
  client.forgetReceived();
  client.endSending();
  ck_assert(client.waitClosed());
  assertText(client.received(), "");
}
END_TEST

START_TEST(large_bodies_are_refused_by_their_length) {
  Served served;
  const Response response = served.request("POST", "/whip/lobby",
                                           {{"Content-Type", "application/sdp"}},
                                           std::string(600 * 1024, 'v'));
  ck_assert_uint_eq(response.status, 413);
  assertText(response.code(), "too_large");
}
END_TEST

START_TEST(large_chunked_bodies_are_refused_as_they_come) {
  Served served;
  RawClient client(served.port());
  client.send("POST /whip/lobby HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sdp\r\n"
              "Transfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "10000\r\n" + std::string(65536, 'v') + "\r\n";
  for (int i = 0; i < 40 && !client.closed(); ++i) client.send(chunk);
  ck_assert(client.waitClosed());
}
END_TEST

START_TEST(routes_without_a_body_take_none) {
  Served served;
  RawClient client(served.port());
  client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nhello");
  ck_assert(client.waitFor("too_large"));
  ck_assert_uint_eq(statusOf(client.received()), 413);
}
END_TEST

START_TEST(too_many_and_too_long_headers_are_refused) {
  Served served;
  std::string many;
  for (int i = 0; i < 150; ++i) many += "X-" + std::to_string(i) + ": y\r\n";
  RawClient first(served.port());
  first.send(head(many));
  ck_assert(first.waitFor("headers_too_large"));
  ck_assert_uint_eq(statusOf(first.received()), 431);
  RawClient second(served.port());
  second.send(head("X-Long: " + std::string(40000, 'y') + "\r\n"));
  ck_assert(second.waitFor("headers_too_large"));
  RawClient endless(served.port());
  for (int i = 0; i < 20 && !endless.closed(); ++i) endless.send(std::string(20000, 'y'));
  ck_assert(endless.waitClosed());
}
END_TEST

START_TEST(conflicting_lengths_are_refused) {
  Served served;
  RawClient client(served.port());
  client.send("POST /whip/lobby HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n"
              "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
  ck_assert(client.waitFor("\r\n\r\n"));
  ck_assert_uint_eq(statusOf(client.received()), 400);
}
END_TEST

START_TEST(garbage_instead_of_http_ends_the_connection) {
  Served served;
  for (const char* text : {"\x16\x03\x01\x02\x00\r\n\r\n", "GET\r\n\r\n", "\r\n\r\n\r\n",
                           "GET / HTTP/9.9\r\n\r\n", "GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n",
                           "GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                           "GET / HTTP/1.0\r\n\r\n", "OPTIONS * HTTP/1.1\r\nHost: x\r\n"
                           "Connection: close\r\n\r\n"}) {
    RawClient client(served.port());
    client.send(text);
    runReady();
    client.close();
  }
  ck_assert_uint_eq(served.get("/healthz").status, 200);
}
END_TEST

START_TEST(nothing_is_at_most_addresses) {
  Served served;
  const Response response = served.get("/v1/nothing");
  ck_assert_uint_eq(response.status, 404);
  assertText(response.header("content-type"), "application/problem+json");
  assertText(response.code(), "not_found");
  ck_assert_int_eq(response.json()["status"], 404);
  ck_assert_uint_eq(served.request("POST", "/nothing").status, 404);
}
END_TEST

START_TEST(other_methods_are_named_in_allow) {
  Served served;
  const Response response = served.request("DELETE", "/healthz");
  ck_assert_uint_eq(response.status, 405);
  assertText(response.header("allow"), "GET, HEAD, OPTIONS");
  const Response options = served.request("OPTIONS", "/healthz");
  ck_assert_uint_eq(options.status, 204);
  assertText(options.header("allow"), "GET, HEAD, OPTIONS");
}
END_TEST

START_TEST(head_is_get_without_a_body) {
  Served served;
  const Response response = served.request("HEAD", "/healthz");
  ck_assert_uint_eq(response.status, 200);
  assertText(response.header("content-length"), "15");
  assertText(response.body, "");
}
END_TEST

START_TEST(every_answer_has_an_id_and_security_headers) {
  Served served;
  const Response response = served.get("/healthz", {{"X-Request-Id", "forged"}});
  ck_assert_uint_gt(response.header("x-request-id").size(), 8);
  ck_assert_str_ne(response.header("x-request-id").c_str(), "forged");
  assertText(response.header("x-content-type-options"), "nosniff");
  assertHas(response.header("content-security-policy"), "default-src 'none'");
  assertText(response.header("cache-control"), "no-store");
}
END_TEST

START_TEST(ranges_are_ignored) {
  Served served;
  const Response response = served.get("/healthz", {{"Range", "bytes=0-0,0-1,0-2"}});
  ck_assert_uint_eq(response.status, 200);
}
END_TEST

START_TEST(limits_see_the_address_behind_a_trusted_proxy) {
  Served served([](conf::Settings& s) { onlyTrust(s)->limits.joinBurst = 1; });
  const Headers ada = {{"Content-Type", "application/sdp"}, {"X-Forwarded-For", "192.0.2.1"}};
  const Headers bob = {{"Content-Type", "application/sdp"}, {"X-Forwarded-For", "192.0.2.2"}};
  ck_assert_uint_eq(served.request("POST", "/whip/a", ada, kOffer).status, 201);
  ck_assert_uint_eq(served.request("POST", "/whip/a", ada, kOffer).status, 429);
  ck_assert_uint_eq(served.request("POST", "/whip/a", bob, kOffer).status, 201);
}
END_TEST

START_TEST(nobody_else_chooses_their_address) {
  Served served([](conf::Settings& s) { s.limits.joinBurst = 1; });
  const Headers ada = {{"Content-Type", "application/sdp"}, {"X-Forwarded-For", "192.0.2.1"}};
  const Headers bob = {{"Content-Type", "application/sdp"}, {"X-Forwarded-For", "192.0.2.2"}};
  ck_assert_uint_eq(served.request("POST", "/whip/a", ada, kOffer).status, 201);
  ck_assert_uint_eq(served.request("POST", "/whip/a", bob, kOffer).status, 429);
}
END_TEST

START_TEST(a_trusted_proxy_gives_the_request_id) {
  Served served([](conf::Settings& s) { onlyTrust(s); });
  assertText(served.get("/healthz", {{"X-Request-Id", "edge-42"}}).header("x-request-id"),
             "edge-42");
}
END_TEST

START_TEST(metrics_may_have_a_listener_of_their_own) {
  Served served([](conf::Settings& s) { s.metrics.port = unusedPort(); });
  ck_assert_uint_eq(served.get("/metrics").status, 404);
  RawClient client(served.server->metricsPort());
  client.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
  ck_assert(client.waitFor("parlour_http_connections"));
  client.forgetReceived();
  client.send("GET /v1/rooms HTTP/1.1\r\nHost: localhost\r\n\r\n");
  ck_assert(client.waitFor("not_found"));
}
END_TEST

START_TEST(the_admin_socket_needs_no_token) {
  const std::string path = "/tmp/parlour-admin-" + std::to_string(getpid());
  {
    Served served([&path](conf::Settings& s) { s.admin.socket = path; });
    ck_assert_uint_eq(served.get("/v1/rooms").status, 401);
    struct stat status {};
    ck_assert_int_eq(stat(path.c_str(), &status), 0);
    ck_assert_uint_eq(status.st_mode & 0777, 0660);
    RawClient client(path);
    client.send("GET /v1/rooms HTTP/1.1\r\nHost: localhost\r\n\r\n");
    ck_assert(client.waitFor("{\"rooms\":[]}"));
  }
  ck_assert_int_ne(access(path.c_str(), F_OK), 0);
}
END_TEST

START_TEST(a_stale_admin_socket_is_replaced_and_a_live_one_is_not) {
  const std::string path = "/tmp/parlour-stale-" + std::to_string(getpid());
  const auto bindUnix = [&path] {
    auto address = Ref<GSocketAddress>::adopt(g_unix_socket_address_new(path.c_str()));
    auto socket = Ref<GSocket>::adopt(g_socket_new(G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM,
                                                   G_SOCKET_PROTOCOL_DEFAULT, nullptr));
    ck_assert(g_socket_bind(socket.get(), address.get(), FALSE, nullptr));
    ck_assert(g_socket_listen(socket.get(), nullptr));
    return socket;
  };
  bindUnix();  // Closed at once: its file stays.
  Served served([&path](conf::Settings& s) { s.admin.socket = path; });
  signalling::Metrics metrics;
  const auto second = signalling::Server::start(
      {served.settings, served.calls, *served.auth, metrics, served.clock});
  ck_assert(!second);
  assertText(second.error().code, "listen_failed");
  RawClient client(path);
  client.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  ck_assert(client.waitFor("ok"));
}
END_TEST

START_TEST(an_address_in_use_is_an_error) {
  Served served;
  conf::Settings settings = served.settings;
  settings.http.port = served.port();
  signalling::Metrics metrics;
  const auto second = signalling::Server::start(
      {settings, served.calls, *served.auth, metrics, served.clock});
  ck_assert(!second);
  assertText(second.error().code, "listen_failed");
}
END_TEST

START_TEST(running_out_of_descriptors_does_not_end_listening) {
  Served served;
  ck_assert_uint_eq(served.get("/healthz").status, 200);
  RawClient waiting(served.port());
  waiting.send(head());
  rlimit before{}, none{};
  ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
  const int next = dup(0);
  close(next);
  none = before;
  none.rlim_cur = static_cast<rlim_t>(next);
  ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
  runReady();
  ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
  ck_assert_str_eq(waiting.received().c_str(), "");
  ck_assert(waiting.waitFor("ok"));
}
END_TEST

START_TEST(one_address_has_a_bounded_number_of_connections) {
  VirtualClock clock;
  signalling::ConnectionLimits limits;
  limits.total = 5;
  limits.perPeer = 2;
  signalling::Connections connections(clock, limits);
  std::vector<Ref<GSocketConnection>> sockets;
  const auto add = [&](const char* peer, bool unlimited = false) {
    auto socket = Ref<GSocket>::adopt(g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                                                   G_SOCKET_PROTOCOL_DEFAULT, nullptr));
    sockets.push_back(Ref<GSocketConnection>::adopt(
        g_socket_connection_factory_create_connection(socket.get())));
    return connections.add(sockets.back().get(), signalling::ListenerKind::kPublic, peer,
                           unlimited) != nullptr;
  };
  ck_assert(add("192.0.2.1") && add("192.0.2.1"));
  ck_assert(!add("192.0.2.1"));
  ck_assert(add("192.0.2.1", true));
  ck_assert(add("192.0.2.2") && add("192.0.2.3"));
  ck_assert(!add("192.0.2.4"));
  ck_assert_uint_eq(connections.refused(), 2);
  for (const auto& socket : sockets) g_io_stream_close(socket.as<GIOStream>(), nullptr, nullptr);
  ck_assert(add("192.0.2.1"));
  ck_assert_uint_eq(connections.size(), 1);
}
END_TEST

START_TEST(localhost_is_both_loopbacks) {
  Served served([](conf::Settings& s) { s.http.listen = {"localhost"}; });
  ck_assert_uint_eq(served.server->urls().size(), 2);
  ck_assert_uint_eq(served.get("/healthz").status, 200);
}
END_TEST

START_TEST(a_client_that_leaves_while_it_waits_does_no_harm) {
  Served served([](conf::Settings& s) { s.admin.token = "secret-secret-secret-secret"; });
  WsClient(served).join("lobby");
  {
    RawClient client(served.port());
    client.send("GET /v1/rooms/lobby/graph?format=svg HTTP/1.1\r\nHost: localhost\r\n"
                "Authorization: Bearer secret-secret-secret-secret\r\n\r\n");
    runReady();
  }
  served.server.reset();
  runReady();
}
END_TEST

int main() {
  return runSuite(
      "http",
      {a_connection_serves_several_requests, slow_headers_are_cut,
       requests_that_break_off_are_no_errors_of_the_server,
       a_connection_that_says_nothing_is_cut, a_slow_body_is_cut,
       a_response_that_is_not_read_is_cut, an_idle_connection_is_let_go_later,
       an_idle_connection_that_its_client_closes_goes_at_once,
       an_idle_connection_that_is_let_go_leaves_nothing,
       a_client_that_only_ends_its_sending_is_let_go_without_a_word,
       large_bodies_are_refused_by_their_length, large_chunked_bodies_are_refused_as_they_come,
       routes_without_a_body_take_none, too_many_and_too_long_headers_are_refused,
       conflicting_lengths_are_refused, garbage_instead_of_http_ends_the_connection,
       nothing_is_at_most_addresses, other_methods_are_named_in_allow,
       head_is_get_without_a_body, every_answer_has_an_id_and_security_headers,
       ranges_are_ignored, limits_see_the_address_behind_a_trusted_proxy,
       nobody_else_chooses_their_address, a_trusted_proxy_gives_the_request_id,
       metrics_may_have_a_listener_of_their_own, the_admin_socket_needs_no_token,
       a_stale_admin_socket_is_replaced_and_a_live_one_is_not, an_address_in_use_is_an_error,
       running_out_of_descriptors_does_not_end_listening,
       one_address_has_a_bounded_number_of_connections,
       localhost_is_both_loopbacks, a_client_that_leaves_while_it_waits_does_no_harm});
}
