#include "load/media_thread.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <future>

#include "base/clock.hpp"
#include "load/timing.hpp"

namespace parlour::bench {
namespace {

constexpr size_t kShards = 10;
constexpr int64_t kTickNs = 10 * kNsPerMs;  ///< A client's turn comes every 100 ms.

}  // namespace

MediaThread::MediaThread(const DtlsIdentity& identity, Sources& sources, Tell tell)
    : scratch_{identity, sources, nullptr},
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  // A client that is secured may publish now.
  scratch_.tell = std::move(tell);
  epoll_event event{};
  event.events = EPOLLIN;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, wake_, &event);
  thread_ = std::thread([this] { run(); });
}

MediaThread::~MediaThread() {
  post([this] { stop_ = true; });
  thread_.join();
  clients_.clear();
  close(wake_);
  close(epoll_);
}

void MediaThread::post(Work work) {
  {
    std::lock_guard lock(mutex_);
    posted_.push_back(std::move(work));
  }
  const uint64_t one = 1;
  // Fails only where the counter is full, and then the thread is woken anyway.
  [[maybe_unused]] const auto written = write(wake_, &one, sizeof one);
}

void MediaThread::connect(const ClientSpec& spec, const Remote& remote) {
  post([this, spec, remote] { add(spec, remote); });
}

void MediaThread::beginWindow() {
  post([this] {
    scratch_.resetCounts();
    for (const auto& client : clients_) {
      client->beginWindow();
      client->reception().takeFlow();
    }
    gone_ = {};
    flow_ = {};
    windowCpuNs_ = threadCpuNs();
    windowNs_ = SystemClock().nowNs();
  });
}

void MediaThread::stopPublishing() {
  post([this] {
    due_.clear();
    for (const auto& client : clients_) client->stopPublishing();
  });
}

void MediaThread::remove(uint32_t client) {
  post([this, client] { drop(client); });
}

void MediaThread::setLevel(uint32_t client, uint8_t level) {
  post([this, client, level] {
    if (Client* found = find(client)) found->setLevel(level);
  });
}

void MediaThread::expectChange(uint32_t client) {
  post([this, client] {
    if (Client* found = find(client)) found->reception().expectChange();
  });
}

MediaThread::Scene MediaThread::scene() {
  std::promise<Scene> promise;
  auto future = promise.get_future();
  post([this, &promise] { promise.set_value(takeScene()); });
  return future.get();
}

MediaThread::Tally MediaThread::tally() {
  std::promise<Tally> promise;
  auto future = promise.get_future();
  post([this, &promise] { promise.set_value(take()); });
  return future.get();
}

// --- on its own thread ---

void MediaThread::run() {
  std::array<epoll_event, 256> events;
  int64_t tickNs = SystemClock().nowNs();
  while (!stop_) {
    publishDue();
    const int64_t nowNs = SystemClock().nowNs();
    if (nowNs >= tickNs) {
      tick(nowNs);
      tickNs = std::max(tickNs + kTickNs, nowNs);
    }
    int64_t waitNs = tickNs - SystemClock().nowNs();
    if (!due_.empty()) waitNs = std::min(waitNs, due_.begin()->first - SystemClock().nowNs());
    waitNs = std::max<int64_t>(waitNs, 0);
    const timespec wait{waitNs / kNsPerSecond, waitNs % kNsPerSecond};
    const int ready = epoll_pwait2(epoll_, events.data(), events.size(), &wait, nullptr);
    for (int i = 0; i < ready; ++i) {
      auto* client = static_cast<Client*>(events[i].data.ptr);
      if (!client) {
        runPosted();
        continue;
      }
      if (client->removed()) continue;
      const bool published = client->dueNs() != INT64_MAX;
      client->onReadable();
      if (!published) schedule(*client);
      publishDue();
    }
    removed_.clear();
  }
}

void MediaThread::runPosted() {
  uint64_t count = 0;
  [[maybe_unused]] const auto got = read(wake_, &count, sizeof count);
  std::vector<Work> work;
  {
    std::lock_guard lock(mutex_);
    work.swap(posted_);
  }
  for (const Work& each : work) each();
}

