// TextChannel: what a session needs of its WebSocket. An interface, so that the session's rules can
// be tested without sockets. Thread: control.
#pragma once

#include <cstdint>
#include <string_view>

namespace parlour::signalling {

class TextChannel {
 public:
  virtual ~TextChannel() = default;
  /// Queues one text frame.
  virtual void send(std::string_view text) = 0;
  /// Payload bytes queued that the network has not taken yet.
  virtual uint64_t pendingBytes() const = 0;
  /// Pings, pongs and closes received so far.
  virtual uint64_t controlFrames() const = 0;
  /// Begins the closing handshake (RFC 6455 §7), which has a deadline of its own.
  virtual void close(uint16_t code, std::string_view reason) = 0;
  /// Ends the connection without a word.
  virtual void abort() = 0;
};

/// Close codes (docs/protocol.md, "Events" and "Connection").
enum CloseCode : uint16_t {
  kCloseNormal = 1000,
  kCloseTooBig = 1009,
  kCloseReplaced = 4001,
  kCloseRemoved = 4002,
  kCloseStopping = 4003,
  kCloseTimedOut = 4004,
  kCloseFailed = 4005,
  kCloseMisbehaved = 4008,
  kCloseTooSlow = 4009,
};

}  // namespace parlour::signalling
