// The web client's files.
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "served.hpp"
#include "suite.hpp"

using namespace parlour;
using namespace parlour::test;
namespace fs = std::filesystem;

namespace {

/// A directory with a small client, gone at the end.
struct Client {
  fs::path parent, root;

  Client() {
    char made[] = "/tmp/parlour-static-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(made));
    parent = made;
    root = parent / "dist";
    write("index.html", "<!doctype html><title>Parlour</title>");
    write("assets/app-1A2B3C4D.js", "console.log(1)");
    write("assets/app-1A2B3C4D.js.gz", "gzipped");
    write("assets/a-b.css", "body{}");
    write("manifest.webmanifest", "{}");
    write("examples/index.html", "examples");
    write(".secret", "hidden");
    write("../outside.txt", "outside");
    fs::create_symlink(parent / "outside.txt", root / "link.txt");
  }
  ~Client() { fs::remove_all(parent); }
  void write(const std::string& name, const std::string& content) const {
    fs::create_directories((root / name).parent_path());
    std::ofstream(root / name) << content;
  }
  std::function<void(conf::Settings&)> settings() const {
    return [this](conf::Settings& s) { s.http.webRoot = root; };
  }
};

}  // namespace

START_TEST(pages_and_rooms_are_the_same_document) {
  Client client;
  Served served(client.settings());
  for (const char* path : {"/", "/index.html", "/r/lobby", "/r/caf%C3%A9", "/r/x?token=1"}) {
    const Response page = served.get(path);
    ck_assert_msg(page.status == 200, "%s: %u", path, page.status);
    assertHas(page.body, "<title>Parlour");
    assertText(page.header("content-type"), "text/html; charset=utf-8");
    assertText(page.header("cache-control"), "no-cache");
  }
  ck_assert_uint_eq(served.get("/r/a/b").status, 404);
  assertText(served.get("/examples/").body, "examples");
  ck_assert_uint_eq(served.get("/other").status, 404);
}
END_TEST

START_TEST(the_policy_lets_nothing_in_from_elsewhere) {
  Client client;
  Served served(client.settings());
  const std::string policy = served.get("/").header("content-security-policy");
  const std::string host = "127.0.0.1:" + std::to_string(served.port());
  for (const std::string& part :
       {std::string("default-src 'none'"), std::string("script-src 'self';"),
        std::string("style-src 'self';"), std::string("base-uri 'none'"),
        std::string("frame-ancestors 'self'"), std::string("form-action 'none'"),
        "connect-src 'self' ws://" + host + " wss://" + host + ";"})
    assertHas(policy, part);
  ck_assert(policy.find("unsafe") == std::string::npos);
  ck_assert(policy.find('*') == std::string::npos);
}
END_TEST

START_TEST(a_forged_host_cannot_write_policy) {
  Client client;
  Served served(client.settings());
  RawClient raw(served.port());
  raw.send("GET / HTTP/1.1\r\nHost: x; script-src *\r\nConnection: close\r\n\r\n");
  raw.waitClosed();
  ck_assert(raw.received().find("script-src *") == std::string::npos);
}
END_TEST

START_TEST(types_and_caching_follow_the_name) {
  Client client;
  Served served(client.settings());
  const Response script = served.get("/assets/app-1A2B3C4D.js");
  assertText(script.header("content-type"), "text/javascript; charset=utf-8");
  assertText(script.header("cache-control"), "public, max-age=31536000, immutable");
  const Response style = served.get("/assets/a-b.css");
  assertText(style.header("content-type"), "text/css; charset=utf-8");
  assertText(style.header("cache-control"), "no-cache");
  assertText(served.get("/manifest.webmanifest").header("content-type"),
             "application/manifest+json");
}
END_TEST

