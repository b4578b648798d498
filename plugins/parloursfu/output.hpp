// Output: one continuous RTP stream made of the sources it is switched to; the C++ side of a
// source pad. A bounded queue stands between the sources' streaming threads and the pad's own
// task, so that a slow or stuck element behind it loses its own packets and nobody else's.
//
// Owner: the source pad; shared with the sources it takes from.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>

#include "rtp/header_writer.hpp"
#include "rtp/slot_rewriter.hpp"
#include "source.hpp"

namespace parlour::sfu {

class Output : public std::enable_shared_from_this<Output> {
 public:
  struct Counters {
    std::atomic<uint64_t> packets{0}, bytes{0}, droppedFull{0}, droppedWaiting{0},
        droppedDownstream{0}, switches{0};
  };

  Output();

  // --- any thread: which source ---
  /// From now on `source` (null: nothing). A video source begins at its next key frame, which is
  /// asked for; until then the source before it goes on.
  void select(std::shared_ptr<Source> source);
  /// The source is gone: nothing of it is output any more.
  void forget(const Source& source);
  /// Asks whichever source is output, or to be, for a key frame.
  void requestKeyFrame();
  bool waitsFor(const Source& source) const {
    return waitingFor_.load(std::memory_order_relaxed) == &source;
  }

  // --- the sources' streaming threads ---
  /// Never blocks; the oldest packet is dropped where the queue is full.
  void put(Item item);
  /// Any thread: the stream ends after what is queued. The task takes an item without a buffer.
  void end() { put({}); }

  // --- the pad's task ---
  /// Waits for a packet; false when flushing.
  bool take(Item& item);
  /// The packet as it leaves, or nothing where it is not of the output. `item` is consumed.
  Buf<GstBuffer> rewrite(Item& item);

  // --- the pad's (de)activation ---
  void setFlushing(bool flushing);

  std::atomic<uint32_t> track{0};  ///< To be output; 0: none. Only select() acts on it.
  std::atomic<uint32_t> maxPackets{512};
  std::atomic<uint32_t> ssrc;        ///< Never 0.
  std::atomic<int> payloadType{-1};  ///< -1: that of the input.
  std::atomic<bool> csrc{true};      ///< Name the source's track as contributing source.
  Counters counters;

 private:
  enum class Step { kDrop, kGoOn, kBegin };
  Step place(const Item& item, const rtp::ParsedPacket& packet);
  Buf<GstBuffer> write(const Item& item, const rtp::ParsedPacket& packet,
                       const rtp::Rewritten& numbers);

  // Queue
  std::mutex queueMutex_;
  std::condition_variable filled_;
  std::deque<Item> queue_;
  bool flushing_ = true;

  // Selection
  Mutex selectionMutex_;
  std::shared_ptr<Source> wanted_ GUARDED_BY(selectionMutex_);
  std::shared_ptr<Source> current_ GUARDED_BY(selectionMutex_);
  bool asked_ GUARDED_BY(selectionMutex_) = false;  ///< For a key frame of what is waited for.
  std::atomic<const Source*> waitingFor_{nullptr};  ///< Compared only, never followed.
  std::atomic<bool> broken_{false};  ///< The queue overflowed: wait for the next beginning.

  // Task
  rtp::SlotRewriter rewriter_;
  transport::RtpBufferPool pool_;
};

}  // namespace parlour::sfu
