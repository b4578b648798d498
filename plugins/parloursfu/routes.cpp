#include "routes.hpp"

#include <algorithm>
#include <utility>

namespace parlour::sfu {

bool Routes::addSource(guint number, GstPad* pad, std::shared_ptr<Source> source) {
  Lock lock(mutex_);
  SourceEntry entry;
  entry.pad = pad;
  entry.source = std::move(source);
  return sources_.emplace(number, std::move(entry)).second;
}

bool Routes::addOutput(guint number, std::shared_ptr<Output> output) {
  Lock lock(mutex_);
  return outputs_.emplace(number, std::move(output)).second;
}

guint Routes::nextSource() const {
  Lock lock(mutex_);
  return sources_.empty() ? 0 : sources_.rbegin()->first + 1;
}

guint Routes::nextOutput() const {
  Lock lock(mutex_);
  return outputs_.empty() ? 0 : outputs_.rbegin()->first + 1;
}

void Routes::removeSource(const Source& source) {
  Lock lock(mutex_);
  for (const auto& [number, output] : outputs_) output->forget(source);
  std::erase_if(sources_, [&](const auto& entry) { return entry.second.source.get() == &source; });
  rematchLocked();
}

void Routes::removeOutput(const Output& output) {
  Lock lock(mutex_);
  for (auto it = outputs_.begin(); it != outputs_.end(); ++it) {
    if (it->second.get() != &output) continue;
    it->second->select(nullptr);
    outputs_.erase(it);
    return;
  }
}

void Routes::clear() {
  Lock lock(mutex_);
  for (const auto& [number, output] : outputs_) output->select(nullptr);
  outputs_.clear();
  sources_.clear();
}

void Routes::rematch() {
  Lock lock(mutex_);
  rematchLocked();
}

void Routes::rematchLocked() {
  layersMatter_ = false;
  for (const auto& [number, output] : outputs_) {
    const uint32_t track = output->track;
    output->select(track ? bestOfLocked(track) : nullptr);
  }
  if (layersMatter_) housekeeping_->kick();
}

std::shared_ptr<Source> Routes::bestOfLocked(uint32_t track) {
  const SourceEntry* best = nullptr;
  const auto rank = [](const SourceEntry& entry) {
    return std::pair(entry.silentTicks < kSilentTicks, entry.source->layer.load());
  };
  for (const auto& [number, entry] : sources_) {
    if (entry.source->track != track) continue;
    layersMatter_ = layersMatter_ || best;
    if (!best || rank(entry) > rank(*best)) best = &entry;
  }
  return best ? best->source : nullptr;
}

void Routes::endIfAllEnded() {
  Lock lock(mutex_);
  const bool ended =
      !sources_.empty() && std::all_of(sources_.begin(), sources_.end(), [](const auto& entry) {
        return entry.second.source->ended.load();
      });
  if (!ended) return;
  for (const auto& [number, output] : outputs_) output->end();
}

std::vector<Routes::Member> Routes::sources() const {
  Lock lock(mutex_);
  std::vector<Member> members;
  members.reserve(sources_.size());
  for (const auto& [number, entry] : sources_)
    members.push_back({Ref<GstPad>::share(entry.pad), entry.source});
  return members;
}

bool Routes::watchLayers() {
  Lock lock(mutex_);
  if (!layersMatter_) return false;
  for (auto& [number, entry] : sources_) {
    const uint64_t packets = entry.source->counters.packets;
    entry.silentTicks = packets != entry.packetsBefore ? 0 : entry.silentTicks + 1;
    entry.packetsBefore = packets;
  }
  for (const auto& [number, output] : outputs_)
    if (const uint32_t track = output->track) output->select(bestOfLocked(track));
  return true;
}

}  // namespace parlour::sfu
