// Inbox: what other threads give an egress worker, in order, taken in whole batches.
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <variant>
#include <vector>

#include "base/mutex.hpp"
#include "base/ref.hpp"

namespace parlour::transport {

class EgressWorker;
class Endpoint;
class TrackFanout;

/// A packet of a stream that the worker's subscribers may want. The stream outlives it: the
/// command that ends a stream holds it and comes after its last packet.
struct PacketItem {
  TrackFanout* fanout;
  Buf<GstBuffer> buffer;
};
/// Something control asks for.
struct CommandItem {
  std::function<void(EgressWorker&)> run;
};
/// RTCP in clear: from a subscriber, or (outgoing) to a publisher.
struct RtcpItem {
  std::shared_ptr<Endpoint> endpoint;
  std::vector<uint8_t> compound;
  bool outgoing = false;
};
using InboxItem = std::variant<PacketItem, CommandItem, RtcpItem>;

class Inbox {
 public:
  Inbox() : wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
  ~Inbox() { close(wake_); }
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;

  /// Moves `items` in and wakes the reader where it may sleep; `items` is empty after it.
  void put(std::vector<InboxItem>& items) {
    bool wasEmpty;
    {
      Lock lock(mutex_);
      wasEmpty = items_.empty();
      if (wasEmpty)
        items_.swap(items);
      else
        for (auto& item : items) items_.push_back(std::move(item));
    }
    items.clear();
    if (wasEmpty) wakeUp();
  }
  void put(InboxItem item) {
    bool wasEmpty;
    {
      Lock lock(mutex_);
      wasEmpty = items_.empty();
      items_.push_back(std::move(item));
    }
    if (wasEmpty) wakeUp();
  }
  /// Everything that waits, swapped into `into` (which must be empty). Reader only.
  void take(std::vector<InboxItem>& into) {
    uint64_t count;
    (void)!read(wake_, &count, sizeof count);
    Lock lock(mutex_);
    items_.swap(into);
  }
  int fd() const { return wake_; }

 private:
  void wakeUp() {
    const uint64_t one = 1;
    (void)!write(wake_, &one, sizeof one);
  }
  const int wake_;
  Mutex mutex_;
  std::vector<InboxItem> items_ GUARDED_BY(mutex_);
};

}  // namespace parlour::transport
