#include "signalling/rate_limit.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "base/clock.hpp"

namespace parlour::signalling {

void TokenBucket::refill(int64_t nowNs) {
  if (lastNs_ != 0 && nowNs > lastNs_) {
    const double seconds = static_cast<double>(nowNs - lastNs_) / kNsPerSecond;
    tokens_ = std::min(rate_.burst, tokens_ + seconds * rate_.perSecond);
  }
  lastNs_ = nowNs;
}

bool TokenBucket::take(int64_t nowNs, double count) {
  refill(nowNs);
  if (tokens_ < count) return false;
  tokens_ -= count;
  return true;
}

uint32_t TokenBucket::waitMs(int64_t nowNs) const {
  TokenBucket now = *this;
  now.refill(nowNs);
  if (now.tokens_ >= 1) return 0;
  return static_cast<uint32_t>(std::ceil((1 - now.tokens_) / rate_.perSecond * 1000));
}

std::string rateKey(std::string_view address) {
  const std::string text(address);
  in6_addr v6{};
  if (inet_pton(AF_INET6, text.c_str(), &v6) != 1) return text;
  std::array<char, INET6_ADDRSTRLEN> out{};
  if (IN6_IS_ADDR_V4MAPPED(&v6)) {
    inet_ntop(AF_INET, v6.s6_addr + 12, out.data(), out.size());
    return out.data();
  }
  std::memset(v6.s6_addr + 8, 0, 8);
  inet_ntop(AF_INET6, &v6, out.data(), out.size());
  return std::string(out.data()) + "/64";
}

RateLimit::Verdict RateLimit::take(std::string_view address, int64_t nowNs) {
  const std::string key = rateKey(address);
  const auto found = clients_.find(key);
  if (found != clients_.end()) {
    order_.splice(order_.begin(), order_, found->second);
  } else {
    if (order_.size() >= maxClients_) {
      clients_.erase(order_.back().key);
      order_.pop_back();
    }
    order_.push_front({key, TokenBucket(rate_)});
    clients_.emplace(order_.front().key, order_.begin());
  }
  TokenBucket& bucket = order_.front().bucket;
  if (bucket.take(nowNs)) return {};
  return {false, bucket.waitMs(nowNs)};
}

}  // namespace parlour::signalling
