#include "source.hpp"

#include <algorithm>

#include "output.hpp"
#include "rtp/bytes.hpp"

namespace parlour::sfu {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;
// Buffers of foreign packets that are queued somewhere at once; past it packets are dropped.
constexpr uint32_t kMaxForeignBuffers = 4096;

int64_t monotonicNs() {
  return g_get_monotonic_time() * 1000;
}

// A buffer may have gone through an element that changed it and knows nothing of our meta.
bool stillDescribes(const ParlourRtpMeta& meta, GstBuffer* buffer) {
  const rtp::ParsedPacket& packet = meta.packet;
  return packet.data != nullptr && packet.data == meta.bytes && gst_buffer_n_memory(buffer) == 1 &&
         gst_buffer_get_size(buffer) == packet.size &&
         rtp::read16(packet.data + 2) == packet.sequence &&
         rtp::read32(packet.data + 8) == packet.ssrc;
}

}  // namespace

void Source::setFormat(std::shared_ptr<const StreamFormat> format) {
  video_.store(format->video, kRelaxed);
  format_ = std::move(format);
}

void Source::onBuffer(Buf<GstBuffer> buffer, GstClockTime runningTime) {
  if (!gateOpen()) {
    wasClosed_ = true;
    counters.droppedGate.fetch_add(1, kRelaxed);
    return;
  }
  buffer = withMeta(std::move(buffer));
  if (!buffer) {
    counters.malformed.fetch_add(1, kRelaxed);
    return;
  }
  const rtp::ParsedPacket& packet = parlour_buffer_get_rtp_meta(buffer.get())->packet;
  const bool restart = wasClosed_;
  if (restart && !passesGate(packet)) return;

  counters.packets.fetch_add(1, kRelaxed);
  counters.bytes.fetch_add(packet.size, kRelaxed);
  if (!video() && format_->videoIn(packet)) video_.store(true, kRelaxed);
  if (packet.keyFrame) {
    counters.keyFrames.fetch_add(1, kRelaxed);
    Lock lock(requestsMutex_);
    requests_.onKeyFrame(housekeeping_->nowNs());
  }
  if (!packet.extension(rtp::Extension::kAudioLevel).empty()) {
    forReader_.add(packet.audioLevel, packet.voice);
    forSpeakers_.add(packet.audioLevel, packet.voice);
    if (housekeeping_->wakeOnAudio.load(kRelaxed) && housekeeping_->wakeOnAudio.exchange(false))
      housekeeping_->kick();
  }
  if (fanout_) fanout_->deliver(buffer.get(), packet);
  if (listened_.load(std::memory_order_acquire)) toListeners(buffer, runningTime, restart);
}

// A video stream that was interrupted is of no use before its next key frame.
bool Source::passesGate(const rtp::ParsedPacket& packet) {
  if (!format_->startsAt(packet)) {
    counters.droppedGate.fetch_add(1, kRelaxed);
    return false;
  }
  wasClosed_ = false;
  return true;
}

Buf<GstBuffer> Source::withMeta(Buf<GstBuffer> buffer) {
  const ParlourRtpMeta* meta = parlour_buffer_get_rtp_meta(buffer.get());
  if (meta && stillDescribes(*meta, buffer.get()) &&
      (meta->packet.codec != rtp::Codec::kUnknown || format_->codec == rtp::Codec::kUnknown))
    return buffer;
  return copyForeign(buffer.get());
}

Buf<GstBuffer> Source::copyForeign(GstBuffer* buffer) {
  const gsize size = gst_buffer_get_size(buffer);
  if (size > transport::kRtpBufferSize) return {};
  if (!pool_) pool_.emplace(0, kMaxForeignBuffers);
  ParlourRtpMeta* meta = nullptr;
  Buf<GstBuffer> own = pool_->acquire(meta);
  if (!own || gst_buffer_extract(buffer, 0, meta->bytes, size) != size) return {};
  transport::RtpBufferPool::finish(own.get(), static_cast<uint32_t>(size));
  if (!rtp::parse(meta->bytes, size, format_->extensions, meta->packet)) {
    meta->packet = {};
    return {};
  }
  const bool known = format_->payloadType < 0 || format_->payloadType == meta->packet.payloadType;
  rtp::classify(known ? format_->codec : rtp::Codec::kUnknown, meta->packet);
  meta->packet.arrivalNs = monotonicNs();
  return own;
}

void Source::toListeners(const Buf<GstBuffer>& buffer, GstClockTime runningTime, bool restart) {
  std::shared_ptr<const Listeners> listeners;
  {
    Lock lock(listenersMutex_);
    listeners = listeners_;
  }
  for (const auto& output : *listeners)
    output->put({shared_from_this(), format_, buffer, runningTime, restart});
}

void Source::requestKeyFrame() noexcept {
  counters.requestsAsked.fetch_add(1, kRelaxed);
  const int64_t now = housekeeping_->nowNs();
  bool first = false;
  {
    Lock lock(requestsMutex_);
    first = !requests_.wanted();
    requests_.ask(now);
    lastAskNs_ = now;
  }
  if (first) housekeeping_->kick();
}

void Source::setGate(bool open) {
  const bool opened = !open_.exchange(open, kRelaxed) && open;
  if (!opened || !video()) return;
  requestKeyFrame();
  housekeeping_->kick();  // An older request may have been waiting for this.
}

bool Source::takeDueRequest(int64_t nowNs) {
  const bool waits = anyoneWaits();
  Lock lock(requestsMutex_);
  if (!requests_.wanted()) return false;
  if (waits) lastAskNs_ = nowNs;
  if (nowNs - lastAskNs_ > kAskLifetimeNs) {
    requests_.cancel();
    return false;
  }
  // Nothing that the publisher sends would get through; opening the gate asks anew.
  if (!gateOpen() || !requests_.due(nowNs)) return false;
  counters.requestsSent.fetch_add(1, kRelaxed);
  return true;
}

bool Source::wantsKeyFrame() {
  Lock lock(requestsMutex_);
  return gateOpen() && requests_.wanted();
}

bool Source::anyoneWaits() {
  std::shared_ptr<const Listeners> listeners;
  {
    Lock lock(listenersMutex_);
    listeners = listeners_;
  }
  return std::any_of(listeners->begin(), listeners->end(),
                     [this](const auto& output) { return output->waitsFor(*this); });
}

void Source::addListener(std::shared_ptr<Output> output) {
  Lock lock(listenersMutex_);
  auto next = std::make_shared<Listeners>(*listeners_);
  if (std::find(next->begin(), next->end(), output) == next->end())
    next->push_back(std::move(output));
  listeners_ = std::move(next);
  listened_.store(true, std::memory_order_release);
}

void Source::removeListener(const Output& output) {
  Lock lock(listenersMutex_);
  auto next = std::make_shared<Listeners>(*listeners_);
  next->erase(std::remove_if(next->begin(), next->end(),
                             [&](const auto& other) { return other.get() == &output; }),
              next->end());
  listened_.store(!next->empty(), std::memory_order_release);
  listeners_ = std::move(next);
}

}  // namespace parlour::sfu
