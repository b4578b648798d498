// EgressWorker: the sending side of a media thread, for its share of the subscribers.
//
// Per batch and subscriber: write the header, encrypt the shared payload straight into the
// transmit buffer, send runs of equal size at once. It owns everything it touches per packet:
// slots, their rewriting, SRTP contexts, histories. Others reach it through its inbox alone.
// Thread: post() by any; the rest by its media thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "transport/egress_slot.hpp"
#include "transport/inbox.hpp"
#include "transport/media_counters.hpp"
#include "transport/rtp_buffer.hpp"
#include "transport/srtp/srtp.hpp"
#include "transport/srtp/srtp_engine.hpp"
#include "transport/track_fanout.hpp"
#include "transport/udp_socket.hpp"

namespace parlour::transport {

class Hub;

/// The egress side of one endpoint. Mute until DTLS gave its keys.
class Subscriber {
 public:
  explicit Subscriber(std::shared_ptr<Endpoint> of) : endpoint(std::move(of)) {}

  const std::shared_ptr<Endpoint> endpoint;
  std::optional<SrtpSender> srtp;
  std::vector<std::unique_ptr<EgressSlot>> slots;
  Flow flow;                  ///< Copy of the endpoint's, as of flowVersion.
  uint32_t flowVersion = 0;
  int64_t reportAtNs = 0;     ///< Next sender reports; 0: none due.
};

/// A stream as one worker sees it.
struct FanoutEntry {
  std::shared_ptr<TrackFanout> fanout;
  std::vector<EgressSlot*> slots;     ///< Live in it or waiting for it.
  std::shared_ptr<TrackHistory> history;  ///< Video alone.
  std::vector<Buf<GstBuffer>> batch;  ///< Of this round.
  size_t waiting = 0;                 ///< Slots that want a key frame.
  int64_t askAgainNs = 0;
};

class EgressWorker {
 public:
  EgressWorker(Hub& hub, size_t index);

  // --- any thread ---
  void post(InboxItem item) { inbox_.put(std::move(item)); }
  void post(std::vector<InboxItem>& items) { inbox_.put(items); }
  const WorkerCounters& counters() const { return counters_; }

  // --- the thread ---
  int fd() const { return inbox_.fd(); }
  int waitMs(int64_t nowNs) const;
  /// From the receiving side of the same thread: for the next round, without waking anybody.
  /// Leaves `items` empty.
  void take(std::vector<InboxItem>& items);
  /// Does and sends what is there; `posted`: the inbox has something.
  void round(bool posted);

  // --- commands, on the worker ---
  void addSubscriber(const std::shared_ptr<Endpoint>& endpoint);
  void setKeys(const Endpoint* endpoint, const SrtpKeys& keys);
  void removeSubscriber(const Endpoint* endpoint);
  /// Replaces the slots; those whose SSRC stays keep their state.
  void setSlots(const Endpoint* endpoint,
                std::vector<std::pair<SlotIdentity, std::shared_ptr<SlotCounters>>> wanted);
  /// Null `fanout` empties the slot at once.
  void fillSlot(const Endpoint* endpoint, const std::string& mid,
                const std::shared_ptr<TrackFanout>& fanout, const SlotSource& source);
  /// The stream ends: slots in it fall empty.
  void removeFanout(const std::shared_ptr<TrackFanout>& fanout);

 private:
  void process(std::vector<InboxItem>& items);
  void take(PacketItem& item);
  void take(RtcpItem& item);
  void forward(FanoutEntry& entry);
  void forward(FanoutEntry& entry, std::span<Buf<GstBuffer>> some);
  bool activate(EgressSlot& slot, FanoutEntry& entry, const rtp::ParsedPacket& first);
  bool startFromHistory(EgressSlot& slot);
  void emit(EgressSlot& slot, const rtp::ParsedPacket& packet, uint32_t index);
  void reportSoon(Subscriber& subscriber, int64_t atNs);
  bool send(EgressSlot& slot, const rtp::ParsedPacket& packet, const rtp::PayloadPatch& ids,
            rtp::OutgoingHeader header, std::span<const uint8_t> prefix = {},
            SrtpUse use = SrtpUse::kFirst);
  void retransmit(EgressSlot& slot, uint16_t sequence);
  void hearRtcp(Subscriber& subscriber, std::span<const uint8_t> compound);
  void hearReport(Subscriber& subscriber, const rtp::RtcpPacket& packet);
  void sendRtcp(Subscriber& subscriber, std::span<const uint8_t> compound);
  void sendReports(Subscriber& subscriber);
  rtp::SenderReport reportOf(const EgressSlot& slot) const;
  void runTimers();
  void enter(EgressSlot& slot, FanoutEntry& entry);
  void abandon(EgressSlot& slot, FanoutEntry* entry);
  void empty(EgressSlot& slot);
  void dropEntryIfUnused(FanoutEntry* entry);
  FanoutEntry* entryOf(const std::shared_ptr<TrackFanout>& fanout);
  EgressSlot* slotBySsrc(Subscriber& subscriber, uint32_t ssrc);
  Subscriber* find(const Endpoint* endpoint);
  bool mayAddress(Subscriber& subscriber);
  /// The worker wakes up for its timers at that time.
  void wakeAt(int64_t ns) { nextTimerNs_ = std::min(nextTimerNs_, ns); }
  /// Room for one packet in the transmit buffer, flushed before where it is full.
  std::span<uint8_t> room();
  void queue(Subscriber& subscriber, size_t size);
  void flush();
  /// What was forwarded so far has left.
  void countDelays(int64_t sentNs);

  Hub& hub_;
  const size_t index_;
  Inbox inbox_;
  WorkerCounters counters_;

  std::vector<InboxItem> items_, local_;  ///< From the inbox; from the thread's own receiving side.
  std::vector<FanoutEntry*> touched_;
  std::vector<int64_t> arrivedNs_;  ///< Of the first packet of each batch that has not left yet.
  std::unordered_map<const Endpoint*, std::unique_ptr<Subscriber>> subscribers_;
  std::map<uint32_t, std::unique_ptr<FanoutEntry>> entries_;
  std::vector<std::unique_ptr<FanoutEntry>> retired_;  ///< Unused since this round.
  int64_t nowNs_ = 0;
  int64_t nextTimerNs_ = INT64_MAX;  ///< No timer is due before.

  struct Queued {
    Subscriber* subscriber;
    uint32_t offset;
    uint16_t size;
  };
  std::vector<uint8_t> transmit_;
  size_t used_ = 0;
  std::vector<Queued> queued_;
  std::vector<Outgoing> outgoing_;
  SrtpEngine engine_;
};

}  // namespace parlour::transport
