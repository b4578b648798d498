// JoinTimes: when a joining participant got how far, and how long each step of it took. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/histogram.hpp"

namespace parlour::call {

/// Monotonic nanoseconds; 0: not yet.
struct JoinTimes {
  int64_t offerNs = 0;      ///< Its first offer came.
  int64_t answerNs = 0;     ///< It was answered.
  int64_t reachedNs = 0;    ///< First valid connectivity check.
  int64_t connectedNs = 0;  ///< DTLS gave the keys.
  int64_t wantedNs = 0;     ///< It published, or something was there for it to receive.
  int64_t mediaNs = 0;      ///< First packet of media, either way.
  bool operator==(const JoinTimes&) const = default;
};

enum class JoinPhase { kAnswer, kIce, kDtls, kMedia, kTotal };
constexpr std::array<const char*, 5> kJoinPhaseNames = {"answer", "ice", "dtls", "media", "total"};

/// How long each phase took, by JoinPhase; nothing for one that is not over. Media that there was
/// none of when the participant connected says nothing of its join: the last two then stay empty.
std::array<std::optional<int64_t>, 5> phasesOf(const JoinTimes& times);

struct JoinHistogram : Histogram {
  JoinHistogram()
      : Histogram({0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30},
                  1e9) {}
};
/// All joins of the server, by JoinPhase.
using JoinHistograms = std::array<JoinHistogram, 5>;

/// Counts the phases that are over in `after` and were not in `before`.
void countPhases(JoinHistograms& histograms, const JoinTimes& before, const JoinTimes& after);

}  // namespace parlour::call
