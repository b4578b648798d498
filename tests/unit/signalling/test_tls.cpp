// HTTPS: certificates that change, clients that stall.
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

#include "served.hpp"
#include "suite.hpp"

using namespace parlour;
using namespace parlour::test;
namespace fs = std::filesystem;

namespace {

/// A directory with a certificate of its own making.
struct Identity {
  fs::path directory;

  Identity() {
    char made[] = "/tmp/parlour-tls-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(made));
    directory = made;
    renew("first.example");
  }
  ~Identity() { fs::remove_all(directory); }
  std::string path(const char* name) const { return directory / name; }

  void renew(const char* name) const {
    EVP_PKEY* key = EVP_EC_gen("P-256");
    X509* certificate = X509_new();
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 86400);
    X509_set_pubkey(certificate, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    X509_sign(certificate, key, EVP_sha256());
    FILE* file = std::fopen(path("key.pem").c_str(), "w");
    PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
    file = std::fopen(path("cert.pem").c_str(), "w");
    PEM_write_X509(file, certificate);
    std::fclose(file);
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
  std::function<void(conf::Settings&)> settings() const {
    return [this](conf::Settings& s) {
      s.http.tls = {path("cert.pem"), path("key.pem")};
    };
  }
};

/// The name in the certificate that a new connection is shown.
std::string shownName(Served& served) {
  auto message = Ref<SoupMessage>::adopt(
      soup_message_new("GET", served.url("/healthz").c_str()));
  std::string name;
  g_signal_connect(message.get(), "accept-certificate",
                   G_CALLBACK(+[](SoupMessage*, GTlsCertificate* certificate,
                                  GTlsCertificateFlags, gpointer data) -> gboolean {
                     gchar* subject = nullptr;
                     g_object_get(certificate, "subject-name", &subject, nullptr);
                     *static_cast<std::string*>(data) = subject ? subject : "";
                     g_free(subject);
                     return TRUE;
                   }),
                   &name);
  auto session = Ref<SoupSession>::adopt(soup_session_new());
  bool done = false;
  soup_session_send_and_read_async(session.get(), message.get(), G_PRIORITY_DEFAULT, nullptr,
                                   [](GObject* s, GAsyncResult* result, gpointer data) {
                                     GBytes* body = soup_session_send_and_read_finish(
                                         SOUP_SESSION(s), result, nullptr);
                                     if (body) g_bytes_unref(body);
                                     *static_cast<bool*>(data) = true;
                                   },
                                   &done);
  ck_assert(runUntil([&done] { return done; }));
  return name;
}

}  // namespace

START_TEST(https_serves_everything) {
  Identity identity;
  Served served(identity.settings());
  ck_assert_uint_eq(served.get("/healthz").status, 200);
  assertHas(served.server->urls()[0], "https://");
}
END_TEST

START_TEST(a_changed_certificate_is_shown_to_new_connections_only) {
  Identity identity;
  Served served(identity.settings());
  assertHas(shownName(served), "first.example");
  ck_assert_uint_eq(served.get("/healthz").status, 200);  // Kept alive.
  identity.renew("second.example");
  served.pass(6000);
  assertHas(shownName(served), "second.example");
  ck_assert_uint_eq(served.get("/healthz").status, 200);
}
END_TEST

START_TEST(reload_reads_the_files_at_once) {
  Identity identity;
  Served served(identity.settings());
  identity.renew("third.example");
  ck_assert(static_cast<bool>(served.server->reload()));
  assertHas(shownName(served), "third.example");
}
END_TEST

START_TEST(files_that_do_not_load_leave_the_certificate_in_use) {
  Identity identity;
  Served served(identity.settings());
  std::ofstream(identity.path("cert.pem")) << "rubbish";
  const auto reloaded = served.server->reload();
  ck_assert(!reloaded);
  assertText(reloaded.error().code, "tls_files");
  assertHas(shownName(served), "first.example");
}
END_TEST

START_TEST(start_fails_without_the_files) {
  Served served;
  conf::Settings settings = served.settings;
  settings.http.tls = {"/nonexistent/cert.pem", "/nonexistent/key.pem"};
  signalling::Metrics metrics;
  const auto other = signalling::Server::start(
      {settings, served.calls, *served.auth, metrics, served.clock});
  ck_assert(!other);
  assertText(other.error().code, "tls_files");
}
END_TEST

START_TEST(stalled_handshakes_are_cut_and_hold_nobody_up) {
  Identity identity;
  Served served(identity.settings());
  std::vector<std::unique_ptr<RawClient>> stalled;
  for (int i = 0; i < 5; ++i) {
    stalled.push_back(std::make_unique<RawClient>(served.port()));
    stalled.back()->send("\x16\x03\x01\x02\x00");
  }
  ck_assert_uint_eq(served.get("/healthz").status, 200);
  served.pass(10500);
  for (auto& client : stalled) ck_assert(client->waitClosed());
}
END_TEST

START_TEST(plain_http_on_the_https_port_is_refused) {
  Identity identity;
  Served served(identity.settings());
  RawClient client(served.port());
  client.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  ck_assert(client.waitClosed());
  ck_assert_uint_eq(statusOf(client.received()), 0);
}
END_TEST

START_TEST(an_idle_connection_that_its_client_closes_goes_at_once) {
  Identity identity;
  Served served(identity.settings());
  served.get("/healthz");  // What GnuTLS opens once is open now.
  const size_t before = openDescriptors();
  for (int i = 0; i < 5; ++i) shownName(served);
  ck_assert(runUntil([before] { return openDescriptors() == before; }, 2000));
}
END_TEST

START_TEST(closing_never_waits_for_a_client_that_does_not_read) {
  Identity identity;
  const fs::path web = identity.directory / "web";
  fs::create_directory(web);
  std::ofstream(web / "big.txt") << std::string(20 * 1024 * 1024, 'x');
  Served served([&](conf::Settings& s) {
    identity.settings()(s);
    s.http.webRoot = web;
  });
  auto client = Ref<GSocketClient>::adopt(g_socket_client_new());
  g_socket_client_set_tls(client.get(), TRUE);
  g_signal_connect(client.get(), "event",
                   G_CALLBACK(+[](GSocketClient*, GSocketClientEvent event, GSocketConnectable*,
                                  GIOStream* stream, gpointer) {
                     if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING)
                       g_signal_connect(stream, "accept-certificate",
                                        G_CALLBACK(+[](GTlsConnection*, GTlsCertificate*,
                                                       GTlsCertificateFlags,
                                                       gpointer) -> gboolean { return TRUE; }),
                                        nullptr);
                   }),
                   nullptr);
  Ref<GSocketConnection> connection;
  g_socket_client_connect_to_host_async(
      client.get(), "127.0.0.1", served.port(), nullptr,
      [](GObject* source, GAsyncResult* result, gpointer data) {
        *static_cast<Ref<GSocketConnection>*>(data) = Ref<GSocketConnection>::adopt(
            g_socket_client_connect_to_host_finish(G_SOCKET_CLIENT(source), result, nullptr));
      },
      &connection);
  ck_assert(runUntil([&connection] { return connection.get() != nullptr; }));
  const char request[] = "GET /big.txt HTTP/1.1\r\nHost: localhost\r\n\r\n";
  GOutputStream* out = g_io_stream_get_output_stream(connection.as<GIOStream>());
  ck_assert_int_gt(g_pollable_output_stream_write_nonblocking(
                       G_POLLABLE_OUTPUT_STREAM(out), request, sizeof request - 1, nullptr,
                       nullptr),
                   0);
  for (int i = 0; i < 50; ++i) served.pass(0);
  const gint64 before = g_get_monotonic_time();
  served.server.reset();
  ck_assert_int_lt(g_get_monotonic_time() - before, 2 * G_USEC_PER_SEC);
}
END_TEST

int main() {
  return runSuite("tls",
                  {https_serves_everything, a_changed_certificate_is_shown_to_new_connections_only,
                   reload_reads_the_files_at_once,
                   files_that_do_not_load_leave_the_certificate_in_use,
                   start_fails_without_the_files, stalled_handshakes_are_cut_and_hold_nobody_up,
                   plain_http_on_the_https_port_is_refused,
                   an_idle_connection_that_its_client_closes_goes_at_once,
                   closing_never_waits_for_a_client_that_does_not_read});
}
