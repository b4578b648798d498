// FrameMeter: follows one direction of a WebSocket's bytes (RFC 6455 §5.2) without holding them.
//
// libsoup 3.2 bounds a frame but not a message made of fragments, answers any number of pings, and
// does not tell how much it still has to send. This reads the frame headers that pass by and
// knows all three. It checks nothing else; libsoup does. Pure. Thread: any, one at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace parlour::signalling {

class FrameMeter {
 public:
  /// Reads the bytes that passed.
  void feed(std::span<const uint8_t> bytes);

  /// Bytes of payload of data frames (text, binary, continuation) that passed so far.
  uint64_t dataBytes() const { return dataBytes_; }
  /// Control frames (ping, pong, close) that began so far.
  uint64_t controlFrames() const { return controlFrames_; }
  /// Declared payload bytes of the message in progress, or of the last one: all its fragments,
  /// as soon as their headers are seen.
  uint64_t messageBytes() const { return messageBytes_; }

 private:
  void header();

  std::array<uint8_t, 14> head_{};
  size_t headHave_ = 0;
  size_t headNeed_ = 2;
  uint64_t payloadLeft_ = 0;
  bool dataFrame_ = false;
  uint64_t dataBytes_ = 0, controlFrames_ = 0, messageBytes_ = 0;
};

}  // namespace parlour::signalling
