#include "auth/auth.hpp"

#include <fmt/format.h>
#include <glib.h>
#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <fstream>
#include <optional>
#include <sstream>

#include "auth/jwks_source.hpp"
#include "auth/token.hpp"
#include "base/log.hpp"
#include "base/loop.hpp"

namespace parlour::auth {
namespace {

constexpr log::Topic topic{"auth"};
constexpr uint32_t kPollMs = 5000;

/// What the client is told; the reason stays in the log.
std::string_view sentenceFor(std::string_view code) {
  if (code == "token_expired") return "This token has expired; get a new one.";
  if (code == "token_room") return "This token is for another room.";
  if (code == "auth_required") return "A token is needed here.";
  if (code == "not_allowed") return "This token does not allow that.";
  return "This token is not valid here.";
}

/// In time that depends on neither content nor length.
bool equalSecrets(std::string_view a, std::string_view b) {
  unsigned char da[SHA256_DIGEST_LENGTH], db[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(a.data()), a.size(), da);
  SHA256(reinterpret_cast<const unsigned char*>(b.data()), b.size(), db);
  return CRYPTO_memcmp(da, db, sizeof da) == 0;
}

std::vector<std::string> allowedAlgorithms(const conf::Auth& s) {
  if (!s.algorithms.empty()) return s.algorithms;
  std::vector<std::string> all;
  if (!s.secret.empty()) all.push_back("HS256");
  if (!s.jwksFile.empty() || !s.jwksUrl.empty()) all.insert(all.end(), {"RS256", "PS256", "ES256"});
  return all;
}

Result<KeySet> readJwksFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) return invalid("bad_keys", fmt::format("{} cannot be read", path));
  auto keys = KeySet::fromJwks(text.str());
  if (!keys) return keys.error().within(path);
  return keys;
}

}  // namespace

class Authenticator::Impl {
 public:
  Impl(const conf::Auth& settings, const conf::Admin& admin, const Clock& clock)
      : clock_(clock),
        open_(settings.mode == conf::AuthMode::kOpen),
        openModerators_(settings.openModerators),
        adminToken_(admin.token),
        allowed_(allowedAlgorithms(settings)),
        rules_{settings.issuer, settings.audience, settings.leewayS} {}

  Result<void> readKeys(const conf::Auth& settings) {
    if (open_) return {};
    if (!settings.secret.empty()) {
      auto keys = KeySet::fromSecret(settings.secret);
      if (!keys) return keys.error();
      secret_ = std::move(*keys);
    }
    if (!settings.jwksFile.empty()) {
      auto keys = readJwksFile(settings.jwksFile);
      if (!keys) return keys.error();
      publicKeys_ = std::move(*keys);
    }
    if (!settings.jwksUrl.empty()) {
      source_.emplace(settings.jwksUrl, curlFetch(), clock_);
      source_->poll();
      pollTimer_ = Timer::every(kPollMs, [this] {
        source_->poll();
        return true;
      });
    }
    return {};
  }

  Result<Identity> verify(std::string_view token, std::string_view room, std::string_view request) {
    if (open_) return openIdentity();
    const log::Subject subject{.room = room, .request = request};
    auto identity = check(token, subject);
    if (!identity) return identity;
    const bool allowed = !room.empty() && (identity->room == "*" || identity->room == room);
    if (!allowed)
      return refuse({"token_room", "it is for another room"}, subject);
    return identity;
  }

  Result<void> verifyAdmin(std::string_view token, std::string_view request) {
    const log::Subject subject{.request = request};
    if (!adminToken_.empty() && equalSecrets(token, adminToken_)) return {};
    if (token.empty()) return refuse({"auth_required", "none was given for the API"}, subject);
    if (open_)
      return refuse({"token_invalid", adminToken_.empty() ? "no admin token is set (admin.token)"
                                                          : "it is not the admin token"},
                    subject);
    auto identity = check(token, subject);
    if (!identity) return identity.error();
    if (!identity->admin) return refuse({"not_allowed", "it does not grant admin"}, subject);
    return {};
  }

