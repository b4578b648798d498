// Housekeeping: the one thread of an rtpsfu for what is not a packet: key-frame requests on their
// way to publishers, their repetition, and the ends of speaker windows.
//
// It sleeps until kicked, then ticks at once and every kTickNs for as long as the tick wants more.
// It waits on the element's clock, so a GstTestClock drives it. Owner: the element; shared with
// its sources, which may outlive the element and whose kicks then do nothing.
#pragma once

#include <gst/gst.h>

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "base/clock.hpp"
#include "base/ref.hpp"

namespace parlour::sfu {

class Housekeeping {
 public:
  static constexpr int64_t kTickNs = 100 * kNsPerMs;
  /// Called on the housekeeping thread; true: call again after kTickNs.
  using Tick = std::function<bool(int64_t nowNs)>;

  Housekeeping() = default;
  ~Housekeeping() { stop(); }
  Housekeeping(const Housekeeping&) = delete;
  Housekeeping& operator=(const Housekeeping&) = delete;

  void start(Tick tick);
  /// Returns after the last tick ended. Not from the tick itself.
  void stop();
  /// Thread: any; never blocks for longer than a mutex.
  void kick();

  /// Set by a tick that would only have work again once there is audio; whoever has some clears it
  /// and kicks.
  std::atomic<bool> wakeOnAudio{false};

  /// Null: the system clock.
  void setClock(GstClock* clock);
  /// On the element's clock.
  int64_t nowNs();

 private:
  void run(const Tick& tick);
  Ref<GstClock> clockLocked();
  void waitLocked(std::unique_lock<std::mutex>& lock, int64_t deadlineNs);

  std::mutex mutex_;
  std::condition_variable wake_;
  Ref<GstClock> clock_;
  GstClockID waiting_ = nullptr;
  bool running_ = false;
  bool kicked_ = false;
  std::thread thread_;
};

}  // namespace parlour::sfu
