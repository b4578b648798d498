// What a token with a right signature says, and whether that is enough.
#include <fmt/format.h>
#include <glib.h>

#include <algorithm>
#include <cmath>

#include "auth/json.hpp"
#include "auth/token.hpp"

namespace parlour::auth {
namespace {

constexpr size_t kLongestText = 256;
// Past this a double cannot hold whole nanoseconds in 64 bits; no honest token lives so long.
constexpr double kLatestS = 9'000'000'000.0;

Refusal invalidToken(std::string reason) {
  return {"token_invalid", std::move(reason)};
}

struct Time {
  bool present = false;
  bool valid = false;
  double seconds = 0;
};

/// A NumericDate (RFC 7519 §2), which may have a fraction.
Time timeOf(const Json& claims, const char* name) {
  const json_t* value = json_object_get(claims.get(), name);
  if (!value) return {};
  const double seconds = json_number_value(value);
  return {true,
          json_is_number(value) && std::isfinite(seconds) && seconds >= 0 && seconds <= kLatestS,
          seconds};
}

std::optional<Refusal> checkTimes(const Json& claims, const Rules& rules, double now) {
  const Time expires = timeOf(claims, "exp");
  if (!expires.present) return invalidToken("it has no exp");
  for (const char* name : {"exp", "nbf", "iat"})
    if (const Time time = timeOf(claims, name); time.present && !time.valid)
      return invalidToken(fmt::format("its {} is no time", name));
  if (now >= expires.seconds + rules.leewayS)
    return Refusal{"token_expired", fmt::format("it expired {:.0f} s ago", now - expires.seconds)};
  if (now + rules.leewayS < timeOf(claims, "nbf").seconds)
    return invalidToken("it is not valid yet (nbf)");
  if (now + rules.leewayS < timeOf(claims, "iat").seconds)
    return invalidToken("it was issued in the future (iat); compare the clocks");
  return std::nullopt;
}

/// `aud` is a text or a list of texts (RFC 7519 §4.1.3).
bool namesAudience(const json_t* aud, const std::string& wanted) {
  const auto is = [&wanted](const json_t* v) {
    return json_is_string(v) && wanted == json_string_value(v);
  };
  if (!json_is_array(aud)) return is(aud);
  size_t i = 0;
  json_t* item = nullptr;
  json_array_foreach(aud, i, item) {
    if (is(item)) return true;
  }
  return false;
}

std::optional<Refusal> checkParties(const Json& claims, const Rules& rules) {
  if (!rules.issuer.empty() && claims.text("iss") != rules.issuer)
    return invalidToken("its iss is not auth.issuer");
  const json_t* audience = json_object_get(claims.get(), "aud");
  if (rules.audience.empty())
    return audience ? std::optional(invalidToken("it has an aud, and auth.audience is not set"))
                    : std::nullopt;
  if (!audience || !namesAudience(audience, rules.audience))
    return invalidToken("its aud is not auth.audience");
  return std::nullopt;
}

bool isPlainText(const std::string& text) {
  return text.size() <= kLongestText &&
         std::ranges::none_of(text, [](char c) { return g_ascii_iscntrl(c); });
}

std::optional<Refusal> readGrants(const json_t* grants, Identity& identity) {
  if (!grants) return std::nullopt;
  if (!json_is_object(grants)) return invalidToken("its grants are no object");
  room::Grants& g = identity.grants;
  const std::pair<const char*, bool*> known[] = {
      {"canPublish", &g.canPublish}, {"canSubscribe", &g.canSubscribe}, {"canChat", &g.canChat},
      {"hidden", &g.hidden},         {"moderator", &g.moderator},       {"recorder", &g.recorder},
      {"admin", &identity.admin}};
  // No json_object_foreach: its json_object_iter_next is json-glib's in a program that links both.
  size_t found = 0;
  for (const auto& [name, grant] : known) {
    const json_t* value = json_object_get(grants, name);
    if (!value) continue;
    if (!json_is_boolean(value))
      return invalidToken(fmt::format("its grant {} is not true or false", name));
    *grant = json_is_true(value);
    ++found;
  }
  // A misspelt "canPublish: false" must not become a permission.
  if (found != json_object_size(grants)) return invalidToken("it has a grant that is not known here");
  if (g.hidden) g.canPublish = false;
  return std::nullopt;
}

std::optional<Refusal> readSubject(const Json& claims, Identity& identity) {
  const auto subject = claims.text("sub");
  if (!subject || subject->empty() || !isPlainText(*subject))
    return invalidToken("its sub is missing, empty, too long or has control characters");
  identity.identity = *subject;
  const auto name = claims.text("name");
  if ((claims.has("name") && !name) || !isPlainText(name.value_or("")))
    return invalidToken("its name is no text, too long or has control characters");
  identity.name = name.value_or("");
  const auto room = claims.text("room");
  const bool needed = claims.has("room") || !identity.admin;
  if (needed && (!room || room->empty() || !isPlainText(*room)))
    return invalidToken("its room is missing, empty, too long or has control characters");
  identity.room = room.value_or("");
  return std::nullopt;
}

}  // namespace

OrRefusal<Identity> readClaims(std::string_view payload, const Rules& rules, int64_t wallNs) {
  const Json claims = Json::parse(payload);
  if (!claims.isObject()) return invalidToken("its claims are no JSON object");
  const double now = static_cast<double>(wallNs) / static_cast<double>(kNsPerSecond);
  if (auto refusal = checkTimes(claims, rules, now)) return *refusal;
  if (auto refusal = checkParties(claims, rules)) return *refusal;
  Identity identity;
  if (auto refusal = readGrants(json_object_get(claims.get(), "grants"), identity)) return *refusal;
  if (auto refusal = readSubject(claims, identity)) return *refusal;
  identity.expiresNs = static_cast<int64_t>(timeOf(claims, "exp").seconds) * kNsPerSecond;
  return identity;
}

}  // namespace parlour::auth
