#include "rtp/nack_generator.hpp"

#include <algorithm>

namespace parlour::rtp {

NackGenerator::NackGenerator() : NackGenerator(Settings()) {}

NackGenerator::NackGenerator(const Settings& settings) : settings_(settings) {}

void NackGenerator::onPacket(uint16_t sequence, int64_t nowNs, bool keyFrameStart) {
  const bool first = !sequences_.started();
  const int64_t newest = sequences_.newest();
  const int64_t full = sequences_.unwrap(sequence);
  if (keyFrameStart) keyFrame_ = std::max(keyFrame_, full);
  if (first) return;
  if (full > newest) {
    addGap(newest + 1, full, nowNs);
  } else {
    remove(full);
  }
}

void NackGenerator::onRecovered(uint16_t sequence) {
  if (sequences_.started()) remove(sequences_.peek(sequence));
}

void NackGenerator::remove(int64_t sequence) {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), sequence,
                                   [](const Entry& e, int64_t s) { return e.sequence < s; });
  if (at != entries_.end() && at->sequence == sequence) entries_.erase(at);
}

/// Everything in [from, to) is missing.
void NackGenerator::addGap(int64_t from, int64_t to, int64_t nowNs) {
  const auto gap = static_cast<size_t>(to - from);
  if (entries_.size() + gap > settings_.maxEntries) giveUpBefore(keyFrame_);
  if (entries_.size() + gap > settings_.maxEntries) {
    // Hopeless by retransmission. `to` being a key frame mends it already.
    giveUpBefore(to);
    givenUp_ += gap;
    wantKeyFrame_ = wantKeyFrame_ || keyFrame_ < to;
    return;
  }
  for (int64_t sequence = from; sequence < to; ++sequence) entries_.push_back({sequence, nowNs, 0});
}

void NackGenerator::giveUpBefore(int64_t sequence) {
  const auto end = std::lower_bound(entries_.begin(), entries_.end(), sequence,
                                    [](const Entry& e, int64_t s) { return e.sequence < s; });
  givenUp_ += static_cast<uint64_t>(end - entries_.begin());
  entries_.erase(entries_.begin(), end);
}

size_t NackGenerator::collect(int64_t nowNs, int64_t rttNs, std::span<uint16_t> out) {
  const int64_t spacing =
      std::max(settings_.minSpacingNs, rttNs > 0 ? rttNs : settings_.assumedRttNs);
  size_t count = 0;
  const auto handled = [&](Entry& entry) {
    const int64_t wait = entry.attempts == 0 ? settings_.reorderNs : spacing;
    if (nowNs - entry.askedNs < wait) return false;
    if (entry.attempts >= settings_.maxAttempts) {
      ++givenUp_;
      wantKeyFrame_ = wantKeyFrame_ || entry.sequence > keyFrame_;
      return true;
    }
    if (count == out.size()) return false;
    out[count++] = static_cast<uint16_t>(entry.sequence);
    entry.askedNs = nowNs;
    ++entry.attempts;
    return false;
  };
  std::erase_if(entries_, handled);
  return count;
}

bool NackGenerator::takeKeyFrameRequest() {
  const bool wanted = wantKeyFrame_;
  wantKeyFrame_ = false;
  return wanted;
}

}  // namespace parlour::rtp