void MediaThread::add(const ClientSpec& spec, const Remote& remote) {
  auto client = std::make_unique<Client>(spec, remote, scratch_);
  if (auto connected = client->connect(); !connected)
    return scratch_.tell(
        spec.index, {ClientNews::Kind::kFailed, SystemClock().nowNs(), connected.error().message});
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = client.get();
  epoll_ctl(epoll_, EPOLL_CTL_ADD, client->fd(), &event);
  joining_.push_back(client.get());
  repairs_ = repairs_ || spec.watch.repair;
  byIndex_[spec.index] = client.get();
  clients_.push_back(std::move(client));
}

void MediaThread::schedule(Client& client) {
  if (const int64_t due = client.dueNs(); due != INT64_MAX) due_.emplace(due, &client);
}

void MediaThread::publishDue() {
  int64_t nowNs = SystemClock().nowNs();
  while (!due_.empty() && due_.begin()->first <= nowNs) {
    Client* client = due_.begin()->second;
    due_.erase(due_.begin());
    client->publish(nowNs);
    schedule(*client);
    nowNs = SystemClock().nowNs();
  }
}

void MediaThread::tick(int64_t nowNs) {
  const SystemClock clock;
  scratch_.realtimeOffsetNs = clock.wallNs() - clock.nowNs();
  for (Client* client : joining_) client->onTick(nowNs);
  if (repairs_)
    for (const auto& client : clients_) client->askAgain(nowNs);
  std::erase_if(joining_, [](const Client* client) { return client->settled(); });
  for (size_t i = shard_; i < clients_.size(); i += kShards) {
    clients_[i]->onTick(nowNs);
    publishDue();
  }
  shard_ = (shard_ + 1) % kShards;
}

MediaThread::Tally MediaThread::take() const {
  Tally tally;
  tally.delays = scratch_.delays;
  tally.slip = scratch_.slip;
  tally.received = scratch_.received;
  tally.sent = scratch_.sent;
  tally.refused = scratch_.refused;
  tally.overflowed = scratch_.overflowed;
  tally.malformed = scratch_.malformed;
  tally.keyFrameRequests = scratch_.keyFrameRequests;
  tally.nacks = scratch_.nacks;
  tally.receivedBytes = scratch_.receivedBytes;
  tally.sentBytes = scratch_.sentBytes;
  tally.repaired = scratch_.repaired;
  for (const auto& client : clients_) tally.clients[client->index()] = client->totals();
  tally.cpuNs = threadCpuNs() - windowCpuNs_;
  tally.wallNs = SystemClock().nowNs() - windowNs_;
  return tally;
}

Client* MediaThread::find(uint32_t client) const {
  const auto found = byIndex_.find(client);
  return found == byIndex_.end() ? nullptr : found->second;
}

void MediaThread::drop(uint32_t index) {
  Client* client = find(index);
  if (!client) return;
  collect(*client);
  gone_.add(client->reception().totals());
  byIndex_.erase(index);
  std::erase(joining_, client);
  std::erase_if(due_, [client](const auto& due) { return due.second == client; });
  const auto at = std::find_if(clients_.begin(), clients_.end(),
                               [client](const auto& each) { return each.get() == client; });
  client->close();
  removed_.push_back(std::move(*at));
  clients_.erase(at);
}

void MediaThread::collect(Client& client) {
  flow_.add(client.reception().takeFlow());
}

MediaThread::Scene MediaThread::takeScene() {
  Scene scene;
  const int64_t nowNs = SystemClock().nowNs();
  scene.totals = gone_;
  for (const auto& client : clients_) {
    collect(*client);
    scene.totals.add(client->reception().totals());
    const auto moving = client->reception().moving(scratch_.sources, nowNs);
    scene.moving.moving += moving.moving;
    scene.moving.stalled += moving.stalled;
    client->reception().addJitter(scene.jitter);
  }
  scene.flow = flow_;
  scene.tally = take();
  scene.tally.clients.clear();
  return scene;
}

}  // namespace parlour::bench
