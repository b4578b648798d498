// Token buckets: how often one client may do something.
// Pure: time is an argument. Thread: any, one at a time.
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace parlour::signalling {

/// `perSecond` on average, `burst` at once.
struct Rate {
  double perSecond = 1;
  double burst = 1;
};

class TokenBucket {
 public:
  explicit TokenBucket(Rate rate) : rate_(rate), tokens_(rate.burst) {}
  /// Takes `count` tokens if they are there.
  bool take(int64_t nowNs, double count = 1);
  /// Milliseconds until one token is there, 0 if there is one.
  uint32_t waitMs(int64_t nowNs) const;

 private:
  void refill(int64_t nowNs);

  Rate rate_;
  double tokens_;
  int64_t lastNs_ = 0;
};

/// The part of a client's address that counts as one client: IPv4 whole, also where it is mapped
/// into IPv6; the /64 of IPv6, which is what one subscriber is given (RFC 6177).
/// Text that is no address is its own key.
std::string rateKey(std::string_view address);

/// One bucket per client, the least recently seen forgotten when there are too many.
class RateLimit {
 public:
  RateLimit(Rate rate, size_t maxClients) : rate_(rate), maxClients_(maxClients) {}

  struct Verdict {
    bool allowed = true;
    uint32_t retryAfterMs = 0;
  };
  Verdict take(std::string_view address, int64_t nowNs);
  size_t size() const { return order_.size(); }

 private:
  struct Client {
    std::string key;
    TokenBucket bucket;
  };
  Rate rate_;
  size_t maxClients_;
  std::list<Client> order_;  // Most recently seen first.
  std::unordered_map<std::string_view, std::list<Client>::iterator> clients_;
};

}  // namespace parlour::signalling
