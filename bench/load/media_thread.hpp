// MediaThread: runs many clients on one epoll loop. Thread: control, except where said.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "load/client.hpp"

namespace parlour::bench {

class MediaThread {
 public:
  /// What it saw since beginWindow().
  struct Tally {
    Delays delays;
    Histogram slip;
    uint64_t received = 0, sent = 0, refused = 0, overflowed = 0, malformed = 0;
    uint64_t keyFrameRequests = 0, nacks = 0;
    std::map<uint32_t, Reception::Totals> clients;  ///< By index, of those that receive.
    int64_t cpuNs = 0, wallNs = 0;
  };
  /// News of a client; called on this thread's own thread.
  using Tell = std::function<void(uint32_t client, ClientNews)>;

  /// `identity` and `sources` outlive it.
  MediaThread(const DtlsIdentity& identity, Sources& sources, Tell tell);
  ~MediaThread();

  void connect(const ClientSpec& spec, const Remote& remote);
  void beginWindow();
  void stopPublishing();
  /// Waits for the thread's answer.
  Tally tally();

 private:
  using Work = std::function<void()>;
  void post(Work work);
  // On its own thread:
  void run();
  void runPosted();
  void publishDue();
  void tick(int64_t nowNs);
  void schedule(Client& client);
  void add(const ClientSpec& spec, const Remote& remote);
  Tally take();

  MediaScratch scratch_;
  int epoll_, wake_;

  std::vector<std::unique_ptr<Client>> clients_;
  std::set<std::pair<int64_t, Client*>> due_;
  std::vector<Client*> joining_;  ///< Not settled.
  size_t shard_ = 0;              ///< Which tenth of the clients ticks next.
  int64_t windowCpuNs_ = 0, windowNs_ = 0;
  bool stop_ = false;

  std::mutex mutex_;
  std::vector<Work> posted_;  ///< Under mutex_.

  std::thread thread_;
};

}  // namespace parlour::bench
