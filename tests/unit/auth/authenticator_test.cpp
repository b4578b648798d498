// Who may enter, who may administer, and what clients are told.
#include <fmt/format.h>
#include <gio/gio.h>

#include "auth/auth.hpp"
#include "auth/jwks_source.hpp"
#include "base/loop.hpp"
#include "forge.hpp"
#include "support/temp_dir.hpp"

#include "support/check_suite.hpp"

using namespace parlour;
using namespace parlour::auth;

namespace {

const std::string kSecret(40, 's');
const std::string kAdmin = "an admin token of some length";

conf::Auth jwtMode() {
  conf::Auth settings;
  settings.mode = conf::AuthMode::kJwt;
  settings.secret = kSecret;
  return settings;
}

conf::Admin admin(const std::string& token = kAdmin) {
  conf::Admin settings;
  settings.token = token;
  return settings;
}

std::string minted(const VirtualClock& clock, const std::string& room, bool isAdmin = false) {
  MintRequest request;
  request.identity.identity = "ada";
  request.identity.name = "Ada \"Countess\"";
  request.identity.room = room;
  request.identity.admin = isAdmin;
  request.identity.grants.canChat = false;
  request.identity.grants.moderator = true;
  request.issuedNs = clock.wallNs();
  request.ttlS = 60;
  return *mint(request, kSecret);
}

template <typename T>
std::string codeOf(const Result<T>& result) {
  return result ? "" : result.error().code;
}

}  // namespace

START_TEST(open_mode_lets_everybody_in_as_no_moderator) {
  const VirtualClock clock;
  const auto authenticator = *Authenticator::create({}, admin(), clock);
  for (const char* token : {"", "anything"}) {
    const auto identity = authenticator->verify(token, "lobby");
    ck_assert(static_cast<bool>(identity));
    ck_assert_text(identity->identity, "");
    ck_assert(identity->grants.canPublish && !identity->grants.moderator && !identity->admin);
  }
  ck_assert(authenticator->open() && authenticator->ready());
  conf::Auth everybody;
  everybody.openModerators = true;
  const auto other = *Authenticator::create(everybody, admin(), clock);
  ck_assert(other->verify("", "lobby")->grants.moderator);
}
END_TEST

START_TEST(open_mode_does_not_open_the_api) {
  const VirtualClock clock;
  auto authenticator = *Authenticator::create({}, admin(), clock);
  ck_assert_text(codeOf(authenticator->verifyAdmin("")), "auth_required");
  ck_assert_text(codeOf(authenticator->verifyAdmin("guess")), "token_invalid");
  ck_assert_text(codeOf(authenticator->verifyAdmin(kAdmin)), "");
  authenticator = *Authenticator::create({}, admin(""), clock);
  ck_assert_text(codeOf(authenticator->verifyAdmin("")), "auth_required");
  ck_assert_text(codeOf(authenticator->verifyAdmin("guess")), "token_invalid");
}
END_TEST

START_TEST(a_minted_token_carries_what_was_asked) {
  const VirtualClock clock;
  const auto authenticator = *Authenticator::create(jwtMode(), admin(), clock);
  const auto identity = authenticator->verify(minted(clock, "lobby"), "lobby");
  ck_assert(static_cast<bool>(identity));
  ck_assert_text(identity->identity, "ada");
  ck_assert_text(identity->name, "Ada \"Countess\"");
  ck_assert(identity->grants.canPublish && !identity->grants.canChat);
  ck_assert(identity->grants.moderator && !identity->grants.hidden && !identity->admin);
  ck_assert_int_eq(identity->expiresNs, clock.wallNs() + 60 * kNsPerSecond);
}
END_TEST

