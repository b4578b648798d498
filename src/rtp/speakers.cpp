#include "rtp/speakers.hpp"

#include <algorithm>
#include <utility>

namespace parlour::rtp {

SpeakerDetector::SpeakerDetector(const SpeakerSettings& settings) : settings_(settings) {}

SpeakerDetector::Source* SpeakerDetector::find(uint32_t id) {
  const auto at = std::find_if(sources_.begin(), sources_.end(),
                               [id](const Source& source) { return source.id == id; });
  return at == sources_.end() ? nullptr : &*at;
}

const SpeakerDetector::Source* SpeakerDetector::find(uint32_t id) const {
  return const_cast<SpeakerDetector*>(this)->find(id);
}

void SpeakerDetector::onLevel(uint32_t source, uint8_t level, bool voice) {
  Source* known = find(source);
  if (known == nullptr) {
    sources_.emplace_back().id = source;
    known = &sources_.back();
  }
  known->window.add(level, voice);
}

void SpeakerDetector::remove(uint32_t source) {
  std::erase_if(sources_, [source](const Source& s) { return s.id == source; });
  changed_ = std::erase(order_, source) > 0 || changed_;
}

void SpeakerDetector::closeWindow(Source& source, int64_t nowNs) {
  const AudioLevelWindow::Level level = source.window.take();
  source.level = level.mean;
  source.smoothed += (level.mean - source.smoothed) * settings_.smoothing;
  if (level.packets == 0 || level.mean > settings_.loudLevel) {
    source.loud = false;
    return;
  }
  if (!source.loud) source.loudSinceNs = nowNs - settings_.windowNs;
  source.loud = true;
  source.lastLoudNs = nowNs;
}

bool SpeakerDetector::speaks(const Source& source, bool already, int64_t nowNs) const {
  if (already) return nowNs - source.lastLoudNs < settings_.holdNs;
  return source.loud && nowNs - source.loudSinceNs >= settings_.attackNs;
}

/// Does `lower` take the place of `upper`, who stands right before it?
bool SpeakerDetector::overtakes(const Source& lower, const Source& upper, int64_t nowNs) const {
  if (!lower.loud) return false;
  if (nowNs - upper.lastLoudNs >= settings_.yieldNs) return true;
  return lower.smoothed + settings_.marginDb <= upper.smoothed;
}

bool SpeakerDetector::update(int64_t nowNs) {
  for (Source& source : sources_) {
    closeWindow(source, nowNs);
    const auto at = std::find(order_.begin(), order_.end(), source.id);
    const bool already = at != order_.end();
    if (speaks(source, already, nowNs) == already) continue;
    if (already) {
      order_.erase(at);
    } else {
      order_.push_back(source.id);
    }
    changed_ = true;
  }
  for (size_t i = 1; i < order_.size(); ++i)
    for (size_t j = i; j > 0 && overtakes(*find(order_[j]), *find(order_[j - 1]), nowNs); --j) {
      std::swap(order_[j], order_[j - 1]);
      changed_ = true;
    }
  return std::exchange(changed_, false);
}

std::optional<uint32_t> SpeakerDetector::dominant() const {
  if (order_.empty()) return std::nullopt;
  return order_.front();
}

uint8_t SpeakerDetector::level(uint32_t source) const {
  const Source* known = find(source);
  return known == nullptr ? kSilence : known->level;
}

}  // namespace parlour::rtp
