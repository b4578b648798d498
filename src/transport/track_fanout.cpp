#include "transport/track_fanout.hpp"

#include "transport/hub.hpp"

namespace parlour::transport {

void TrackFanout::deliver(GstBuffer* buffer, const rtp::ParsedPacket& packet) noexcept {
  lastPacketNs_.store(packet.arrivalNs, std::memory_order_relaxed);
  uint32_t wanting = workers_.load(std::memory_order_acquire);
  while (wanting != 0) {
    const auto worker = static_cast<size_t>(__builtin_ctz(wanting));
    wanting &= wanting - 1;
    hub_.toWorker(worker, PacketItem{this, Buf<GstBuffer>::share(buffer)});
  }
}

void TrackFanout::setKeyFrameSource(KeyFrameSource* source) {
  Lock lock(mutex_);
  source_ = source;
}

void TrackFanout::requestKeyFrame() {
  // The lock is held over the call so that the source cannot go away under it.
  Lock lock(mutex_);
  if (source_) source_->requestKeyFrame();
}

void TrackFanout::setSenderClock(const SenderClock& clock) {
  Lock lock(mutex_);
  clock_ = clock;
}

SenderClock TrackFanout::senderClock() const {
  Lock lock(mutex_);
  return clock_;
}

void TrackFanout::listen(size_t worker, bool on) {
  const uint32_t bit = 1u << worker;
  if (on)
    workers_.fetch_or(bit, std::memory_order_release);
  else
    workers_.fetch_and(~bit, std::memory_order_release);
}

}  // namespace parlour::transport
