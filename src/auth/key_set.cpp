#include "auth/key_set.hpp"

#include <fmt/format.h>

#include "auth/json.hpp"
#include "base/log.hpp"

namespace parlour::auth {
namespace {

constexpr log::Topic topic{"auth"};
constexpr size_t kShortestSecret = 32;
constexpr size_t kShortestRsaBits = 2048;
constexpr size_t kMostKeys = 64;

std::shared_ptr<cjose_jwk_t> own(cjose_jwk_t* jwk) {
  return {jwk, [](cjose_jwk_t* p) { cjose_jwk_release(p); }};
}

bool mayVerify(const Json& jwk) {
  if (jwk.has("use") && jwk.text("use") != "sig") return false;
  const json_t* operations = json_object_get(jwk.get(), "key_ops");
  if (!operations) return true;
  size_t i = 0;
  json_t* operation = nullptr;
  json_array_foreach(operations, i, operation) {
    const char* name = json_string_value(operation);
    if (name && std::string_view(name) == "verify") return true;
  }
  return false;
}

/// Fills in `key`; why it cannot be used, or nothing.
std::string_view read(const Json& jwk, Key& key) {
  const std::string type = jwk.text("kty").value_or("");
  if (!mayVerify(jwk)) return "it is not for signatures";
  if (type == "RSA")
    key.type = KeyType::kRsa;
  else if (type == "EC" && jwk.text("crv") == "P-256")
    key.type = KeyType::kEc;
  else
    return "its type or curve is not supported";
  key.id = jwk.text("kid").value_or("");
  key.algorithm = jwk.text("alg").value_or("");
  KeyType needed{};
  if (!key.algorithm.empty() && (!typeOfAlgorithm(key.algorithm, needed) || needed != key.type))
    return "its algorithm is not supported or not of its type";
  key.jwk = own(cjose_jwk_import_json(jwk.get(), nullptr));
  if (!key.jwk) return "it is malformed";
  if (key.type == KeyType::kRsa && cjose_jwk_get_keysize(key.jwk.get(), nullptr) < kShortestRsaBits)
    return "RSA keys under 2048 bits are not safe";
  return {};
}

}  // namespace

bool typeOfAlgorithm(std::string_view algorithm, KeyType& type) {
  if (algorithm == "HS256")
    type = KeyType::kSecret;
  else if (algorithm == "RS256" || algorithm == "PS256")
    type = KeyType::kRsa;
  else if (algorithm == "ES256")
    type = KeyType::kEc;
  else
    return false;
  return true;
}

Result<KeySet> KeySet::fromSecret(std::string_view secret) {
  if (secret.size() < kShortestSecret)
    return invalid("bad_keys", fmt::format("the secret has {} bytes; HS256 needs {} (RFC 7518)",
                                           secret.size(), kShortestSecret));
  KeySet set;
  Key key;
  key.algorithm = "HS256";
  key.jwk = own(cjose_jwk_create_oct_spec(reinterpret_cast<const uint8_t*>(secret.data()),
                                          secret.size(), nullptr));
  if (!key.jwk) return failed("bad_keys", "the secret cannot be used as a key");
  set.keys_.push_back(std::move(key));
  return set;
}

Result<KeySet> KeySet::fromJwks(std::string_view text) {
  const Json document = Json::parse(text);
  const json_t* list = document.isObject() ? json_object_get(document.get(), "keys") : nullptr;
  if (!json_is_array(list))
    return invalid("bad_keys", "is no JWK Set: an object with an array \"keys\" (RFC 7517)");
  if (json_array_size(list) > kMostKeys)
    return invalid("bad_keys", fmt::format("holds more than {} keys", kMostKeys));
  KeySet set;
  size_t i = 0;
  json_t* item = nullptr;
  json_array_foreach(list, i, item) {
    const Json jwk = Json::share(item);
    if (jwk.text("kty") == "oct" || jwk.has("d"))
      return invalid("bad_keys",
                     fmt::format("key {} is secret; a JWK Set is public and must not hold it", i));
    Key key;
    const std::string_view problem = read(jwk, key);
    if (problem.empty())
      set.keys_.push_back(std::move(key));
    else
      log::info(topic, {}, "key {} of the JWK Set is left out: {}", i, problem);
  }
  if (set.empty()) return invalid("bad_keys", "holds no key that can check a signature");
  return set;
}

std::vector<const Key*> KeySet::find(std::string_view algorithm, std::string_view id) const {
  std::vector<const Key*> found;
  KeyType type{};
  if (!typeOfAlgorithm(algorithm, type)) return found;
  for (const Key& key : keys_) {
    if (key.type != type || (!key.algorithm.empty() && key.algorithm != algorithm)) continue;
    // A shared secret has no id; a token's `kid` says nothing about it.
    if (type != KeyType::kSecret && !id.empty() && key.id != id) continue;
    found.push_back(&key);
  }
  return found;
}

}  // namespace parlour::auth
