// JwksSource: the keys behind auth.jwksUrl, fetched now and then and when a token names an unknown
// one. A failed fetch leaves the keys that are there in force. Thread: control.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "auth/key_set.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace parlour::auth {

/// Fetches `url` somewhere else and calls `done` on the control thread, later or at once.
using FetchDone = std::function<void(Result<std::string>)>;
using Fetch = std::function<void(const std::string& url, FetchDone done)>;

/// By libcurl on a worker: https (or http to this machine), no redirects, 1 MiB and 10 s at most.
Fetch curlFetch();

class JwksSource {
 public:
  static constexpr int64_t kRefreshNs = 15 * 60 * kNsPerSecond;
  static constexpr int64_t kUnknownKeyNs = 60 * kNsPerSecond;  ///< Least time between such fetches.
  static constexpr int64_t kRetryNs = 5 * kNsPerSecond;        ///< While there are no keys at all.

  JwksSource(std::string url, Fetch fetch, const Clock& clock);
  ~JwksSource();

  /// Fetches if it is time to. Call it at start and every few seconds.
  void poll();
  /// A token names a key that is not here. True: it is being looked for, ask again soon.
  bool wantUnknownKey();
  const KeySet& keys() const;

 private:
  struct State;
  std::shared_ptr<State> state_;  ///< Held weakly by a fetch that is under way.
};

}  // namespace parlour::auth