START_TEST(a_token_is_for_its_room) {
  const VirtualClock clock;
  const auto authenticator = *Authenticator::create(jwtMode(), admin(), clock);
  ck_assert_text(codeOf(authenticator->verify(minted(clock, "lobby"), "Lobby")), "token_room");
  ck_assert_text(codeOf(authenticator->verify(minted(clock, "*"), "any")), "");
  ck_assert_text(codeOf(authenticator->verify(minted(clock, "", true), "lobby")), "token_room");
  ck_assert_text(codeOf(authenticator->verify(minted(clock, "", true), "")), "token_room");
}
END_TEST

START_TEST(refusals_have_a_plain_code_and_say_no_more) {
  VirtualClock clock;
  const auto authenticator = *Authenticator::create(jwtMode(), admin(), clock);
  const std::string token = minted(clock, "lobby");
  const auto none = authenticator->verify("", "lobby");
  ck_assert_text(codeOf(none), "auth_required");
  ck_assert(none.error().kind == ErrorKind::kRefused);
  const auto wrong = authenticator->verify(token + "x", "lobby");
  ck_assert_text(codeOf(wrong), "token_invalid");
  ck_assert_text(wrong.error().message, "This token is not valid here.");
  clock.advanceMs(91000);
  ck_assert_text(codeOf(authenticator->verify(token, "lobby")), "token_expired");
}
END_TEST

START_TEST(the_api_wants_the_admin_token_or_the_grant) {
  VirtualClock clock;
  const auto authenticator = *Authenticator::create(jwtMode(), admin(), clock);
  ck_assert_text(codeOf(authenticator->verifyAdmin(kAdmin)), "");
  ck_assert_text(codeOf(authenticator->verifyAdmin(minted(clock, "*", true))), "");
  ck_assert_text(codeOf(authenticator->verifyAdmin(minted(clock, "*"))), "not_allowed");
  ck_assert_text(codeOf(authenticator->verifyAdmin("")), "auth_required");
  ck_assert_text(codeOf(authenticator->verifyAdmin(kAdmin + "x")), "token_invalid");
  ck_assert_text(codeOf(authenticator->verifyAdmin(kAdmin.substr(1))), "token_invalid");
  // The admin token is no participant.
  ck_assert_text(codeOf(authenticator->verify(kAdmin, "lobby")), "token_invalid");
  clock.advanceMs(91000);
  const auto none = *Authenticator::create(jwtMode(), admin(""), clock);
  ck_assert_text(codeOf(none->verifyAdmin("")), "auth_required");
}
END_TEST

START_TEST(a_key_set_file_is_read_at_start) {
  const VirtualClock clock;
  const test::TempDir directory;
  const auto key = test::IssuerKey::ec();
  conf::Auth settings;
  settings.mode = conf::AuthMode::kJwt;
  settings.jwksFile = directory.file("jwks.json", "{\"keys\":[" + key.jwk() + "]}");
  const auto authenticator = *Authenticator::create(settings, admin(), clock);
  const std::string claims =
      fmt::format(R"({{"sub":"a","room":"l","exp":{}}})", clock.wallNs() / kNsPerSecond + 5);
  const std::string token = test::tokenBy(key, "ES256", R"({"alg":"ES256"})", claims);
  ck_assert_text(codeOf(authenticator->verify(token, "l")), "");
  // Without a secret nothing symmetric is ever accepted.
  const std::string hs = test::tokenByHmac(kSecret, R"({"alg":"HS256"})", claims);
  ck_assert_text(codeOf(authenticator->verify(hs, "l")), "token_invalid");
  settings.jwksFile = directory.file("bad.json", "{}");
  ck_assert_text(codeOf(Authenticator::create(settings, admin(), clock)), "bad_keys");
}
END_TEST

namespace {

/// Serves `body` for every request on a free port of this machine.
struct KeyServer {
  GSocketService* service = g_socket_service_new();
  guint16 port = g_socket_listener_add_any_inet_port(G_SOCKET_LISTENER(service), nullptr, nullptr);
  std::string body;
  int served = 0;

  KeyServer() { g_signal_connect(service, "incoming", G_CALLBACK(onIncoming), this); }
  ~KeyServer() {
    g_socket_listener_close(G_SOCKET_LISTENER(service));
    g_object_unref(service);
  }
  std::string url() const { return fmt::format("http://127.0.0.1:{}/jwks", port); }

