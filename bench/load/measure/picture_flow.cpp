#include "load/measure/picture_flow.hpp"

#include <algorithm>
#include <utility>

namespace parlour::bench {
namespace {

constexpr int64_t kFreezeOverNs = 150 * kNsPerMs;
constexpr int64_t kPicturesOfUsual = 30;
constexpr int64_t kBase = 1 << 20;  ///< So that unwrapped numbers are never negative.

}  // namespace

void FlowTally::add(const FlowTally& o) {
  pictures += o.pictures;
  keyPictures += o.keyPictures;
  freezes += o.freezes;
  switches += o.switches;
  freezeNs += o.freezeNs;
  watchedNs += o.watchedNs;
  longestNs = std::max(longestNs, o.longestNs);
  for (const auto& [height, count] : o.byHeight) byHeight[height] += count;
}

unsigned PictureFlow::onPacket(const Packet& packet, int64_t nowNs) {
  const int64_t sequence = sequences_.unwrap(packet.sequence) + kBase;
  if (next_ >= 0 && sequence < next_) return 0;
  slot(sequence) = {sequence, packet};
  // A decoder that waits for something lost goes on with the key frame.
  if (packet.start && packet.key) next_ = sequence;
  unsigned taken = 0;
  while (takePicture(nowNs)) ++taken;
  return taken;
}

bool PictureFlow::takePicture(int64_t nowNs) {
  if (next_ < 0) return false;
  const Slot& first = slot(next_);
  if (first.sequence != next_ || !first.packet.start) return false;
  for (int64_t at = next_; at < next_ + static_cast<int64_t>(kWindow); ++at) {
    const Slot& each = slot(at);
    if (each.sequence != at) return false;
    if (!each.packet.end) continue;
    count(first.packet, nowNs);
    next_ = at + 1;
    return true;
  }
  return false;
}

void PictureFlow::count(const Packet& first, int64_t nowNs) {
  if (first.key) {
    ++tally_.keyPictures;
    height_ = first.height;
  }
  ++tally_.pictures;
  ++tally_.byHeight[height_];
  const bool another = std::exchange(track_, first.track) != first.track;
  const int64_t before = std::exchange(lastPictureNs_, nowNs);
  if (before == 0) return;
  if (another) {
    ++tally_.switches;
    return;
  }
  const int64_t gap = nowNs - before;
  tally_.watchedNs += gap;
  if (gap >= std::max(3 * usualNs_, usualNs_ + kFreezeOverNs)) {
    ++tally_.freezes;
    tally_.freezeNs += gap;
    tally_.longestNs = std::max(tally_.longestNs, gap);
    return;
  }
  usualNs_ += (gap - usualNs_) / kPicturesOfUsual;
}

FlowTally PictureFlow::take() {
  return std::exchange(tally_, {});
}

}  // namespace parlour::bench
