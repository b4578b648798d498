#include "transport/endpoint.hpp"

#include "base/clock.hpp"
#include "transport/hub.hpp"
#include "transport/lite_elements.hpp"

namespace parlour::transport {
namespace {

/// Browsers check a path every 2.5 to 5 s; RFC 7675 section 5.1 has 6 s as the longest interval.
constexpr int64_t kPathSilenceNs = 6'500'000'000;

constexpr uint32_t kChecksPerSecond = 50;

/// A ClientHello in fragments, and once more.
constexpr size_t kMaxEarlyDtls = 8;

}  // namespace

Endpoint::Endpoint(Hub& hub, Names names, Callbacks callbacks)
    : hub_(hub), names_(std::move(names)), callbacks_(std::move(callbacks)) {
  g_weak_ref_init(&dtlsInput_, nullptr);
}

Endpoint::~Endpoint() { g_weak_ref_clear(&dtlsInput_); }

std::string Endpoint::remoteUfrag() const {
  Lock lock(mutex_);
  return remoteUfrag_;
}

void Endpoint::setRemoteUfrag(const std::string& ufrag) {
  Lock lock(mutex_);
  remoteUfrag_ = ufrag;
}

Flow Endpoint::flow() const {
  Lock lock(mutex_);
  return flow_;
}

void Endpoint::postIo(IoCommand command) {
  {
    Lock lock(mutex_);
    if (io_.load(std::memory_order_relaxed) < 0) {
      if (closed()) return;
      waiting_.push_back(std::move(command));
      return;
    }
  }
  hub_.ioThread(static_cast<size_t>(io())).post(std::move(command));
}

void Endpoint::forgetPosted() {
  std::vector<IoCommand> waiting;  // They may hold this endpoint: they go without the lock.
  Lock lock(mutex_);
  waiting.swap(waiting_);
}

std::optional<std::vector<Endpoint::IoCommand>> Endpoint::claim(int index) {
  Lock lock(mutex_);
  if (io_.load(std::memory_order_relaxed) >= 0) return std::nullopt;
  io_.store(index, std::memory_order_release);
  return std::exchange(waiting_, {});
}

bool Endpoint::mayCheck(int64_t nowNs) {
  // Two threads may count one check twice or not at all: the bound need not be exact.
  const int64_t second = nowNs / kNsPerSecond;
  if (checkSecond_.exchange(second, std::memory_order_relaxed) != second)
    checks_.store(0, std::memory_order_relaxed);
  return checks_.fetch_add(1, std::memory_order_relaxed) < kChecksPerSecond;
}

bool Endpoint::checked(const Flow& flow, bool nominated, int64_t nowNs) {
  lastCheckNs_.store(nowNs, std::memory_order_relaxed);
  heard(nowNs);
  Lock lock(mutex_);
  if (flow_ == flow) {
    flowCheckedNs_ = nowNs;
    return false;
  }
  // The first valid path serves until one is nominated; the last nomination wins. A path without
  // checks is given up for any other: a NAT that rebinds gives no nomination.
  if (flow_.valid() && !nominated && nowNs - flowCheckedNs_ < kPathSilenceNs) return false;
  flow_ = flow;
  flowCheckedNs_ = nowNs;
  flowVersion_.fetch_add(1, std::memory_order_release);
  return true;
}

void Endpoint::sendDtls(const uint8_t* data, size_t size) {
  if (closed() || size == 0 || size > 65535) return;
  const Flow to = flow();
  if (!to.valid()) return;
  const Outgoing out{&to, data, static_cast<uint32_t>(size), 0};
  hub_.send({&out, 1});
}

void Endpoint::setDtlsInput(GstElement* litesrc) { g_weak_ref_set(&dtlsInput_, litesrc); }

void Endpoint::receiveDtls(const uint8_t* data, size_t size) {
  if (closed()) return;
  if (!dtlsRuns_) {
    if (earlyDtls_.size() == kMaxEarlyDtls) earlyDtls_.pop_front();
    earlyDtls_.emplace_back(data, data + size);
    return;
  }
  auto* litesrc = GST_ELEMENT(g_weak_ref_get(&dtlsInput_));
  if (!litesrc) return;
  parlour_lite_src_push(litesrc, data, size);
  gst_object_unref(litesrc);
}

void Endpoint::dtlsStarted() {
  dtlsRuns_ = true;
  for (const auto& packet : std::exchange(earlyDtls_, {})) receiveDtls(packet.data(), packet.size());
}

}  // namespace parlour::transport
