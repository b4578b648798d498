// JanusSignalling: light participants of Janus' VideoRoom, over Janus' WebSocket transport.
// A participant publishes on one connection, which it offers, or receives on one, which Janus
// offers. Every one has a session and a handle of its own, as a browser has; the feeds have
// numbers that all know, so that nobody has to ask who is there. No candidates are sent: Janus is
// told to trickle, and learns where we are from our checks.
// Source: Janus 1.1's videoroom.c and rest.html documentation. Thread: control.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/loop.hpp"
#include "load/signalling.hpp"
#include "load/web_sockets.hpp"

namespace parlour::bench {

class JanusSignalling : public Signalling {
 public:
  struct Options {
    std::string url;   ///< Of the WebSocket transport: ws, wss, http or https.
    std::string room;  ///< Janus numbers its rooms: this name's hash.
    uint32_t publishers = 0;
    bool publishAudio = false;  ///< Then a publisher's video is its second m-line.
    /// Who subscribes is one of those who publish as well (their number apart), and does not want
    /// its own feed.
    bool meeting = false;
  };
  explicit JanusSignalling(Options options);
  ~JanusSignalling() override;

  void join(const Participant& participant, Done done) override;
  void leave(std::function<void()> left) override;
  uint64_t events() const override { return events_; }

 private:
  class Connection;
  void closed();

  const Options options_;
  const uint32_t room_;
  const Ref<SoupSession> session_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::function<void()> left_;
  size_t open_ = 0;
  uint64_t events_ = 0;
  Timer keepAlives_;
};

}  // namespace parlour::bench
