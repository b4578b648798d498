// Directory: the endpoints of the process by our ICE ufrag, for a peer's first check.
//
// A check is the only packet that names its endpoint; which I/O thread reads it is the kernel's
// choice. Asked a few times in a peer's stay, never per packet of media. Thread: any.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/mutex.hpp"
#include "transport/endpoint.hpp"

namespace parlour::transport {

class Directory {
 public:
  void add(const std::shared_ptr<Endpoint>& endpoint) {
    Lock lock(mutex_);
    byUfrag_[endpoint->names().ufrag] = endpoint;
  }
  void remove(const Endpoint& endpoint) {
    Lock lock(mutex_);
    byUfrag_.erase(endpoint.names().ufrag);
  }
  /// Null where there is none.
  std::shared_ptr<Endpoint> find(std::string_view ufrag) const {
    Lock lock(mutex_);
    const auto it = byUfrag_.find(std::string(ufrag));
    return it == byUfrag_.end() ? nullptr : it->second;
  }

 private:
  mutable Mutex mutex_;
  std::unordered_map<std::string, std::shared_ptr<Endpoint>> byUfrag_ GUARDED_BY(mutex_);
};

}  // namespace parlour::transport
