#include "parlourctl/access.hpp"

#include <fmt/format.h>
#include <glib.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "conf/settings.hpp"
#include "conf/syntax.hpp"
#include "parlourctl/command.hpp"
#include "parlourctl/json_view.hpp"

namespace parlour::ctl {
namespace {

constexpr std::string_view kDefaultServer = "http://127.0.0.1:8080";

std::string firstOf(std::initializer_list<std::string> texts) {
  for (const std::string& text : texts)
    if (!text.empty()) return text;
  return {};
}

/// A bearer token that others on the way could read is worth a word.
void warnOfPlainHttp(const std::string& url) {
  GUri* uri = g_uri_parse(url.c_str(), G_URI_FLAGS_NONE, nullptr);
  const char* host = uri ? g_uri_get_host(uri) : nullptr;
  if (host && url.starts_with("http://") && !conf::isLoopback(host))
    fmt::print(stderr, "parlourctl: the admin token goes to {} without encryption\n", host);
  if (uri) g_uri_unref(uri);
}

/// A URL for what the server listens on: its first address, this machine for "all of them".
std::string urlOf(const conf::Http& http) {
  std::string host = http.listen.front();
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "::") host = "::1";
  if (host.find(':') != std::string::npos) host = "[" + host + "]";
  return fmt::format("{}://{}:{}", http.tls.certificate.empty() ? "http" : "https", host,
                     http.port);
}

}  // namespace

void AccessOptions::addTo(Options& options) {
  options.text("server", "URL", "The server's address (PARLOUR_SERVER)", server);
  options.text("socket", "PATH", "The server's admin socket (PARLOUR_SOCKET)", socket);
  options.text("token-file", "FILE", "Admin token in a file (PARLOUR_ADMIN_TOKEN_FILE)", tokenFile);
  options.text("config", "FILE", "Take address, socket and token from the server's settings",
               config, 'c');
}

std::string environment(const char* name) {
  const char* value = g_getenv(name);
  return value ? value : "";
}

Result<conf::Settings> settingsFrom(const std::string& path,
                                    std::initializer_list<std::string_view> sections) {
  conf::LoadOutcome loaded = conf::load({.path = path});
  for (const conf::Mistake& mistake : loaded.mistakes) {
    const bool matters =
        mistake.key.empty() || std::ranges::any_of(sections, [&mistake](std::string_view section) {
          return mistake.key.starts_with(section);
        });
    if (matters) return invalid("bad_config", conf::describe(mistake));
  }
  return std::move(loaded.settings);
}

Result<std::string> secretFrom(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in.is_open() || in.bad())
    return invalid("unreadable", fmt::format("{} cannot be read", path));
  std::string secret = text.str();
  if (secret.ends_with('\n')) secret.pop_back();
  if (secret.ends_with('\r')) secret.pop_back();
  if (secret.empty()) return invalid("empty", fmt::format("{} is empty", path));
  return secret;
}

Result<Access> Access::from(const AccessOptions& options) {
  Access access;
  std::string configured;
  if (!options.config.empty()) {
    const auto settings = settingsFrom(options.config, {"admin.", "http.listen", "http.port"});
    if (!settings) return settings.error();
    access.socket_ = settings->admin.socket;
    access.token_ = settings->admin.token;
    configured = urlOf(settings->http);
  }
  // What was asked for on the command line beats the environment, whichever kind it is.
  if (!options.server.empty() && !options.socket.empty())
    return invalid("both", "give either --server or --socket");
  const std::string server = firstOf({options.server, environment("PARLOUR_SERVER")});
  if (!options.server.empty())
    access.socket_.clear();
  else
    access.socket_ = firstOf({options.socket, access.socket_, environment("PARLOUR_SOCKET")});
  access.base_ = firstOf({server, configured, std::string(kDefaultServer)});
  if (!access.base_.starts_with("http://") && !access.base_.starts_with("https://"))
    return invalid("bad_url", fmt::format("{} is no http or https URL", access.base_));
  while (access.base_.ends_with('/')) access.base_.pop_back();

  const std::string file = firstOf({options.tokenFile, environment("PARLOUR_ADMIN_TOKEN_FILE")});
  const std::string token = environment("PARLOUR_ADMIN_TOKEN");
  if (!options.tokenFile.empty() || (token.empty() && !file.empty())) {
    auto secret = secretFrom(file);
    if (!secret) return secret.error();
    access.token_ = std::move(*secret);
  } else if (!token.empty()) {
    access.token_ = token;
  }
  if (access.socket_.empty() && !access.token_.empty()) warnOfPlainHttp(access.base_);
  return access;
}

Result<Response> Access::ask(const std::string& method, const std::string& path,
                             const std::string& body, const std::string& accept) const {
  return send({method, (socket_.empty() ? base_ : "http://localhost") + path, socket_, token_,
               accept, body, limits_.timeoutMs, limits_.cancelled});
}

void Access::limit(long timeoutMs, std::function<bool()> cancelled) {
  limits_.timeoutMs = timeoutMs;
  limits_.cancelled = std::move(cancelled);
}

std::string roomPath(const std::string& room, const std::string& rest) {
  gchar* coded = g_uri_escape_string(room.c_str(), nullptr, FALSE);
  std::string path = fmt::format("/v1/rooms/{}{}", coded, rest);
  g_free(coded);
  return path;
}

int explain(const std::string& command, const Access& access, const Result<Response>& answer) {
  if (!answer) {
    fmt::print(stderr, "parlourctl {}: no server answers at {}: {}\n", command, access.name(),
               answer.error().message);
    return kUnreachable;
  }
  const auto problem = JsonView::parse(answer->body);
  const std::string detail = problem ? problem->text("detail") : "";
  const std::string code = problem ? problem->text("code") : "";
  fmt::print(
      stderr, "parlourctl {}: {}{}\n", command,
      detail.empty() ? fmt::format("the server answers with status {}", answer->status) : detail,
      code.empty() ? "" : fmt::format(" ({})", code));
  if (answer->status == 401 || answer->status == 403) {
    fmt::print(stderr, "Set PARLOUR_ADMIN_TOKEN, use --token-file, or --socket on the server.\n");
    return kNotAllowed;
  }
  return answer->status == 404 ? kNotFound : kFailed;
}

}  // namespace parlour::ctl
