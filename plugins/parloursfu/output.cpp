#include "output.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace parlour::sfu {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

uint32_t randomSsrc() {
  uint32_t ssrc = 0;
  while (ssrc == 0) ssrc = g_random_int();
  return ssrc;
}

// The extensions that are forwarded keep the ids they came with.
rtp::ExtensionIds idsOf(const rtp::ParsedPacket& packet) {
  rtp::ExtensionIds ids = {};
  for (uint8_t i = 0; i < packet.elementCount; ++i)
    if (packet.elements[i].meaning != rtp::Extension::kUnknown)
      ids[static_cast<size_t>(packet.elements[i].meaning)] = packet.elements[i].id;
  return ids;
}

}  // namespace

// RFC 3550 §5.1: numbering begins at random. Below 2^15, for SRTP's sake (RFC 3711 §3.3.1).
Output::Output()
    : ssrc(randomSsrc()),
      rewriter_(static_cast<uint16_t>(g_random_int() & 0x7fff), g_random_int()),
      pool_(0, 0) {}

void Output::select(std::shared_ptr<Source> source) {
  bool ask = false;
  {
    // Listening changes under the lock, or the task's end of a switch could undo a newer one.
    Lock lock(selectionMutex_);
    if (wanted_ == source) return;
    if (wanted_ && wanted_ != current_) wanted_->removeListener(*this);
    if (!source && current_) std::exchange(current_, nullptr)->removeListener(*this);
    wanted_ = source;
    const bool begins = source && source != current_;
    waitingFor_.store(begins ? source.get() : nullptr, kRelaxed);
    if (begins) source->addListener(shared_from_this());
    ask = asked_ = begins && source->video();
  }
  if (ask) source->requestKeyFrame();
}

void Output::forget(const Source& source) {
  Lock lock(selectionMutex_);
  if (wanted_.get() == &source) wanted_ = nullptr;
  if (current_.get() == &source) current_ = nullptr;
  if (waitsFor(source)) waitingFor_.store(nullptr, kRelaxed);
}

void Output::requestKeyFrame() {
  std::shared_ptr<Source> source;
  {
    Lock lock(selectionMutex_);
    source = current_ ? current_ : wanted_;
  }
  if (source) source->requestKeyFrame();
}

void Output::put(Item item) {
  std::lock_guard lock(queueMutex_);
  if (flushing_) return;
  const size_t most = std::max<uint32_t>(maxPackets.load(kRelaxed), 1);
  while (queue_.size() >= most) {
    queue_.pop_front();
    counters.droppedFull.fetch_add(1, kRelaxed);
    broken_.store(true, kRelaxed);
  }
  queue_.push_back(std::move(item));
  filled_.notify_one();
}

bool Output::take(Item& item) {
  std::unique_lock lock(queueMutex_);
  filled_.wait(lock, [this] { return flushing_ || !queue_.empty(); });
  if (flushing_) return false;
  item = std::move(queue_.front());
  queue_.pop_front();
  return true;
}

void Output::setFlushing(bool flushing) {
  std::deque<Item> old;
  {
    std::lock_guard lock(queueMutex_);
    flushing_ = flushing;
    old.swap(queue_);
  }
  filled_.notify_all();
}

Buf<GstBuffer> Output::rewrite(Item& item) {
  // A copy, because arrival is compared between sources and the packet is shared.
  rtp::ParsedPacket packet = parlour_buffer_get_rtp_meta(item.buffer.get())->packet;
  const Step step = place(item, packet);
  if (step == Step::kDrop) {
    counters.droppedWaiting.fetch_add(1, kRelaxed);
    return {};
  }
  if (step == Step::kBegin) {
    rewriter_.startSource(packet, item.format->clockRateOf(packet), packet.arrivalNs);
    counters.switches.fetch_add(1, kRelaxed);
  }
  const rtp::Rewritten numbers = rewriter_.rewrite(packet);
  return numbers.drop ? Buf<GstBuffer>() : write(item, packet, numbers);
}

Output::Step Output::place(const Item& item, const rtp::ParsedPacket& packet) {
  {
    Lock lock(selectionMutex_);
    const bool wanted = item.source == wanted_, current = item.source == current_;
    if (!wanted && !current) return Step::kDrop;
    const bool broken = broken_.load(kRelaxed) && item.format->videoIn(packet);
    if (current && !broken && !item.restart && packet.ssrc == rewriter_.sourceSsrc())
      return Step::kGoOn;
    if (item.format->startsAt(packet)) {
      if (wanted) {
        if (current_ && !current) current_->removeListener(*this);
        current_ = wanted_;
        waitingFor_.store(nullptr, kRelaxed);
      }
      broken_.store(false, kRelaxed);
      return Step::kBegin;
    }
    if (!wanted) return Step::kDrop;
    // Asked for once; housekeeping repeats it for as long as this output waits.
    const bool waits = waitingFor_.exchange(item.source.get(), kRelaxed) == item.source.get();
    if (waits && asked_) return Step::kDrop;
    asked_ = true;
  }
  item.source->requestKeyFrame();
  return Step::kDrop;
}

Buf<GstBuffer> Output::write(const Item& item, const rtp::ParsedPacket& packet,
                             const rtp::Rewritten& numbers) {
  ParlourRtpMeta* meta = nullptr;
  Buf<GstBuffer> out = pool_.acquire(meta);
  if (!out) return {};
  const int pt = payloadType.load(kRelaxed);
  const rtp::OutgoingHeader header = {
      .payloadType = pt >= 0 ? static_cast<uint8_t>(pt) : packet.payloadType,
      .marker = packet.marker,
      .sequence = numbers.sequence,
      .timestamp = numbers.timestamp,
      .ssrc = ssrc.load(kRelaxed),
      .csrc = csrc.load(kRelaxed) ? item.source->track.load(kRelaxed) : 0,
  };
  const size_t headerSize =
      rtp::writeHeader({meta->bytes, meta->capacity}, header, idsOf(packet), packet);
  const size_t size = headerSize + packet.payloadSize;
  if (headerSize == 0 || size > meta->capacity) return {};
  uint8_t* payload = meta->bytes + headerSize;
  std::memcpy(payload, packet.payload().data(), packet.payloadSize);
  numbers.patch.apply(payload);

  rtp::parse(meta->bytes, size, item.format->extensions, meta->packet);
  meta->packet.codec = packet.codec;
  meta->packet.keyFrame = packet.keyFrame;
  meta->packet.arrivalNs = packet.arrivalNs;
  transport::RtpBufferPool::finish(out.get(), static_cast<uint32_t>(size));
  if (packet.marker) GST_BUFFER_FLAG_SET(out.get(), GST_BUFFER_FLAG_MARKER);
  if (!item.format->startsAt(packet)) GST_BUFFER_FLAG_SET(out.get(), GST_BUFFER_FLAG_DELTA_UNIT);
  counters.packets.fetch_add(1, kRelaxed);
  counters.bytes.fetch_add(size, kRelaxed);
  return out;
}

}  // namespace parlour::sfu