  bool open() const { return open_; }
  bool ready() const { return open_ || !source_ || !source_->keys().empty() || !secret_.empty(); }

 private:
  Identity openIdentity() const {
    Identity identity;
    identity.room = "*";
    identity.grants.moderator = openModerators_;
    return identity;
  }

  /// Everything but the room.
  Result<Identity> check(std::string_view token, const log::Subject& subject) {
    if (token.empty()) return refuse({"auth_required", "none was given"}, subject);
    auto parts = readHeader(token, allowed_);
    if (auto* refusal = std::get_if<Refusal>(&parts)) return refuse(*refusal, subject);
    const Parts& read = std::get<Parts>(parts);
    const KeySet& keys = keysFor(read.algorithm);
    const std::vector<const Key*> candidates = keys.find(read.algorithm, read.keyId);
    if (candidates.empty() && source_ && &keys == &source_->keys() && source_->wantUnknownKey()) {
      log::info(topic, subject, "token waits: its key is being fetched");
      return unavailable("auth_unavailable",
                         "The keys that check tokens are being fetched; try again in a moment.");
    }
    auto payload = verifySignature(read, candidates);
    if (auto* refusal = std::get_if<Refusal>(&payload)) return refuse(*refusal, subject);
    auto identity = readClaims(std::get<std::string>(payload), rules_, clock_.wallNs());
    if (auto* refusal = std::get_if<Refusal>(&identity)) return refuse(*refusal, subject);
    return std::get<Identity>(std::move(identity));
  }

  /// Secrets only ever meet HS256, and public keys never do.
  const KeySet& keysFor(const std::string& algorithm) const {
    if (algorithm == "HS256") return secret_;
    return source_ ? source_->keys() : publicKeys_;
  }

  static Error refuse(const Refusal& refusal, const log::Subject& subject) {
    log::warning(topic, subject, "token refused ({}): {}", refusal.code, refusal.reason);
    return refused(refusal.code, std::string(sentenceFor(refusal.code)));
  }

  // Injected.
  const Clock& clock_;
  const bool open_;
  const bool openModerators_;
  const std::string adminToken_;
  const std::vector<std::string> allowed_;
  const Rules rules_;
  // Owned.
  KeySet secret_;
  KeySet publicKeys_;
  std::optional<JwksSource> source_;
  Timer pollTimer_;
};

Authenticator::Authenticator(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Authenticator::~Authenticator() = default;

Result<std::unique_ptr<Authenticator>> Authenticator::create(const conf::Auth& settings,
                                                             const conf::Admin& admin,
                                                             const Clock& clock) {
  auto impl = std::make_unique<Impl>(settings, admin, clock);
  if (auto read = impl->readKeys(settings); !read) return read.error();
  return std::unique_ptr<Authenticator>(new Authenticator(std::move(impl)));
}

Result<Identity> Authenticator::verify(std::string_view token, std::string_view room,
                                       std::string_view request) {
  assertControlThread();
  return impl_->verify(token, room, request);
}

Result<void> Authenticator::verifyAdmin(std::string_view token, std::string_view request) {
  assertControlThread();
  return impl_->verifyAdmin(token, request);
}

bool Authenticator::open() const {
  return impl_->open();
}
bool Authenticator::ready() const {
  return impl_->ready();
}

std::string_view bearerToken(std::string_view header) {
  constexpr std::string_view kScheme = "bearer ";
  if (header.size() < kScheme.size() ||
      g_ascii_strncasecmp(header.data(), kScheme.data(), kScheme.size()) != 0)
    return {};
  header.remove_prefix(kScheme.size());
  while (!header.empty() && header.front() == ' ') header.remove_prefix(1);
  while (!header.empty() && header.back() == ' ') header.remove_suffix(1);
  return header;
}

}  // namespace parlour::auth
