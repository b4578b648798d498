#include "transport/srtp/ssrc_table.hpp"

#include <algorithm>

namespace parlour::transport {

SsrcTable::Found SsrcTable::find(uint32_t ssrc) {
  if (last_ < entries_.size() && entries_[last_].ssrc == ssrc) return {&entries_[last_].window, {}};
  for (size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].ssrc != ssrc) continue;
    last_ = i;
    return {&entries_[i].window, {}};
  }
  const auto mark = marks_.find(ssrc);
  return mark == marks_.end() ? Found{} : Found{nullptr, mark->second};
}

bool SsrcTable::use(uint32_t ssrc, uint64_t index, const Found& found) {
  if (!found.window) {
    Entry* entry = claim();
    if (!entry) return false;
    entry->ssrc = ssrc;
    entry->window =
        found.mark ? IndexWindow::usedUpTo(*found.mark) : IndexWindow::startingAt(index);
    marks_.erase(ssrc);
    last_ = static_cast<size_t>(entry - entries_.data());
  }
  entries_[last_].window.use(index);
  entries_[last_].lastUse = ++uses_;
  return true;
}

SsrcTable::Entry* SsrcTable::claim() {
  if (entries_.size() < kMaxWindows) return &entries_.emplace_back();
  if (marks_.size() >= kMaxMarks) return nullptr;
  const auto oldest =
      std::min_element(entries_.begin(), entries_.end(),
                       [](const Entry& a, const Entry& b) { return a.lastUse < b.lastUse; });
  marks_[oldest->ssrc] = oldest->window.highest();
  return &*oldest;
}

}  // namespace parlour::transport
