#include "auth/jwks_source.hpp"

#include "base/log.hpp"

namespace parlour::auth {
namespace {
constexpr log::Topic topic{"auth"};
}

struct JwksSource::State {
  // Injected.
  std::string url;
  Fetch fetch;
  const Clock& clock;
  // State.
  KeySet keys;
  bool fetching = false;
  bool attempted = false;
  int64_t attemptedNs = 0;
  int64_t succeededNs = 0;

  int64_t sinceAttemptNs() const { return clock.nowNs() - attemptedNs; }

  bool due() const {
    if (!attempted) return true;
    if (keys.empty()) return sinceAttemptNs() >= kRetryNs;
    return clock.nowNs() - succeededNs >= kRefreshNs && sinceAttemptNs() >= kUnknownKeyNs;
  }

  static void start(const std::shared_ptr<State>& self) {
    self->fetching = true;
    self->attempted = true;
    self->attemptedNs = self->clock.nowNs();
    self->fetch(self->url, [weak = std::weak_ptr(self)](Result<std::string> document) {
      if (const auto state = weak.lock()) state->take(std::move(document));
    });
  }

  void take(Result<std::string> document) {
    fetching = false;
    auto fresh = document ? KeySet::fromJwks(*document) : Result<KeySet>(document.error());
    if (!fresh) {
      log::warning(topic, {}, "{}: {}{}", url, fresh.error().message,
                   keys.empty() ? "; no token can be checked until this works"
                                : "; the keys fetched before stay in force");
      return;
    }
    keys = std::move(*fresh);
    succeededNs = clock.nowNs();
    log::info(topic, {}, "{}: {} keys", url, keys.size());
  }
};

JwksSource::JwksSource(std::string url, Fetch fetch, const Clock& clock)
    : state_(new State{std::move(url), std::move(fetch), clock, {}}) {}

JwksSource::~JwksSource() = default;

void JwksSource::poll() {
  if (!state_->fetching && state_->due()) State::start(state_);
}

bool JwksSource::wantUnknownKey() {
  const bool allowed = !state_->keys.empty() && state_->sinceAttemptNs() >= kUnknownKeyNs;
  if (!state_->fetching && allowed) State::start(state_);
  return state_->fetching || state_->keys.empty();
}

const KeySet& JwksSource::keys() const {
  return state_->keys;
}

}  // namespace parlour::auth