  static gboolean onIncoming(GSocketService*, GSocketConnection* connection, GObject*,
                             gpointer data) noexcept {
    auto* self = static_cast<KeyServer*>(data);
    char request[4096];
    g_input_stream_read(g_io_stream_get_input_stream(G_IO_STREAM(connection)), request,
                        sizeof request, nullptr, nullptr);
    const std::string answer =
        fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
                    self->body.size(), self->body);
    g_output_stream_write_all(g_io_stream_get_output_stream(G_IO_STREAM(connection)), answer.data(),
                              answer.size(), nullptr, nullptr, nullptr);
    g_io_stream_close(G_IO_STREAM(connection), nullptr, nullptr);
    ++self->served;
    return TRUE;
  }
};

}  // namespace

START_TEST(keys_behind_a_url_are_fetched_without_waiting_for_them) {
  const VirtualClock clock;
  claimControlThread();
  KeyServer server;
  const auto key = test::IssuerKey::ec();
  server.body = "{\"keys\":[" + key.jwk(R"("kid":"k")") + "]}";
  conf::Auth settings;
  settings.mode = conf::AuthMode::kJwt;
  settings.jwksUrl = server.url();
  const auto authenticator = *Authenticator::create(settings, admin(), clock);
  const std::string token = test::tokenBy(
      key, "ES256", R"({"alg":"ES256","kid":"k"})",
      fmt::format(R"({{"sub":"a","room":"l","exp":{}}})", clock.wallNs() / kNsPerSecond + 5));
  const auto early = authenticator->verify(token, "l");
  ck_assert_text(codeOf(early), "auth_unavailable");
  ck_assert(early.error().kind == ErrorKind::kUnavailable);
  ck_assert(!authenticator->ready());
  while (!authenticator->ready()) g_main_context_iteration(nullptr, TRUE);
  ck_assert_text(codeOf(authenticator->verify(token, "l")), "");
  ck_assert_int_eq(server.served, 1);
}
END_TEST

START_TEST(fetching_is_bounded_in_size) {
  claimControlThread();
  KeyServer server;
  server.body = std::string((1 << 20) + 1, ' ');
  bool done = false;
  curlFetch()(server.url(), [&done](Result<std::string> document) {
    ck_assert_text(codeOf(document), "fetch_failed");
    done = true;
  });
  while (!done) g_main_context_iteration(nullptr, TRUE);
}
END_TEST

START_TEST(bearer_tokens_are_taken_from_the_header) {
  ck_assert_text(bearerToken("Bearer abc.def"), "abc.def");
  ck_assert_text(bearerToken("bearer  abc "), "abc");
  for (const char* other : {"", "Bearer", "Bearer ", "Basic abc", "abc", "Bearerabc"})
    ck_assert_text(bearerToken(other), "");
}
END_TEST

START_TEST(a_name_that_is_no_utf_8_is_not_minted) {
  MintRequest request;
  request.identity.identity = "\xff";
  ck_assert_text(codeOf(mint(request, kSecret)), "bad_claims");
}
END_TEST

START_TEST(a_short_secret_signs_nothing) {
  ck_assert_text(codeOf(mint({}, "short")), "bad_keys");
}
END_TEST

int main() {
  return test::runSuite(
      "authenticator",
      {open_mode_lets_everybody_in_as_no_moderator, open_mode_does_not_open_the_api,
       a_minted_token_carries_what_was_asked, a_token_is_for_its_room,
       refusals_have_a_plain_code_and_say_no_more, the_api_wants_the_admin_token_or_the_grant,
       a_key_set_file_is_read_at_start, keys_behind_a_url_are_fetched_without_waiting_for_them,
       fetching_is_bounded_in_size, bearer_tokens_are_taken_from_the_header,
       a_name_that_is_no_utf_8_is_not_minted, a_short_secret_signs_nothing});
}
