// Placement: which egress worker a new endpoint goes to.
//
// Every packet of a stream wakes each worker that has a viewer of it, so a small room stays on one
// worker: half the wake-ups, longer batches. A room larger than kTogether spreads over all of them.
// Pure. Thread: one at a time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace parlour::transport {

class Placement {
 public:
  /// Endpoints of one room that share a worker before another one takes some.
  static constexpr size_t kTogether = 48;

  explicit Placement(size_t workers) : load_(workers) {}

  /// The worker for one more endpoint of `room`.
  size_t join(const std::string& room) {
    auto& here = rooms_.try_emplace(room, load_.size()).first->second;
    const size_t best = choose(here);
    ++here[best];
    ++load_[best];
    return best;
  }

  void leave(const std::string& room, size_t worker) {
    const auto found = rooms_.find(room);
    if (found == rooms_.end() || found->second[worker] == 0) return;
    --found->second[worker];
    --load_[worker];
    if (std::all_of(found->second.begin(), found->second.end(), [](size_t n) { return n == 0; }))
      rooms_.erase(found);
  }

 private:
  size_t choose(const std::vector<size_t>& here) const {
    const auto most = std::max_element(here.begin(), here.end());
    if (*most > 0 && *most < kTogether) return static_cast<size_t>(most - here.begin());
    // Full workers only once all are; among equals the one with the least to do.
    size_t best = 0;
    const auto cost = [&](size_t i) {
      return std::pair(here[i] < kTogether ? 0 : here[i], load_[i]);
    };
    for (size_t i = 1; i < load_.size(); ++i)
      if (cost(i) < cost(best)) best = i;
    return best;
  }

  std::vector<size_t> load_;                         ///< Endpoints by worker.
  std::map<std::string, std::vector<size_t>> rooms_; ///< The same of each room.
};

}  // namespace parlour::transport
