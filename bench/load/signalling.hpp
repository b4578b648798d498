// Signalling: the WebSocket side of the light participants (docs/protocol.md).
// Thread: control.
#pragma once

#include <libsoup/soup.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/ref.hpp"
#include "base/result.hpp"

namespace parlour::bench {

class Signalling {
 public:
  /// `url`: http or https, without a path.
  explicit Signalling(std::string url);
  ~Signalling();

  /// Connects and joins. `done` is called once, with the answer's SDP; it may be called later
  /// again with an error where the server ends the stay. Errors: cannot_connect, refused with the
  /// server's message, ended.
  using Done = std::function<void(Result<std::string> answer)>;
  void join(const std::string& room, const std::string& name, const std::string& offer, Done done);

  /// Says goodbye for all; `left` is called when every connection is closed.
  void leave(std::function<void()> left);

  /// Messages that came after the answers, on all connections.
  uint64_t events() const { return events_; }

 private:
  class Connection;
  void closed();

  const std::string url_;
  Ref<SoupSession> session_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::function<void()> left_;
  size_t open_ = 0;
  uint64_t events_ = 0;
};

}  // namespace parlour::bench