START_TEST(unchanged_files_are_304) {
  Client client;
  Served served(client.settings());
  const std::string etag = served.get("/").header("etag");
  ck_assert_uint_gt(etag.size(), 16);
  const Response again = served.get("/", {{"If-None-Match", "W/\"x\", " + etag}});
  ck_assert_uint_eq(again.status, 304);
  assertText(again.body, "");
  ck_assert_uint_eq(served.get("/", {{"If-None-Match", "\"other\""}}).status, 200);
}
END_TEST

START_TEST(compressed_files_are_given_where_they_are_taken) {
  Client client;
  Served served(client.settings());
  RawClient raw(served.port());
  raw.send("GET /assets/app-1A2B3C4D.js HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: br, gzip\r\n"
           "Connection: close\r\n\r\n");
  raw.waitClosed();
  assertHas(raw.received(), "Content-Encoding: gzip");
  assertHas(raw.received(), "Vary: Accept-Encoding");
  assertHas(raw.received(), "\r\n\r\ngzipped");
  RawClient plain(served.port());
  plain.send("GET /assets/app-1A2B3C4D.js HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  plain.waitClosed();
  assertHas(plain.received(), "console.log(1)");
}
END_TEST

START_TEST(no_path_leads_out_of_the_directory) {
  Client client;
  Served served(client.settings());
  for (const char* path :
       {"/../outside.txt", "/%2e%2e/outside.txt", "/..%2foutside.txt", "/assets/../../outside.txt",
        "/assets/%2e%2e/%2e%2e/outside.txt", "//etc/passwd", "/..%5coutside.txt", "/.secret",
        "/%2esecret", "/link.txt", "/assets/", "/assets", "/r/..%2f..%2foutside.txt", "/%00",
        "/index.html%00.js", "/....//outside.txt"}) {
    RawClient raw(served.port());
    raw.send(std::string("GET ") + path + " HTTP/1.1\r\nHost: localhost\r\n"
             "Connection: close\r\n\r\n");
    ck_assert(raw.waitClosed());
    ck_assert_msg(raw.received().find("outside") == std::string::npos ||
                      raw.received().find("<title>") != std::string::npos,
                  "%s leaks", path);
    ck_assert_msg(raw.received().find("hidden") == std::string::npos, "%s leaks", path);
    ck_assert_msg(raw.received().find("root:") == std::string::npos, "%s leaks", path);
  }
}
END_TEST

START_TEST(a_new_build_is_seen) {
  Client client;
  Served served(client.settings());
  client.write("index.html", "<!doctype html><title>Parlour, newer</title>");
  served.pass(6000);
  assertHas(served.get("/").body, "newer");
}
END_TEST

START_TEST(a_client_that_is_not_built_is_explained) {
  char empty[] = "/tmp/parlour-empty-XXXXXX";
  ck_assert_ptr_nonnull(mkdtemp(empty));
  Served served([&empty](conf::Settings& s) { s.http.webRoot = empty; });
  const Response page = served.get("/");
  ck_assert_uint_eq(page.status, 503);
  assertHas(page.body, "npm run build");
  ck_assert_uint_eq(served.get("/healthz").status, 200);
  rmdir(empty);
}
END_TEST

START_TEST(a_web_root_that_is_missing_is_an_error) {
  Served served;
  conf::Settings settings = served.settings;
  settings.http.webRoot = "/nonexistent/web";
  signalling::Metrics metrics;
  const auto other = signalling::Server::start(
      {settings, served.calls, *served.auth, metrics, served.clock});
  ck_assert(!other);
  assertText(other.error().code, "web_root");
}
END_TEST

int main() {
  return runSuite(
      "static files",
      {pages_and_rooms_are_the_same_document, the_policy_lets_nothing_in_from_elsewhere,
       a_forged_host_cannot_write_policy, types_and_caching_follow_the_name,
       unchanged_files_are_304, compressed_files_are_given_where_they_are_taken,
       no_path_leads_out_of_the_directory, a_new_build_is_seen,
       a_client_that_is_not_built_is_explained, a_web_root_that_is_missing_is_an_error});
}
