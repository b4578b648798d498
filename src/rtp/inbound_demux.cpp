#include "rtp/inbound_demux.hpp"

#include <algorithm>
#include <utility>

namespace parlour::rtp {

namespace {

constexpr int8_t kNoLine = -1, kManyLines = -2;

std::string_view textOf(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

template <typename List, typename Equal>
int indexIf(const List& list, Equal equal) {
  const auto at = std::find_if(list.begin(), list.end(), equal);
  return at == list.end() ? -1 : static_cast<int>(at - list.begin());
}

}  // namespace

ExtensionMap mergeExtensions(const std::vector<InboundLine>& lines) {
  ExtensionMap map = emptyExtensionMap();
  for (const InboundLine& line : lines)
    for (const auto& [id, meaning] : line.extensions)
      if (id != 0 && map[id] == Extension::kUnknown) map[id] = meaning;
  return map;
}

int InboundDemux::lineOfMid(std::string_view mid) const {
  return indexIf(lines_, [mid](const InboundLine& line) { return line.mid == mid; });
}

int InboundDemux::ridOf(int line, std::string_view rid) const {
  return indexIf(lines_[static_cast<size_t>(line)].rids,
                 [rid](const std::string& known) { return known == rid; });
}

void InboundDemux::configure(std::vector<InboundLine> lines) {
  const std::vector<InboundLine> before = std::exchange(lines_, std::move(lines));
  readSignalled();
  for (size_t i = learnedCount_; i-- > 0;)
    if (!carryOver(before, ssrcs_[i], learned_[i])) removeAt(i);
}

void InboundDemux::readSignalled() {
  signalled_.clear();
  lineOfPt_.fill(kNoLine);
  for (size_t i = 0; i < lines_.size() && i <= INT8_MAX; ++i) {
    const auto line = static_cast<int8_t>(i);
    for (const uint32_t ssrc : lines_[i].ssrcs) signalled_[ssrc] = line;
    for (const auto& [rtx, primary] : lines_[i].rtxOf) signalled_[rtx] = signalled_[primary] = line;
    for (const auto& [payloadType, payload] : lines_[i].payloads) {
      if (payloadType >= lineOfPt_.size()) continue;
      int8_t& unique = lineOfPt_[payloadType];
      unique = unique == kNoLine ? line : kManyLines;
    }
  }
}

/// Re-reads an entry for the new lines; false where its line is gone.
bool InboundDemux::carryOver(const std::vector<InboundLine>& before, uint32_t ssrc,
                             Learned& entry) const {
  const InboundLine& old = before[static_cast<size_t>(entry.match.line)];
  const auto signalled = signalled_.find(ssrc);
  const int line = signalled != signalled_.end() ? signalled->second : lineOfMid(old.mid);
  if (line < 0) return false;
  entry.match.rid =
      entry.match.rid < 0 ? -1 : ridOf(line, old.rids[static_cast<size_t>(entry.match.rid)]);
  entry.match.line = line;
  entry.resolved = false;
  return true;
}

const InboundDemux::Match* InboundDemux::match(const ParsedPacket& packet) {
  Learned* entry = find(packet.ssrc);
  const auto mid = packet.extension(Extension::kMid);
  const auto rid = packet.extension(Extension::kRid);
  const auto repairedRid = packet.extension(Extension::kRepairedRid);
  if (entry == nullptr || !mid.empty()) entry = place(packet, textOf(mid), entry);
  if (entry == nullptr) return nullptr;
  readRid(textOf(!rid.empty() ? rid : repairedRid), *entry);
  entry->usedAt = ++tick_;
  if (!entry->resolved || entry->payloadType != packet.payloadType) resolve(packet, *entry);
  return entry->resolved ? &entry->match : nullptr;
}

/// RFC 8843 section 9.2: by MID, else by signalled SSRC, else by unique payload type.
InboundDemux::Learned* InboundDemux::place(const ParsedPacket& packet, std::string_view mid,
                                           Learned* known) {
  int line = -1;
  if (!mid.empty()) {
    line = lineOfMid(mid);
  } else if (const auto at = signalled_.find(packet.ssrc); at != signalled_.end()) {
    line = at->second;
  } else {
    line = lineOfPt_[packet.payloadType];
  }
  if (line < 0) return nullptr;
  if (known == nullptr) known = &add(packet.ssrc);
  if (known->match.line == line) return known;
  *known = Learned();
  known->match.line = line;
  known->match.ssrc = packet.ssrc;
  return known;
}

void InboundDemux::readRid(std::string_view rid, Learned& entry) {
  if (rid.empty()) return;
  const int index = ridOf(entry.match.line, rid);
  if (index < 0 || index == entry.match.rid) return;
  entry.match.rid = index;
  entry.resolved = false;
}

/// Fills in what depends on the payload type and, for retransmissions, on other SSRCs.
void InboundDemux::resolve(const ParsedPacket& packet, Learned& entry) {
  entry.resolved = false;
  const auto& payloads = lines_[static_cast<size_t>(entry.match.line)].payloads;
  auto payload = payloads.find(packet.payloadType);
  if (payload == payloads.end()) return;
  Match& match = entry.match;
  match.rtx = payload->second.codec == Codec::kRtx;
  if (match.rtx) {
    payload = payloads.find(payload->second.apt);
    if (payload == payloads.end() || payload->second.codec == Codec::kRtx) return;
  }
  match.payloadType = payload->first;
  match.codec = payload->second.codec;
  match.clockRate = payload->second.clockRate;
  match.primarySsrc = match.rtx ? primaryOf(match) : match.ssrc;
  entry.payloadType = packet.payloadType;
  entry.resolved = true;
  if (!match.rtx) forgetPrimaries(match.line);
}

/// Retransmissions of the line look for their original stream again.
void InboundDemux::forgetPrimaries(int line) {
  for (size_t i = 0; i < learnedCount_; ++i)
    if (learned_[i].match.line == line && learned_[i].match.rtx) learned_[i].resolved = false;
}

/// The original stream of a retransmission: as signalled, else the newest one of the same layer.
uint32_t InboundDemux::primaryOf(const Match& rtx) const {
  const InboundLine& line = lines_[static_cast<size_t>(rtx.line)];
  const auto signalled = line.rtxOf.find(rtx.ssrc);
  if (signalled != line.rtxOf.end()) return signalled->second;
  if (rtx.rid < 0 && !line.rids.empty()) return 0;
  const Learned* newest = nullptr;
  for (size_t i = 0; i < learnedCount_; ++i) {
    const Learned& other = learned_[i];
    const bool original = other.resolved && !other.match.rtx && other.match.line == rtx.line &&
                          other.match.rid == rtx.rid;
    if (original && (newest == nullptr || other.usedAt > newest->usedAt)) newest = &other;
  }
  return newest != nullptr ? newest->match.ssrc : 0;
}

InboundDemux::Learned* InboundDemux::find(uint32_t ssrc) {
  if (lastIndex_ < learnedCount_ && ssrcs_[lastIndex_] == ssrc) return &learned_[lastIndex_];
  const auto end = ssrcs_.begin() + static_cast<std::ptrdiff_t>(learnedCount_);
  const auto at = std::find(ssrcs_.begin(), end, ssrc);
  if (at == end) return nullptr;
  lastIndex_ = static_cast<size_t>(at - ssrcs_.begin());
  return &learned_[lastIndex_];
}

/// A fresh entry, in the place of the least recently used one where the table is full.
InboundDemux::Learned& InboundDemux::add(uint32_t ssrc) {
  size_t index = learnedCount_;
  if (learnedCount_ < kMaxLearned) {
    ++learnedCount_;
  } else {
    const auto oldest =
        std::min_element(learned_.begin(), learned_.end(),
                         [](const Learned& a, const Learned& b) { return a.usedAt < b.usedAt; });
    index = static_cast<size_t>(oldest - learned_.begin());
  }
  ssrcs_[index] = ssrc;
  learned_[index] = Learned();
  lastIndex_ = index;
  return learned_[index];
}

void InboundDemux::removeAt(size_t index) {
  --learnedCount_;
  ssrcs_[index] = ssrcs_[learnedCount_];
  learned_[index] = learned_[learnedCount_];
}

void InboundDemux::forget(uint32_t ssrc) {
  const Learned* entry = find(ssrc);
  if (entry == nullptr) return;
  const int line = entry->match.line;
  removeAt(static_cast<size_t>(entry - learned_.data()));
  forgetPrimaries(line);
}

}  // namespace parlour::rtp
