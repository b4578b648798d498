#include "auth/token.hpp"

#include <cjose/base64.h>
#include <cjose/jws.h>
#include <fmt/format.h>
#include <glib.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <optional>

#include "auth/json.hpp"

namespace parlour::auth {
namespace {

constexpr size_t kEs256SignatureBytes = 64;  // r and s, RFC 7518 §3.4.

Refusal invalidToken(std::string reason) {
  return {"token_invalid", std::move(reason)};
}

bool isBase64Url(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return g_ascii_isalnum(c) || c == '-' || c == '_';
  });
}

std::optional<std::string> decode(std::string_view text) {
  uint8_t* bytes = nullptr;
  size_t size = 0;
  if (!cjose_base64url_decode(text.data(), text.size(), &bytes, &size, nullptr))
    return std::nullopt;
  std::string out(reinterpret_cast<const char*>(bytes), size);
  free(bytes);
  return out;
}

/// The three parts; none where there are more or fewer, or other letters.
std::optional<std::array<std::string_view, 3>> split(std::string_view token) {
  const size_t first = token.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const size_t second = token.find('.', first + 1);
  if (second == std::string_view::npos) return std::nullopt;
  const std::array parts = {token.substr(0, first), token.substr(first + 1, second - first - 1),
                            token.substr(second + 1)};
  if (!std::ranges::all_of(parts, isBase64Url)) return std::nullopt;
  return parts;
}

/// A header value that may be shown in a log line.
std::string shown(std::string_view value) {
  constexpr size_t kLongest = 64;
  std::string out;
  for (char c : value.substr(0, kLongest)) out += g_ascii_isgraph(c) ? c : '?';
  return out;
}

/// Why the header cannot be accepted whatever the signature is, or nothing.
std::string headerProblem(const Json& header) {
  if (header.has("crit")) return "it has critical header extensions, and none is supported";
  if (header.has("zip")) return "it is compressed";
  if (header.has("cty")) return "it holds another token";
  if (header.has("b64")) return "it is not base64url-coded (b64)";
  if (header.has("kid") && !header.text("kid")) return "its kid is no text";
  if (!header.has("typ")) return {};
  const std::string type = header.text("typ").value_or("");
  if (g_ascii_strcasecmp(type.c_str(), "JWT") != 0 &&
      g_ascii_strcasecmp(type.c_str(), "at+jwt") != 0)
    return "its type is not JWT";
  return {};
}

}  // namespace

OrRefusal<Parts> readHeader(std::string_view token, const std::vector<std::string>& allowed) {
  if (token.size() > kMaxTokenBytes)
    return invalidToken(fmt::format("it is longer than {} bytes", kMaxTokenBytes));
  const auto parts = split(token);
  if (!parts)
    return invalidToken("it is not three base64url parts (a signed token without padding)");
  const auto text = decode((*parts)[0]);
  const Json header = text ? Json::parse(*text) : Json();
  if (!header.isObject()) return invalidToken("its header is no JSON object");
  const auto algorithm = header.text("alg");
  if (!algorithm) return invalidToken("its header names no algorithm");
  // Before anything is computed: what the token says of itself must not choose the check.
  if (!std::ranges::count(allowed, *algorithm))
    return invalidToken(
        fmt::format("algorithm {} is not allowed (auth.algorithms)", shown(*algorithm)));
  if (std::string problem = headerProblem(header); !problem.empty())
    return invalidToken(std::move(problem));
  return Parts{*algorithm, header.text("kid").value_or(""), std::string(token)};
}

OrRefusal<std::string> verifySignature(const Parts& parts, const std::vector<const Key*>& keys) {
  if (keys.empty())
    return invalidToken(fmt::format("no key for algorithm {} and kid {}", parts.algorithm,
                                    parts.keyId.empty() ? "(none)" : shown(parts.keyId)));
  if (keys.size() > 1)
    return invalidToken(
        fmt::format("{} keys could have signed it and its kid names none", keys.size()));
  const Key& key = *keys.front();
  KeyType needed{};
  if (!typeOfAlgorithm(parts.algorithm, needed) || key.type != needed)
    return invalidToken("the key is not of the algorithm's type");
  const auto signature = decode((*split(parts.compact))[2]);
  if (!signature || (key.type == KeyType::kEc && signature->size() != kEs256SignatureBytes))
    return invalidToken("its signature has the wrong length");

  const std::unique_ptr<cjose_jws_t, decltype(&cjose_jws_release)> jws(
      cjose_jws_import(parts.compact.data(), parts.compact.size(), nullptr), cjose_jws_release);
  if (!jws || !cjose_jws_verify(jws.get(), key.jwk.get(), nullptr))
    return invalidToken("its signature is wrong");
  uint8_t* payload = nullptr;
  size_t size = 0;
  if (!cjose_jws_get_plaintext(jws.get(), &payload, &size, nullptr))
    return invalidToken("its payload cannot be read");
  return std::string(reinterpret_cast<const char*>(payload), size);
}

}  // namespace parlour::auth
