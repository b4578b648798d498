// ParlourSignalling: light participants of Parlour over its WebSocket protocol (docs/protocol.md):
// they offer, the server answers, one connection publishes and receives. Thread: control.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "load/signalling.hpp"
#include "load/web_sockets.hpp"

namespace parlour::bench {

class ParlourSignalling : public Signalling {
 public:
  /// `url`: http or https, without a path.
  ParlourSignalling(std::string url, std::string room);
  ~ParlourSignalling() override;

  void join(const Participant& participant, Done done) override;
  void leave(std::function<void()> left) override;
  uint64_t events() const override { return events_; }

 private:
  class Connection;
  void closed();

  const std::string url_, room_;
  const Ref<SoupSession> session_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::function<void()> left_;
  size_t open_ = 0;
  uint64_t events_ = 0;
};

}  // namespace parlour::bench
