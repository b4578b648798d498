#include "base/loop.hpp"

#include <openssl/rand.h>

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "base/handover.hpp"

namespace parlour {
namespace {

std::atomic<std::thread::id> controlThread{};

using Work = std::function<void()>;

gboolean runOnce(gpointer data) noexcept {
  takeOver(data);
  (*static_cast<Work*>(data))();
  return G_SOURCE_REMOVE;
}

gboolean runRepeatedly(gpointer data) noexcept {
  return (*static_cast<std::function<bool()>*>(data))() ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

template <typename F>
void destroyWork(gpointer data) {
  delete static_cast<F*>(data);
}

struct WorkerPool {
  std::mutex mutex;
  std::condition_variable idle;
  unsigned pending = 0;
  GThreadPool* pool = nullptr;
};

WorkerPool& workers() {
  static WorkerPool pool;  // Outlives every thread of the process on purpose.
  return pool;
}

void runWorkerItem(gpointer data, gpointer) noexcept {
  takeOver(data);
  std::unique_ptr<Work> work(static_cast<Work*>(data));
  (*work)();
  work.reset();
  auto& w = workers();
  std::lock_guard lock(w.mutex);
  if (--w.pending == 0) w.idle.notify_all();
}

}  // namespace

void claimControlThread() { controlThread.store(std::this_thread::get_id()); }

bool onControlThread() {
  const auto id = controlThread.load();
  return id == std::thread::id() || id == std::this_thread::get_id();
}

void assertControlThread() {
  if (!onControlThread()) g_error("called from a thread that is not the control thread");
}

void post(Work work) {
  GSource* source = g_idle_source_new();
  g_source_set_priority(source, G_PRIORITY_DEFAULT);
  g_source_set_static_name(source, "parlour-post");
  auto* given = new Work(std::move(work));
  handOver(given);
  g_source_set_callback(source, runOnce, given, destroyWork<Work>);
  g_source_attach(source, nullptr);
  g_source_unref(source);
}

Timer Timer::every(uint32_t intervalMs, std::function<bool()> tick) {
  GSource* source = g_timeout_source_new(intervalMs);
  g_source_set_static_name(source, "parlour-timer");
  g_source_set_callback(source, runRepeatedly, new std::function<bool()>(std::move(tick)),
                        destroyWork<std::function<bool()>>);
  g_source_attach(source, nullptr);
  return Timer(source);
}

Timer Timer::once(uint32_t delayMs, Work fire) {
  return every(delayMs, [fire = std::move(fire)] {
    fire();
    return false;
  });
}

void Timer::stop() {
  if (!source_) return;
  g_source_destroy(source_);
  g_source_unref(std::exchange(source_, nullptr));
}

void runOnWorker(Work work) {
  auto& w = workers();
  std::lock_guard lock(w.mutex);
  if (!w.pool) w.pool = g_thread_pool_new(runWorkerItem, nullptr, 4, FALSE, nullptr);
  ++w.pending;
  auto* given = new Work(std::move(work));
  handOver(given);
  g_thread_pool_push(w.pool, given, nullptr);
}

bool drainWorkers(uint32_t timeoutMs) {
  auto& w = workers();
  std::unique_lock lock(w.mutex);
  return w.idle.wait_for(lock, std::chrono::milliseconds(timeoutMs),
                         [&w] { return w.pending == 0; });
}

std::string randomToken(size_t bytes) {
  std::string raw(bytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(raw.data()), static_cast<int>(bytes)) != 1)
    g_error("the system gives no random numbers (RAND_bytes failed)");
  gchar* base64 = g_base64_encode(reinterpret_cast<const guchar*>(raw.data()), raw.size());
  std::string token(base64);
  g_free(base64);
  for (char& c : token) c = c == '+' ? '-' : c == '/' ? '_' : c;
  while (!token.empty() && token.back() == '=') token.pop_back();
  return token;
}

}  // namespace parlour
