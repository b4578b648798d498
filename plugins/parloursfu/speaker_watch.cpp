#include "speaker_watch.hpp"

#include <algorithm>

namespace parlour::sfu {
namespace {

void appendUint(GValue& array, guint number) {
  GValue value = G_VALUE_INIT;
  g_value_init(&value, G_TYPE_UINT);
  g_value_set_uint(&value, number);
  gst_value_array_append_and_take_value(&array, &value);
}

}  // namespace

bool SpeakerWatch::onTick(std::span<const Routes::Member> members, int64_t nowNs) {
  const bool quiet = quietWindows_ >= kQuietWindows;
  if (!quiet && nowNs - windowNs_ < Housekeeping::kTickNs) return true;
  windowNs_ = nowNs;
  forgetUnheard(members);
  quietWindows_ = quiet ? kQuietWindows : quietWindows_ + 1;
  for (const Routes::Member& member : members) {
    const auto level = member.source->takeLoudnessForSpeakers();
    const uint32_t track = member.source->track;
    if (level.packets == 0 || track == 0 || !member.source->gateOpen()) continue;
    quietWindows_ = 0;
    detector_.onLevel(track, level.mean, level.voice);
    if (std::find(heard_.begin(), heard_.end(), track) == heard_.end()) heard_.push_back(track);
  }
  detector_.update(nowNs);
  return quietWindows_ < kQuietWindows;
}

// Those who left or were muted stop being speakers at once.
void SpeakerWatch::forgetUnheard(std::span<const Routes::Member> members) {
  std::erase_if(heard_, [&](uint32_t track) {
    const bool here = std::any_of(members.begin(), members.end(), [&](const auto& member) {
      return member.source->track == track && member.source->gateOpen();
    });
    if (!here) detector_.remove(track);
    return !here;
  });
}

GstStructure* SpeakerWatch::takeAnnouncement() {
  const auto order = detector_.speakers();
  if (std::equal(order.begin(), order.end(), announced_.begin(), announced_.end())) return nullptr;
  announced_.assign(order.begin(), order.end());
  GValue tracks = G_VALUE_INIT, levels = G_VALUE_INIT;
  g_value_init(&tracks, GST_TYPE_ARRAY);
  g_value_init(&levels, GST_TYPE_ARRAY);
  for (const uint32_t track : announced_) {
    appendUint(tracks, track);
    appendUint(levels, detector_.level(track));
  }
  GstStructure* s = gst_structure_new_empty("rtpsfu-speakers");
  gst_structure_take_value(s, "tracks", &tracks);
  gst_structure_take_value(s, "levels", &levels);
  return s;
}

}  // namespace parlour::sfu
