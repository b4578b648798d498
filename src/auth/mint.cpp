// Tokens made here: parlourctl token, and tests.
#include <cjose/jws.h>
#include <fmt/format.h>

#include <cstdlib>
#include <memory>

#include "auth/auth.hpp"
#include "auth/json.hpp"
#include "auth/key_set.hpp"

namespace parlour::auth {
namespace {

void put(const Json& object, const char* name, json_t* value) {
  json_object_set_new(object.get(), name, value);
}
/// False when `text` is no UTF-8.
bool putText(const Json& object, const char* name, const std::string& text) {
  return text.empty() ||
         json_object_set_new(object.get(), name, json_stringn(text.data(), text.size())) == 0;
}

/// Empty when a text is no UTF-8.
Json claimsOf(const MintRequest& request) {
  const Identity& who = request.identity;
  const int64_t nowS = request.issuedNs / kNsPerSecond;
  const Json claims = Json::adopt(json_object());
  if (!putText(claims, "iss", request.issuer) || !putText(claims, "aud", request.audience) ||
      !putText(claims, "sub", who.identity) || !putText(claims, "name", who.name) ||
      !putText(claims, "room", who.room))
    return {};
  put(claims, "iat", json_integer(nowS));
  put(claims, "exp", json_integer(nowS + request.ttlS));
  const Json grants = Json::adopt(json_object());
  // Only what differs from what a token without grants allows.
  const room::Grants usual;
  const std::tuple<const char*, bool, bool> all[] = {
      {"canPublish", who.grants.canPublish, usual.canPublish},
      {"canSubscribe", who.grants.canSubscribe, usual.canSubscribe},
      {"canChat", who.grants.canChat, usual.canChat},
      {"hidden", who.grants.hidden, usual.hidden},
      {"moderator", who.grants.moderator, usual.moderator},
      {"recorder", who.grants.recorder, usual.recorder},
      {"admin", who.admin, false}};
  for (const auto& [name, value, normally] : all)
    if (value != normally) put(grants, name, json_boolean(value));
  if (json_object_size(grants.get()) > 0) json_object_set(claims.get(), "grants", grants.get());
  return claims;
}

}  // namespace

Result<std::string> mint(const MintRequest& request, std::string_view secret) {
  const auto keys = KeySet::fromSecret(secret);
  if (!keys) return keys.error();
  const Json header = Json::adopt(json_object());
  putText(header, "alg", "HS256");
  putText(header, "typ", "JWT");
  const Json claims = claimsOf(request);
  if (!claims) return invalid("bad_claims", "identity, name and room must be UTF-8");
  const std::unique_ptr<char, decltype(&free)> payload(json_dumps(claims.get(), JSON_COMPACT),
                                                       free);
  if (!payload) return failed("mint_failed", "the claims cannot be written");
  const std::string text(payload.get());
  const std::unique_ptr<cjose_jws_t, decltype(&cjose_jws_release)> jws(
      cjose_jws_sign(keys->find("HS256", "").front()->jwk.get(), header.get(),
                     reinterpret_cast<const uint8_t*>(text.data()), text.size(), nullptr),
      cjose_jws_release);
  const char* compact = nullptr;
  if (!jws || !cjose_jws_export(jws.get(), &compact, nullptr))
    return failed("mint_failed", "the token cannot be signed");
  return std::string(compact);
}

}  // namespace parlour::auth
