// Stays: how many events each participant has been told, across its connections.
// Thread: control.
#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>

#include "base/clock.hpp"
#include "call/service.hpp"

namespace parlour::signalling {

struct Stay {
  uint64_t seq = 0;        ///< Of the last event told.
  int64_t goneSinceNs = 0; ///< In no room since then; 0: in one.
};

/// How long somebody who is in no room is remembered: a silent participant leaves its room and
/// may come back within the resume window (call/).
constexpr int64_t kStayGraceNs = 60 * kNsPerSecond;

/// Keeps `goneSinceNs`; true when a stay is over for good.
inline bool stayIsOver(call::Service& calls, const call::ParticipantId& id, int64_t nowNs,
                       int64_t& goneSinceNs) {
  if (calls.roomOf(id)) {
    goneSinceNs = 0;
    return false;
  }
  if (goneSinceNs == 0) goneSinceNs = nowNs;
  return nowNs - goneSinceNs > kStayGraceNs;
}

class Stays {
 public:
  /// The stay of a participant, begun if it is not known.
  std::shared_ptr<Stay> of(const call::ParticipantId& id) {
    auto& stay = stays_[id];
    if (!stay) stay = std::make_shared<Stay>();
    return stay;
  }
  /// Forgets those whose stay is over.
  void sweep(call::Service& calls, int64_t nowNs) {
    std::erase_if(stays_, [&](const auto& entry) {
      return stayIsOver(calls, entry.first, nowNs, entry.second->goneSinceNs);
    });
  }
  size_t size() const { return stays_.size(); }

 private:
  std::unordered_map<call::ParticipantId, std::shared_ptr<Stay>> stays_;
};

}  // namespace parlour::signalling
