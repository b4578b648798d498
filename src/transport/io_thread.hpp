// IoThread: receives for every peer: answers connectivity checks, hands DTLS on, decrypts media.
//
// One datagram is read into a pooled buffer and stays there until the last subscriber was sent it.
// Thread: start()/stop() by control, post() by any; the rest by the thread itself.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/mutex.hpp"
#include "transport/endpoint.hpp"
#include "transport/inbox.hpp"
#include "transport/ingest.hpp"
#include "transport/rtp_buffer.hpp"
#include "transport/stun.hpp"
#include "transport/udp_socket.hpp"

namespace parlour::transport {

class Hub;

struct IoCounters {
  std::atomic<uint64_t> datagrams{0}, rtp{0}, rtcp{0}, stun{0}, dtls{0};
  // Dropped, by reason:
  std::atomic<uint64_t> unknownPeer{0}, badStun{0}, stunRate{0}, noKeys{0}, badAuth{0},
      replayed{0}, malformed{0}, noBuffer{0};
};

class IoThread {
 public:
  IoThread(Hub& hub, size_t index, std::vector<UdpSocket*> sockets);
  ~IoThread();
  void start();
  void stop();

  // --- any thread ---
  using Command = std::function<void(IoThread&)>;
  void post(Command command);
  const IoCounters& counters() const { return counters_; }
  int64_t aliveNs() const { return aliveNs_.load(std::memory_order_relaxed); }

  // --- commands, on the thread ---
  void add(const std::shared_ptr<Endpoint>& endpoint);
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
    int64_t checkSecond = 0;         ///< Checks are counted per second.
    uint32_t checks = 0;
    bool reached = false;
  };

  void run();
  void receive(UdpSocket& socket);
  void dispatch(size_t index, const UdpSocket::Received& received);
  void onStun(std::span<const uint8_t> packet, const UdpSocket::Received& received);
  bool mayCheck(Peer& peer);
  void accept(Peer& peer, const UdpSocket::Received& received, bool nominated);
  void onRtp(Peer& peer, size_t index, size_t size);
  void onRtcp(Peer& peer, uint8_t* data, size_t size);
  void countRefused(SrtpStatus status);
  void refill();
  int waitMs() const;
  void runTimers();
  Peer* find(const Endpoint* endpoint);
  void schedule(Peer& peer, int64_t dueNs);

  Hub& hub_;
  const size_t index_;
  const std::vector<UdpSocket*> sockets_;
  const int wake_;
  std::atomic<bool> stopping_{false};
  std::atomic<int64_t> aliveNs_{0};
  IoCounters counters_;
  Mutex mutex_;
  std::vector<Command> commands_ GUARDED_BY(mutex_);

  std::unordered_map<std::string, std::unique_ptr<Peer>> byUfrag_;
  std::unordered_map<const Endpoint*, Peer*> byEndpoint_;
  std::unordered_map<Address, Peer*, AddressHash> byAddress_;
  std::vector<Peer*> timed_;  ///< Peers whose ingest has something due.
  StunResponder stun_;
  RtpBufferPool pool_;
  std::array<Buf<GstBuffer>, UdpSocket::kBatch> buffers_;
  std::array<ParlourRtpMeta*, UdpSocket::kBatch> metas_{};
  size_t filled_ = 0;
  int64_t nowNs_ = 0;

  std::thread thread_;  // Last: it uses everything above.
};

}  // namespace parlour::transport
