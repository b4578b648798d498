#include "signalling/static_files.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>
#include <utility>

#include "base/clock.hpp"
#include "base/log.hpp"

namespace parlour::signalling {
namespace {

namespace fs = std::filesystem;
constexpr log::Topic kTopic{"http"};
constexpr size_t kHashCharacters = 8;  // esbuild's [hash].

constexpr std::array<std::pair<std::string_view, const char*>, 15> kTypes = {{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".webp", "image/webp"},
    {".woff2", "font/woff2"},
    {".wasm", "application/wasm"},
    {".txt", "text/plain; charset=utf-8"},
    {".ogg", "audio/ogg"},
}};

constexpr const char* kNotBuilt = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Parlour</title></head>
<body><h1>Parlour is running</h1>
<p>Its web client has not been built. In the source tree, run</p>
<pre>cd web &amp;&amp; npm ci &amp;&amp; npm run build</pre>
<p>(or <code>scripts/run</code>, which does it for you), then reload this page. An installed
client elsewhere is named by the setting <code>http.webRoot</code>.</p>
</body></html>
)";

const char* typeOf(std::string_view path) {
  for (const auto& [suffix, type] : kTypes)
    if (path.ends_with(suffix)) return type;
  return "application/octet-stream";
}

/// "app-1A2B3C4D.js": what it holds never changes.
bool isHashed(std::string_view path) {
  const auto dash = path.rfind('-');
  const auto dot = path.find('.', dash == path.npos ? 0 : dash);
  if (dash == path.npos || dot == path.npos || dot - dash - 1 < kHashCharacters) return false;
  const std::string_view hash = path.substr(dash + 1, dot - dash - 1);
  return std::all_of(hash.begin(), hash.end(),
                     [](char c) { return g_ascii_isdigit(c) || g_ascii_isupper(c); });
}

std::shared_ptr<GBytes> readBytes(const fs::path& path) {
  gchar* content = nullptr;
  gsize size = 0;
  if (!g_file_get_contents(path.c_str(), &content, &size, nullptr)) return {};
  return {g_bytes_new_take(content, size), g_bytes_unref};
}

std::string etagOf(GBytes* content) {
  gchar* digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, content);
  std::string etag = '"' + std::string(digest, 32) + '"';
  g_free(digest);
  return etag;
}

/// Does a list of the form `W/"a", "b"` or `*` name this tag? (RFC 9110 §13.1.2, weak comparison)
bool names(std::string_view list, std::string_view etag) {
  return list == "*" || list.find(etag) != list.npos;
}

bool acceptsGzip(std::string_view header) {
  const auto at = header.find("gzip");
  return at != header.npos && !header.substr(at).starts_with("gzip;q=0");
}

/// What may stand in a Host header, so that it can be put into a policy.
bool plainHost(std::string_view host) {
  return !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return g_ascii_isalnum(c) || std::string_view(".-:[]_").find(c) != std::string_view::npos;
  });
}

/// Nothing from elsewhere, nothing inline. Not every browser takes ws: to be 'self'.
std::string pagePolicy(std::string_view host) {
  const std::string sockets =
      plainHost(host) ? fmt::format(" ws://{0} wss://{0}", host) : std::string();
  return "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
         "media-src 'self' blob: mediastream:; connect-src 'self'" + sockets +
         "; font-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; "
         "frame-ancestors 'self'; form-action 'none'";
}

void setPageHeaders(Exchange& exchange) {
  exchange.setHeader("Content-Security-Policy", pagePolicy(exchange.host()));
  exchange.setHeader("Permissions-Policy",
                     "camera=(self), microphone=(self), display-capture=(self), "
                     "screen-wake-lock=(self), geolocation=(), payment=(), usb=()");
}

std::string defaultRoot() {
  for (const char* root : {PARLOUR_DATADIR "/web", PARLOUR_SOURCE_WEB})
    if (fs::exists(fs::path(root) / "index.html")) return root;
  return {};
}

}  // namespace

