// GuardStream: a GIOStream around another one that keeps the control thread from being held.
//
// libsoup reads for as long as there is input and, when it closes TLS, writes until the peer takes
// it. Both let one client stop everybody else. Through this stream
// - a call that would block fails instead when the control thread makes it (GnuTLS handshakes
//   block on threads of their own and may);
// - after kReadBurst bytes a reader is told to come back in the next turn of the main loop;
// - nothing is read while the peer does not take what is being written, where `pauseInput` says
//   so: a WebSocket that is not read from cannot make the server queue answers;
// - a StreamMeter sees the bytes, and may refuse them;
// - the end of an idle connection is told so that libsoup closes it, see GuardOptions::idle.
// Thread: control, and one GnuTLS thread during a handshake or close.
#pragma once

#include <gio/gio.h>

#include <cstdint>
#include <memory>
#include <span>

#include "base/ref.hpp"
#include "signalling/readiness.hpp"

namespace parlour::signalling {

/// Bytes given to one read turn of the main loop.
constexpr size_t kReadBurst = 64 * 1024;

/// Sees what passes. Called on the control thread.
class StreamMeter {
 public:
  virtual ~StreamMeter() = default;
  /// False fails the read: the connection ends.
  virtual bool received(std::span<const uint8_t> bytes) = 0;
  virtual void sent(std::span<const uint8_t> bytes) = 0;
};

struct GuardOptions {
  bool pauseInput = false;
  std::shared_ptr<StreamMeter> meter;  ///< May be null.
  /// May be null. While true, no request is under way. libsoup before 3.4 then takes the end of
  /// the input for nothing at all: it neither closes nor frees the connection. Such an end is told
  /// as a request that breaks off in its first line, which it does clean up after.
  std::shared_ptr<const bool> idle;
  /// May be null: the input is then watched by GLib alone. `socket` is what is under `base`,
  /// through however many layers.
  std::shared_ptr<Readiness> readiness;
  Ref<GSocket> socket;
};

/// Both directions of `base` must be pollable. The result owns a reference to it and closes it.
Ref<GIOStream> guardStream(GIOStream* base, GuardOptions options);

}  // namespace parlour::signalling
