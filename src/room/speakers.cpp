#include "room/speakers.hpp"

#include <algorithm>

namespace parlour::room {

bool Speakers::update(const std::vector<std::pair<uint32_t, uint8_t>>& levels, int64_t nowNs) {
  // Whether a sender sets the V bit differs between clients; the level decides.
  for (const auto& [csrc, level] : levels) detector_.onLevel(csrc, level, true);
  detector_.update(nowNs);
  return refresh();
}

bool Speakers::silence(uint32_t csrc) {
  detector_.remove(csrc);
  return refresh();
}

void Speakers::forget(uint32_t csrc) {
  silence(csrc);
  std::erase(order_, csrc);
}

std::vector<Speakers::Speaker> Speakers::now() const {
  std::vector<Speaker> list;
  for (const uint32_t csrc : detector_.speakers()) list.push_back({csrc, detector_.level(csrc)});
  return list;
}

bool Speakers::refresh() {
  const auto speakers = detector_.speakers();
  const auto before = order_.begin() + static_cast<ptrdiff_t>(speaking_);
  if (std::equal(speakers.begin(), speakers.end(), order_.begin(), before)) return false;
  std::vector<uint32_t> order(speakers.begin(), speakers.end());
  for (const uint32_t csrc : order_)
    if (std::find(speakers.begin(), speakers.end(), csrc) == speakers.end()) order.push_back(csrc);
  speaking_ = speakers.size();
  order_ = std::move(order);
  return true;
}

}  // namespace parlour::room
