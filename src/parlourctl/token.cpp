// parlourctl token.
#include <fmt/format.h>

#include <charconv>
#include <cstdio>

#include "auth/auth.hpp"
#include "base/clock.hpp"
#include "conf/settings.hpp"
#include "parlourctl/access.hpp"
#include "parlourctl/command.hpp"

namespace parlour::ctl {
namespace {

constexpr uint32_t kLongestTtlS = 366 * 86400;

/// "90", "90s", "15m", "8h", "30d" in seconds; 0 where it is none of these.
uint32_t secondsOf(std::string_view text) {
  uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(end, static_cast<size_t>(text.data() + text.size() - end));
  const uint64_t factor = unit.empty() || unit == "s" ? 1
                          : unit == "m"               ? 60
                          : unit == "h"               ? 3600
                          : unit == "d"               ? 86400
                                                      : 0;
  const uint64_t seconds = error == std::errc() ? number * factor : 0;
  return seconds <= kLongestTtlS ? static_cast<uint32_t>(seconds) : 0;
}

struct Source {
  std::string secret, issuer, audience;
};

/// The key, and what the server wants in a token, from its settings or a file.
Result<Source> sourceOf(const std::string& secretFile, const std::string& config) {
  Source source;
  if (!config.empty()) {
    const auto settings = settingsFrom(config, {"auth."});
    if (!settings) return settings.error();
    source = {settings->auth.secret, settings->auth.issuer, settings->auth.audience};
  }
  if (!secretFile.empty()) {
    auto secret = secretFrom(secretFile);
    if (!secret) return secret.error();
    source.secret = std::move(*secret);
  } else if (source.secret.empty()) {
    source.secret = environment("PARLOUR_AUTH_SECRET");
  }
  if (source.secret.empty())
    return invalid("no_secret",
                   "no key to sign with: use --secret-file, --config with auth.secretFile, or "
                   "PARLOUR_AUTH_SECRET");
  return source;
}

}  // namespace

int runToken(int argc, char** argv) {
  Options options(
      "token", "",
      "Makes a token (JWT, HS256) and prints it. With --config it has the issuer and audience\n"
      "that this server wants.");
  auth::MintRequest request;
  auth::Identity& who = request.identity;
  room::Grants& grants = who.grants;
  std::string secretFile, config, ttl = "1h", issuer, audience;
  options.text("room", "ROOM", "The room it is for, or '*' for all", who.room);
  options.text("identity", "IDENTITY", "Who it is for, unique in a room", who.identity);
  options.text("name", "NAME", "The name that others see", who.name);
  options.text("ttl", "TIME", "How long it is valid: 90s, 15m, 8h, 30d (1h)", ttl);
  options.yesNo("can-publish", "May send audio and video (true)", grants.canPublish);
  options.yesNo("can-subscribe", "May receive others (true)", grants.canSubscribe);
  options.yesNo("can-chat", "May write in the chat (true)", grants.canChat);
  options.yesNo("moderator", "May mute, remove and lock (false)", grants.moderator);
  options.yesNo("hidden", "Is seen by nobody and publishes nothing (false)", grants.hidden);
  options.yesNo("recorder", "Is a recorder (false)", grants.recorder);
  options.yesNo("admin", "May use the administration API (false)", who.admin);
  options.text("secret-file", "FILE", "The server's auth.secretFile", secretFile);
  options.text("config", "FILE", "The server's settings: key, issuer and audience", config, 'c');
  options.text("issuer", "TEXT", "Claim iss", issuer);
  options.text("audience", "TEXT", "Claim aud", audience);
  if (!options.parse(argc, argv, 0, 0)) return kWrongUsage;
  if (who.identity.empty()) return options.wrong("--identity is missing");
  if (who.room.empty() && !who.admin) return options.wrong("--room is missing");
  request.ttlS = secondsOf(ttl);
  if (request.ttlS == 0)
    return options.wrong(
        fmt::format("--ttl {}: a time such as 90s, 15m, 8h or 30d, up to a year", ttl));
  const auto source = sourceOf(secretFile, config);
  if (!source) return options.wrong(source.error().message);
  request.issuer = issuer.empty() ? source->issuer : issuer;
  request.audience = audience.empty() ? source->audience : audience;
  request.issuedNs = SystemClock().wallNs();
  const auto token = auth::mint(request, source->secret);
  if (!token) return options.wrong(token.error().message);
  fmt::print("{}\n", *token);
  return kDone;
}

}  // namespace parlour::ctl
