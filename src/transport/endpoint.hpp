// Endpoint: the transport of one peer on the shared UDP port, seen from every thread.
//
// It owns no socket and no thread. The I/O thread validates its path (ICE) and opens what arrives;
// an egress worker sends what leaves; webrtcbin's DTLS talks through litesrc and litesink; control
// creates and closes it. What more than one of them touches is atomic or behind `mutex_`, which
// belongs to this peer alone.
// Source: RFC 8445 section 2.5 (lite), RFC 7675 (consent), RFC 5764 (DTLS-SRTP).
#pragma once

#include <gst/gst.h>

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/mutex.hpp"
#include "transport/address.hpp"
#include "transport/srtp/srtp.hpp"

namespace parlour::transport {

class Hub;
class IoThread;

class Endpoint {
 public:
  struct Names {
    std::string id;     ///< Participant, for logs.
    std::string room;
    std::string ufrag;  ///< Ours.
    std::string pwd;    ///< Ours.
    size_t worker = 0;  ///< The egress worker that sends to it, for its whole stay.
  };
  /// Called on the control thread.
  struct Callbacks {
    std::function<void()> onReachable;  ///< First valid connectivity check.
    std::function<void()> onMoved;      ///< The selected path changed.
  };

  Endpoint(Hub& hub, Names names, Callbacks callbacks);

  // --- any thread ---
  const Names& names() const { return names_; }
  /// The ufrag checks must carry, empty until the offer is known. An ICE restart changes it.
  std::string remoteUfrag() const;
  void setRemoteUfrag(const std::string& ufrag);

  /// Nothing goes in or out any more, for good. Takes effect before it returns for everything
  /// that starts later (wrong fingerprint, end of the stay).
  void close() { closed_.store(true, std::memory_order_seq_cst); }
  bool closed() const { return closed_.load(std::memory_order_seq_cst); }

  /// Where to send; invalid before the first valid check.
  Flow flow() const;
  uint32_t flowVersion() const { return flowVersion_.load(std::memory_order_acquire); }

  /// Monotonic time of the last packet that proved to be the peer's; 0 is never.
  int64_t lastHeardNs() const { return lastHeardNs_.load(std::memory_order_relaxed); }
  void heard(int64_t nowNs) { lastHeardNs_.store(nowNs, std::memory_order_relaxed); }
  /// Monotonic time of the last valid connectivity check (consent); 0 is never.
  int64_t lastCheckNs() const { return lastCheckNs_.load(std::memory_order_relaxed); }

  /// One DTLS record batch from webrtcbin to the peer. Dropped while there is no path.
  void sendDtls(const uint8_t* data, size_t size);
  /// The element that takes the peer's DTLS packets; null detaches it.
  void setDtlsInput(GstElement* litesrc);

  // --- its I/O thread: the one that read its first valid check, for its whole stay ---
  /// Index of its thread; -1 before the first valid check.
  int io() const { return io_.load(std::memory_order_acquire); }
  using IoCommand = std::function<void(IoThread&)>;
  /// Any thread. Runs on its I/O thread, in order; waits for that to be known.
  void postIo(IoCommand command);
  /// Control, at the end: what still waits for a thread never runs.
  void forgetPosted();
  /// I/O thread `index`: makes it the endpoint's where there is none yet. Returns what was posted
  /// before, to be run at once; nothing where another thread has the endpoint.
  std::optional<std::vector<IoCommand>> claim(int index);
  /// I/O threads: may this endpoint have one more check answered in this second?
  bool mayCheck(int64_t nowNs);

  // --- I/O thread ---
  /// A valid check came over `flow`. Returns true where it became the selected path.
  bool checked(const Flow& flow, bool nominated, int64_t nowNs);
  /// Handed to webrtcbin; kept while its DTLS does not run yet, which would lose the packet and
  /// make the peer wait for its first repeat, a second later.
  void receiveDtls(const uint8_t* data, size_t size);
  /// webrtcbin's DTLS runs: it gets what came before.
  void dtlsStarted();
  const Callbacks& callbacks() const { return callbacks_; }

 private:
  Hub& hub_;
  const Names names_;
  const Callbacks callbacks_;
  std::atomic<bool> closed_{false};
  std::atomic<int64_t> lastHeardNs_{0};
  std::atomic<int64_t> lastCheckNs_{0};
  std::atomic<uint32_t> flowVersion_{0};
  mutable Mutex mutex_;
  Flow flow_ GUARDED_BY(mutex_);
  int64_t flowCheckedNs_ GUARDED_BY(mutex_) = 0;
  std::string remoteUfrag_ GUARDED_BY(mutex_);
  std::vector<IoCommand> waiting_ GUARDED_BY(mutex_);  ///< For the I/O thread, until it is known.
  std::atomic<int> io_{-1};
  std::atomic<int64_t> checkSecond_{0};
  std::atomic<uint32_t> checks_{0};  ///< In that second.
  GWeakRef dtlsInput_;
  // I/O thread
  bool dtlsRuns_ = false;
  std::deque<std::vector<uint8_t>> earlyDtls_;

 public:
  ~Endpoint();
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;
};

}  // namespace parlour::transport
