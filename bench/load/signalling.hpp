// Signalling: how light participants come into a room of some server, and say goodbye.
// Thread: control.
#pragma once

#include <cstdint>
#include <functional>

#include "base/result.hpp"
#include "load/offer.hpp"
#include "load/remote.hpp"

namespace parlour::bench {

class Signalling {
 public:
  virtual ~Signalling() = default;

  struct Participant {
    uint32_t index = 0;  ///< Among all of the run, publishers first.
    const OfferShape& shape;
  };
  /// Connects and joins. `done` is called once, with where the media goes; it may be called later
  /// again with an error where the server ends the stay. Errors: cannot_connect, refused with the
  /// server's message, bad_answer, ended.
  using Done = std::function<void(Result<Remote> remote)>;
  virtual void join(const Participant& participant, Done done) = 0;

  /// Says goodbye for all; `left` is called when every connection is closed.
  virtual void leave(std::function<void()> left) = 0;

  /// Messages that came after the answers, on all connections.
  virtual uint64_t events() const = 0;
};

}  // namespace parlour::bench
