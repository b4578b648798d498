// Hub: the transport of the whole process: sockets, I/O threads, egress workers.
//
// Everything with media goes through it; nobody else owns a socket or one of its threads.
// Thread: control, unless said otherwise.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "transport/directory.hpp"
#include "transport/egress_worker.hpp"
#include "transport/endpoint.hpp"
#include "transport/io_thread.hpp"
#include "transport/media_thread.hpp"
#include "transport/placement.hpp"

namespace parlour::transport {

struct HubOptions {
  std::vector<std::string> listen = {"::"};
  uint16_t port = 8443;
  std::vector<std::string> advertise;  ///< Addresses for the candidates; empty: the interfaces'.
  bool loopbackToo = false;            ///< Name loopback beside the interfaces' addresses.
  unsigned threads = 0;                ///< 0: one per core; each has sockets of its own.
  int receiveBytes = 4 * 1024 * 1024;
  int sendBytes = 4 * 1024 * 1024;
  int64_t consentNs = 30'000'000'000;  ///< RFC 7675 section 5.1.
};

class Hub {
 public:
  /// Binds and starts the threads. Errors: port_in_use, cannot_bind.
  static Result<std::unique_ptr<Hub>> start(HubOptions options);
  ~Hub();
  /// Ends and joins every thread. Endpoints must be gone.
  void stop();

  const HubOptions& options() const { return options_; }
  uint16_t port() const { return sockets_.front()->bound().port; }
  /// Our candidates as SDP attribute values, from what is configured or the interfaces as they
  /// are now (RFC 8839 section 5.1).
  std::vector<std::string> candidates() const;

  std::shared_ptr<Endpoint> addEndpoint(std::string id, std::string room,
                                        Endpoint::Callbacks callbacks);
  void removeEndpoint(const std::shared_ptr<Endpoint>& endpoint);
  EgressWorker& egressOf(const Endpoint& endpoint);
  /// From now on `stirred` is called, on the control thread and once, when media comes again.
  void calm(std::function<void()> stirred);
  /// Media packets received, of all peers.
  uint64_t received() const;
  std::shared_ptr<TrackFanout> addFanout(uint32_t id, bool video, uint32_t clockRate);
  /// After its sink pad stopped delivering.
  void removeFanout(const std::shared_ptr<TrackFanout>& fanout);

  // --- any thread ---
  const Directory& directory() const { return directory_; }
  IoThread& ioThread(size_t index) const { return *ioThreads_[index]; }
  SendCounts send(std::span<const Outgoing> messages);
  bool segmentation() const;
  /// Gives a worker something; collected until flushProduced() on threads that called
  /// beginProducing(), at once on others.
  void toWorker(size_t worker, InboxItem item);
  /// `local`: the worker on the calling thread, which needs no lock and no waking.
  void beginProducing(EgressWorker* local = nullptr);
  void flushProduced();
  void endProducing();

  /// A media packet came.
  void stir() {
    if (calm_.load(std::memory_order_relaxed)) wake();
  }

  /// Oldest sign of life of the media threads, for the watchdog.
  int64_t aliveNs() const;
  const std::vector<std::unique_ptr<IoThread>>& ioThreads() const { return ioThreads_; }
  const std::vector<std::unique_ptr<EgressWorker>>& workers() const { return workers_; }
  const std::vector<std::unique_ptr<MediaThread>>& threads() const { return threads_; }

 private:
  explicit Hub(HubOptions options) : options_(std::move(options)) {}
  Result<void> openSockets(size_t threads);
  void wake();

  const HubOptions options_;
  std::atomic<bool> calm_{false};
  std::function<void()> stirred_;  ///< Control's.
  Directory directory_;
  std::optional<Placement> placement_;
  /// Those of thread 0, one for each address of `listen`, then those of thread 1, and so on.
  std::vector<std::unique_ptr<UdpSocket>> sockets_;
  std::vector<std::unique_ptr<EgressWorker>> workers_;
  std::vector<std::unique_ptr<IoThread>> ioThreads_;
  std::vector<std::unique_ptr<MediaThread>> threads_;  ///< [i] drives ioThreads_[i], workers_[i].
};

}  // namespace parlour::transport
