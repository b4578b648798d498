// The control thread: post() work to it, run timers on it, assert that code runs on it.
//
// The server has one control thread, the one that iterates GLib's default main context. It owns
// configuration, rooms, peers and signalling, which therefore need no locks.
#pragma once

#include <glib.h>

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace parlour {

/// Names the calling thread the control thread. Called once, first thing in main() or in a test.
void claimControlThread();
/// True on the control thread, and where none was claimed (unit tests of pure code).
bool onControlThread();
/// Aborts when the caller runs on any other thread: such a call is a programming error.
void assertControlThread();

/// Runs `work` on the control thread, after what was posted before it. Thread: any.
void post(std::function<void()> work);

/// A timer of the control thread; it ends when this goes out of scope. Thread: control.
class Timer {
 public:
  Timer() = default;
  /// Calls `tick` every `intervalMs` until it returns false.
  static Timer every(uint32_t intervalMs, std::function<bool()> tick);
  /// Calls `fire` once after `delayMs`.
  static Timer once(uint32_t delayMs, std::function<void()> fire);
  Timer(Timer&& o) noexcept : source_(std::exchange(o.source_, nullptr)) {}
  Timer& operator=(Timer&& o) noexcept {
    if (this != &o) {
      stop();
      source_ = std::exchange(o.source_, nullptr);
    }
    return *this;
  }
  ~Timer() { stop(); }
  void stop();
  bool active() const { return source_ != nullptr && !g_source_is_destroyed(source_); }

 private:
  explicit Timer(GSource* source) : source_(source) {}
  GSource* source_ = nullptr;
};

/// Runs slow work (state changes, DNS, file finalising) away from the control thread on a small
/// pool, in no particular order. Thread: any.
void runOnWorker(std::function<void()> work);
/// Waits until everything given to runOnWorker() has ended, `timeoutMs` at most.
/// Returns false when work is left.
bool drainWorkers(uint32_t timeoutMs);

/// An unguessable string of `bytes` random bytes, base64url without padding. Thread: any.
std::string randomToken(size_t bytes = 16);

}  // namespace parlour
