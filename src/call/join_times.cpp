#include "call/join_times.hpp"

#include <algorithm>

namespace parlour::call {

std::array<std::optional<int64_t>, 5> phasesOf(const JoinTimes& times) {
  const auto between = [](int64_t from, int64_t to) -> std::optional<int64_t> {
    if (from == 0 || to == 0) return std::nullopt;
    return std::max<int64_t>(to - from, 0);  // Times of two threads.
  };
  std::array<std::optional<int64_t>, 5> phases{
      between(times.offerNs, times.answerNs), between(times.answerNs, times.reachedNs),
      between(times.reachedNs, times.connectedNs), std::nullopt, std::nullopt};
  const bool awaited = times.wantedNs != 0 && times.wantedNs <= times.connectedNs;
  if (!awaited) return phases;
  phases[3] = between(times.connectedNs, times.mediaNs);
  phases[4] = between(times.offerNs, times.mediaNs);
  return phases;
}

void countPhases(JoinHistograms& histograms, const JoinTimes& before, const JoinTimes& after) {
  const auto had = phasesOf(before), has = phasesOf(after);
  for (size_t i = 0; i < has.size(); ++i)
    if (has[i] && !had[i]) histograms[i].observe(static_cast<uint64_t>(*has[i]));
}

}  // namespace parlour::call
