// MediaThread: runs many clients on one epoll loop. Thread: control, except where said.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <unordered_map>
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
    uint64_t receivedBytes = 0, sentBytes = 0, repaired = 0;
    int64_t cpuNs = 0, wallNs = 0;
  };
  /// News of a client; called on this thread's own thread.
  using Tell = std::function<void(uint32_t client, ClientNews)>;

  /// `identity` and `sources` outlive it.
  MediaThread(const DtlsIdentity& identity, Sources& sources, Tell tell);
  ~MediaThread();

  void connect(const ClientSpec& spec, const Remote& remote);
  /// Closes its socket, without a word to the server.
  void remove(uint32_t client);
  void setLevel(uint32_t client, uint8_t level);
  void expectChange(uint32_t client);
  void beginWindow();
  void stopPublishing();
  /// Waits for the thread's answer.
  Tally tally();
  /// What scenarios ask for: all clients of beginWindow()'s time together, the removed ones too.
  struct Scene {
    Tally tally;  ///< Without `clients`.
    Reception::Totals totals;
    FlowTally flow;
    Reception::Moving moving;  ///< Now.
    Histogram jitter;          ///< Of the streams that are there now.
  };
  /// Waits for the thread's answer.
  Scene scene();

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
  Tally take() const;
  Scene takeScene();
  void drop(uint32_t client);
  void collect(Client& client);
  Client* find(uint32_t client) const;

  MediaScratch scratch_;
  int epoll_, wake_;

  std::vector<std::unique_ptr<Client>> clients_;
  std::unordered_map<uint32_t, Client*> byIndex_;
  std::vector<std::unique_ptr<Client>> removed_;  ///< Until no event can name them any more.
  Reception::Totals gone_;                        ///< Of those.
  FlowTally flow_;                                ///< Of all, collected so far.
  std::set<std::pair<int64_t, Client*>> due_;
  std::vector<Client*> joining_;  ///< Not settled.
  size_t shard_ = 0;              ///< Which tenth of the clients ticks next.
  int64_t windowCpuNs_ = 0, windowNs_ = 0;
  bool stop_ = false;
  bool repairs_ = false;  ///< Some client asks again for what is lost.

  std::mutex mutex_;
  std::vector<Work> posted_;  ///< Under mutex_.

  std::thread thread_;
};

}  // namespace parlour::bench
