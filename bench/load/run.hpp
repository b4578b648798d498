// Run: publishers join, subscribers join, a pause, the window that is measured, goodbye.
// Thread: control.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/loop.hpp"
#include "load/media_thread.hpp"
#include "load/options.hpp"
#include "load/process_cost.hpp"
#include "load/signalling.hpp"

namespace parlour::bench {

/// A participant's way in; monotonic ns, 0 where not reached.
struct Joining {
  bool receives = false;
  int64_t startNs = 0, answeredNs = 0, checkedNs = 0, securedNs = 0, firstPacketNs = 0;
  std::string failure;  ///< Empty: none.
  bool done() const { return receives ? firstPacketNs != 0 : securedNs != 0; }
};

/// Everything that was measured.
struct Measured {
  std::vector<Joining> joins;  ///< By client.
  std::vector<MediaThread::Tally> threads;
  int64_t controlCpuNs = 0;  ///< Of the thread that signals, over the window.
  double windowSeconds = 0;
  uint64_t events = 0;  ///< Signalling messages over the window, of all clients.
  std::optional<ProcessCost> serverIdle, serverBefore, serverAfter;
};

class Run {
 public:
  /// `finished` is called once.
  Run(const LoadOptions& options, const DtlsIdentity& identity,
      std::function<void(Measured)> finished);
  ~Run();
  void start();

 private:
  enum class Phase { kPublishersJoin, kSubscribersJoin, kSettle, kWindow, kDrain, kLeave };
  ClientSpec specOf(uint32_t index) const;
  void joinNext();
  void join(uint32_t index);
  void onAnswer(uint32_t index, const Result<Remote>& remote);
  void onNews(uint32_t index, const ClientNews& news);
  void advance();
  MediaThread& threadOf(uint32_t index);
  bool joined(uint32_t from, uint32_t to) const;
  void openWindow();
  void closeWindow();
  void finish();
  void end();
  std::optional<ProcessCost> serverCost() const;

  const LoadOptions& options_;
  const DtlsIdentity& identity_;
  const std::function<void(Measured)> finished_;
  Sources sources_;
  const std::unique_ptr<Signalling> signalling_;
  std::vector<ClientSpec> specs_;
  std::vector<std::unique_ptr<MediaThread>> threads_;
  Measured measured_;
  Phase phase_ = Phase::kPublishersJoin;
  uint32_t next_ = 0;
  bool ended_ = false;
  int64_t windowNs_ = 0, windowCpuNs_ = 0;
  Timer joins_, deadline_, step_;
};

}  // namespace parlour::bench
