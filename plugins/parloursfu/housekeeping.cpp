#include "housekeeping.hpp"

#include <pthread.h>

namespace parlour::sfu {

void Housekeeping::start(Tick tick) {
  std::lock_guard lock(mutex_);
  if (running_) return;
  running_ = true;
  thread_ = std::thread([this, tick = std::move(tick)] { run(tick); });
  pthread_setname_np(thread_.native_handle(), "rtpsfu");
}

void Housekeeping::stop() {
  {
    std::lock_guard lock(mutex_);
    if (!running_) return;
    running_ = false;
    if (waiting_) gst_clock_id_unschedule(waiting_);
  }
  wake_.notify_one();
  thread_.join();
}

void Housekeeping::kick() {
  {
    std::lock_guard lock(mutex_);
    if (kicked_) return;
    kicked_ = true;
    if (waiting_) gst_clock_id_unschedule(waiting_);
  }
  wake_.notify_one();
}

void Housekeeping::setClock(GstClock* clock) {
  std::lock_guard lock(mutex_);
  clock_ = Ref<GstClock>::share(clock);
  // A wait on the old clock may never end.
  kicked_ = true;
  if (waiting_) gst_clock_id_unschedule(waiting_);
  wake_.notify_one();
}

int64_t Housekeeping::nowNs() {
  Ref<GstClock> clock;
  {
    std::lock_guard lock(mutex_);
    clock = clockLocked();
  }
  return static_cast<int64_t>(gst_clock_get_time(clock.get()));
}

Ref<GstClock> Housekeeping::clockLocked() {
  if (!clock_) clock_ = Ref<GstClock>::adopt(gst_system_clock_obtain());
  return clock_;
}

void Housekeeping::run(const Tick& tick) {
  std::unique_lock lock(mutex_);
  while (running_) {
    wake_.wait(lock, [this] { return kicked_ || !running_; });
    while (running_) {
      kicked_ = false;
      const Ref<GstClock> clock = clockLocked();
      lock.unlock();
      const auto now = static_cast<int64_t>(gst_clock_get_time(clock.get()));
      const bool again = tick(now);
      lock.lock();
      if (kicked_) continue;
      if (!again) break;
      waitLocked(lock, now + kTickNs);
    }
  }
}

void Housekeeping::waitLocked(std::unique_lock<std::mutex>& lock, int64_t deadlineNs) {
  if (!running_) return;
  const Ref<GstClock> clock = clockLocked();
  GstClockID id = gst_clock_new_single_shot_id(clock.get(), static_cast<GstClockTime>(deadlineNs));
  waiting_ = id;
  lock.unlock();
  gst_clock_id_wait(id, nullptr);
  lock.lock();
  waiting_ = nullptr;
  gst_clock_id_unref(id);
}

}  // namespace parlour::sfu
