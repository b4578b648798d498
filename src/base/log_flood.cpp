#include "base/log_flood.hpp"

#include <algorithm>
#include <utility>

#include "base/clock.hpp"

namespace parlour::log {
namespace {
/// Kinds are categories and domains, a few hundred; more share one bucket.
constexpr size_t kMostKinds = 1000;
constexpr std::string_view kOthers = "";
}  // namespace

std::optional<uint64_t> FloodGate::admit(std::string_view kind, int64_t nowNs) {
  const Lock lock(mutex_);
  auto found = buckets_.find(kind);
  if (found == buckets_.end()) {
    if (buckets_.size() >= kMostKinds) kind = kOthers;
    found = buckets_.try_emplace(std::string(kind), Bucket{double(burst_), nowNs, 0}).first;
  }
  Bucket& bucket = found->second;
  const double gained =
      static_cast<double>(nowNs - bucket.filledNs) * perSecond_ / double(kNsPerSecond);
  bucket.tokens = std::min<double>(burst_, bucket.tokens + std::max(0.0, gained));
  bucket.filledNs = nowNs;
  if (bucket.tokens < 1) {
    ++bucket.suppressed;
    return std::nullopt;
  }
  bucket.tokens -= 1;
  return std::exchange(bucket.suppressed, 0);
}

}  // namespace parlour::log