Result<StaticFiles> StaticFiles::open(const std::string& webRoot) {
  std::error_code error;
  if (!webRoot.empty() && !fs::is_directory(webRoot, error))
    return invalid("web_root", "http.webRoot: '" + webRoot + "' is no directory.");
  StaticFiles files(webRoot.empty() ? defaultRoot() : webRoot);
  if (files.root_.empty()) return files;
  const auto read = files.read();
  if (!read) return read.error();
  return files;
}

StaticFiles::Stamp StaticFiles::stamp() const {
  struct stat status {};
  if (stat((root_ + "/index.html").c_str(), &status) != 0) return {};
  return {static_cast<int64_t>(status.st_ino), static_cast<int64_t>(status.st_size),
          status.st_mtim.tv_sec * kNsPerSecond + status.st_mtim.tv_nsec};
}

void StaticFiles::reloadIfChanged() {
  if (root_.empty()) root_ = defaultRoot();
  if (root_.empty() || stamp() == stamp_) return;
  const auto again = read();
  if (!again) log::warning(kTopic, {}, "the web client stays as it was: {}", again.error().message);
}

Result<void> StaticFiles::read() {
  const Stamp now = stamp();
  std::map<std::string, File, std::less<>> files;
  uint64_t total = 0;
  std::error_code error;
  for (auto it = fs::recursive_directory_iterator(root_, error);
       !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    const std::string path = "/" + fs::relative(it->path(), root_, error).string();
    if (path.find("/.") != path.npos || it->is_symlink() || !it->is_regular_file()) continue;
    File file;
    file.content = readBytes(it->path());
    if (!file.content) return failed("web_root", path + " cannot be read.");
    total += g_bytes_get_size(file.content.get());
    if (total > kMaxWebRootBytes) return invalid("web_root", root_ + " is too large for a client.");
    file.etag = etagOf(file.content.get());
    file.type = typeOf(path);
    file.immutable = isHashed(path);
    files.emplace(path, std::move(file));
  }
  if (error) return failed("web_root", root_ + ": " + error.message());
  for (auto& [path, file] : files) {
    const auto gzip = files.find(path + ".gz");
    if (gzip != files.end()) file.gzip = gzip->second.content;
  }
  files_ = std::move(files);
  stamp_ = now;
  log::info(kTopic, {}, "web client: {} files, {} KiB, of {}", files_.size(), total / 1024, root_);
  return {};
}

void StaticFiles::handle(Exchange& exchange) const {
  const std::string_view path = exchange.path();
  const bool folder = path.size() > 1 && path.ends_with('/');
  const auto file = folder ? files_.find(std::string(path) + "index.html") : files_.find(path);
  if (file != files_.end()) return respond(exchange, file->second);
  const bool page = path == "/" || (path.starts_with("/r/") && path.find('/', 3) == path.npos);
  if (!page)
    return exchange.respondError(invalid("not_found", "There is nothing at this address."));
  const auto index = files_.find("/index.html");
  if (index != files_.end()) return respond(exchange, index->second);
  setPageHeaders(exchange);
  exchange.setHeader("Cache-Control", "no-store");
  exchange.respond(503, "text/html; charset=utf-8", kNotBuilt);
}

void StaticFiles::respond(Exchange& exchange, const File& file) const {
  const bool gzip = file.gzip && acceptsGzip(exchange.header("Accept-Encoding"));
  std::string etag = file.etag;
  if (gzip) etag.insert(etag.size() - 1, "-gz");
  exchange.setHeader("ETag", etag);
  exchange.setHeader("Cache-Control",
                     file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (file.gzip) exchange.setHeader("Vary", "Accept-Encoding");
  setPageHeaders(exchange);
  if (names(exchange.header("If-None-Match"), etag)) return exchange.respondEmpty(304);
  if (gzip) exchange.setHeader("Content-Encoding", "gzip");
  exchange.respond(200, file.type, gzip ? file.gzip.get() : file.content.get());
}

}  // namespace parlour::signalling
