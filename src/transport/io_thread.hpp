// IoThread: the receiving side of a media thread: answers connectivity checks, hands DTLS on, decrypts media.
//
// One datagram is read into a pooled buffer and stays there until the last subscriber was sent it.
// Every thread reads sockets of its own, all on one port; the kernel gives a remote address to one
// of them for good. A peer belongs to the thread that read its first valid check. What another one
// reads of it (a second path) is handed over: the packet, not the peer.
// Thread: post() by any; the rest by its media thread.
#pragma once

#include <poll.h>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/mutex.hpp"
#include "transport/endpoint.hpp"
#include "transport/inbox.hpp"
#include "transport/ingest.hpp"
#include "transport/media_counters.hpp"
#include "transport/rtp_buffer.hpp"
#include "transport/stun.hpp"
#include "transport/udp_socket.hpp"

namespace parlour::transport {

class Hub;

struct IoCounters {
  std::atomic<uint64_t> datagrams{0}, bytes{0}, rtp{0}, rtcp{0}, stun{0}, dtls{0};
  std::atomic<uint64_t> handed{0};  ///< Read here, of a peer of another thread.
  // Dropped, by reason:
  std::atomic<uint64_t> unknownPeer{0}, badStun{0}, stunRate{0}, noKeys{0}, badAuth{0},
      replayed{0}, malformed{0}, noBuffer{0};
};

class IoThread {
 public:
  IoThread(Hub& hub, size_t index, std::vector<UdpSocket*> sockets);
  ~IoThread();

  // --- any thread ---
  using Command = std::function<void(IoThread&)>;
  void post(Command command);
  size_t peers() const { return peers_.load(std::memory_order_relaxed); }
  const IoCounters& counters() const { return counters_; }
  const IngestCounters& ingestCounters() const { return ingestCounters_; }

  // --- the thread ---
  /// What to wait for: posted commands, then the sockets.
  std::vector<int> fds() const;
  int waitMs(int64_t nowNs) const;
  /// Does what is due and reads what is there, at most one batch from each socket.
  void round(std::span<const pollfd> ready, int64_t nowNs);

  // --- commands, on the thread ---
  /// On every thread: the endpoint's own may be any.
  void remove(const Endpoint* endpoint);
  void setKeys(const Endpoint* endpoint, const SrtpKeys& keys);
  void configure(const Endpoint* endpoint, IngestSettings settings);
  void requestKeyFrame(const Endpoint* endpoint, const StreamOutput* output);

 private:
  struct Peer {
    std::shared_ptr<Endpoint> endpoint;
    std::optional<SrtpReceiver> srtp;
    std::unique_ptr<Ingest> ingest;
    std::vector<Address> addresses;  ///< Validated, oldest first.
    int64_t dueNs = 0;               ///< Of its ingest; 0: none.
    bool reached = false;
  };

  /// One datagram of a peer of another thread.
  struct Handed {
    Buf<GstBuffer> buffer;
    ParlourRtpMeta* meta;
    UdpSocket::Received received;
  };
  struct Foreign {
    std::shared_ptr<Endpoint> endpoint;
    size_t io;  ///< Its thread.
  };

  void runPosted();
  void wakeUp();
  void receive(UdpSocket& socket);
  /// Takes `buffer` where it is media.
  void dispatch(Buf<GstBuffer>& buffer, ParlourRtpMeta& meta, const UdpSocket::Received& received);
  void onStun(std::span<const uint8_t> packet, const UdpSocket::Received& received);
  /// A valid check of a peer that this thread does not have: it becomes ours, or its thread's.
  Peer* claim(const std::shared_ptr<Endpoint>& endpoint, std::span<const uint8_t> packet,
              const UdpSocket::Received& received);
  Peer& add(const std::shared_ptr<Endpoint>& endpoint);
  void knowForeign(const Address& from, Foreign foreign);
  void handOver(Buf<GstBuffer>& buffer, ParlourRtpMeta& meta,
                const UdpSocket::Received& received);
  void flushHanded();
  void accept(Peer& peer, const UdpSocket::Received& received, bool nominated);
  void onRtp(Peer& peer, Buf<GstBuffer>& buffer, ParlourRtpMeta& meta,
             const UdpSocket::Received& received);
  void onRtcp(Peer& peer, uint8_t* data, size_t size);
  void countRefused(SrtpStatus status);
  void refill();
  void runTimers();
  Peer* find(const Endpoint* endpoint);
  void schedule(Peer& peer, int64_t dueNs);

  Hub& hub_;
  const size_t index_;
  const std::vector<UdpSocket*> sockets_;
  const int wake_;
  IoCounters counters_;
  IngestCounters ingestCounters_;
  Mutex mutex_;
  std::vector<Command> commands_ GUARDED_BY(mutex_);
  std::vector<Handed> arrived_ GUARDED_BY(mutex_);  ///< Handed to us.
  std::atomic<size_t> peers_{0};

  std::unordered_map<std::string, std::unique_ptr<Peer>> byUfrag_;
  std::unordered_map<const Endpoint*, Peer*> byEndpoint_;
  std::unordered_map<Address, Peer*, AddressHash> byAddress_;
  std::unordered_map<Address, Foreign, AddressHash> foreign_;
  std::vector<std::vector<Handed>> outbound_;  ///< By thread, of this round.
  std::vector<Handed> taken_;
  std::vector<Command> posted_;
  std::vector<Peer*> timed_;  ///< Peers whose ingest has something due.
  StunResponder stun_;
  RtpBufferPool pool_;
  std::array<Buf<GstBuffer>, UdpSocket::kBatch> buffers_;
  std::array<ParlourRtpMeta*, UdpSocket::kBatch> metas_{};
  size_t filled_ = 0;
  int64_t nowNs_ = 0;
};

}  // namespace parlour::transport
