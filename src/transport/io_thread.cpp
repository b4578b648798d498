#include "transport/io_thread.hpp"

#include <algorithm>
#include <array>

#include "base/clock.hpp"
#include "base/loop.hpp"
#include "transport/hub.hpp"

namespace parlour::transport {
namespace {

constexpr int64_t kMaxWaitMs = 5000;
constexpr size_t kMaxAddresses = 8;

int64_t monotonicNs() { return SystemClock().nowNs(); }

}  // namespace

IoThread::IoThread(Hub& hub, size_t index, std::vector<UdpSocket*> sockets)
    : hub_(hub),
      index_(index),
      sockets_(std::move(sockets)),
      wake_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      pool_(2 * UdpSocket::kBatch, 0) {}

IoThread::~IoThread() { close(wake_); }

void IoThread::post(Command command) {
  {
    Lock lock(mutex_);
    commands_.push_back(std::move(command));
  }
  wakeUp();
}

void IoThread::wakeUp() {
  const uint64_t one = 1;
  (void)!write(wake_, &one, sizeof one);
}

std::vector<int> IoThread::fds() const {
  std::vector<int> fds{wake_};
  for (const auto* s : sockets_) fds.push_back(s->fd());
  return fds;
}

void IoThread::round(std::span<const pollfd> ready, int64_t nowNs) {
  nowNs_ = nowNs;
  outbound_.resize(hub_.ioThreads().size());
  if (ready[0].revents) runPosted();
  for (size_t i = 0; i < sockets_.size(); ++i)
    if (ready[i + 1].revents) receive(*sockets_[i]);
  runTimers();
}

void IoThread::runPosted() {
  uint64_t count;
  (void)!read(wake_, &count, sizeof count);
  {
    Lock lock(mutex_);
    posted_.swap(commands_);
    taken_.swap(arrived_);
  }
  for (auto& command : posted_) command(*this);
  posted_.clear();
  for (auto& handed : taken_) dispatch(handed.buffer, *handed.meta, handed.received);
  taken_.clear();
}

int IoThread::waitMs(int64_t nowNs) const {
  int64_t until = nowNs + kMaxWaitMs * kNsPerMs;
  for (const Peer* p : timed_) until = std::min(until, std::max(p->dueNs, nowNs));
  return static_cast<int>((until - nowNs + kNsPerMs - 1) / kNsPerMs);
}

void IoThread::runTimers() {
  std::erase_if(timed_, [this](Peer* p) {
    if (p->dueNs > nowNs_) return false;
    p->dueNs = p->ingest->tick(nowNs_);
    return p->dueNs == 0;
  });
}

void IoThread::schedule(Peer& peer, int64_t dueNs) {
  if (dueNs == 0) return;
  if (peer.dueNs == 0) timed_.push_back(&peer);
  peer.dueNs = dueNs;
}

void IoThread::refill() {
  for (; filled_ < buffers_.size(); ++filled_) {
    buffers_[filled_] = pool_.acquire(metas_[filled_]);
    if (!buffers_[filled_]) return;
  }
}

void IoThread::receive(UdpSocket& socket) {
  refill();
  if (filled_ == 0) {
    counters_.noBuffer.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  std::array<uint8_t*, UdpSocket::kBatch> pointers;
  for (size_t i = 0; i < filled_; ++i) pointers[i] = metas_[i]->bytes;
  std::array<UdpSocket::Received, UdpSocket::kBatch> received;
  const size_t count = socket.receive({pointers.data(), filled_}, kRtpBufferSize, received);
  nowNs_ = monotonicNs();
  uint64_t bytes = 0;
  for (size_t i = 0; i < count; ++i) {
    bytes += received[i].size;
    dispatch(buffers_[i], *metas_[i], received[i]);
  }
  flushHanded();
  counters_.datagrams.fetch_add(count, std::memory_order_relaxed);
  counters_.bytes.fetch_add(bytes, std::memory_order_relaxed);
  // Buffers that were given away leave holes: close them.
  size_t kept = 0;
  for (size_t i = 0; i < filled_; ++i) {
    if (!buffers_[i]) continue;
    if (kept != i) {
      buffers_[kept] = std::move(buffers_[i]);
      metas_[kept] = metas_[i];
    }
    ++kept;
  }
  filled_ = kept;
}

/// RFC 7983: the first byte tells what a datagram is.
void IoThread::dispatch(Buf<GstBuffer>& buffer, ParlourRtpMeta& meta,
                        const UdpSocket::Received& received) {
  uint8_t* data = meta.bytes;
  if (received.size == 0) {
    counters_.malformed.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  if (looksLikeStun(data[0])) return onStun({data, received.size}, received);
  const auto it = byAddress_.find(received.flow.remote);
  if (it == byAddress_.end() && !foreign_.empty()) return handOver(buffer, meta, received);
  if (it == byAddress_.end() || it->second->endpoint->closed()) {
    counters_.unknownPeer.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  Peer& peer = *it->second;
  if (looksLikeDtls(data[0])) {
    counters_.dtls.fetch_add(1, std::memory_order_relaxed);
    peer.endpoint->receiveDtls(data, received.size);
  } else if (!looksLikeRtp(data[0]) || received.size < 12) {
    counters_.malformed.fetch_add(1, std::memory_order_relaxed);
  } else if (!peer.srtp) {
    counters_.noKeys.fetch_add(1, std::memory_order_relaxed);
  } else if (data[1] >= 192 && data[1] <= 223) {  // RFC 5761 section 4.
    onRtcp(peer, data, received.size);
  } else {
    onRtp(peer, buffer, meta, received);
  }
}

void IoThread::onRtp(Peer& peer, Buf<GstBuffer>& buffer, ParlourRtpMeta& meta,
                     const UdpSocket::Received& received) {
  size_t size = received.size;
  const SrtpStatus status = peer.srtp->unprotect(meta.bytes, size);
  if (status != SrtpStatus::kOk) return countRefused(status);
  counters_.rtp.fetch_add(1, std::memory_order_relaxed);
  hub_.stir();
  peer.endpoint->heard(nowNs_);
  peer.ingest->onRtp(std::move(buffer), meta, size, received.arrivalNs);
  if (peer.dueNs == 0) schedule(peer, peer.ingest->tick(nowNs_));
}

void IoThread::onRtcp(Peer& peer, uint8_t* data, size_t size) {
  const SrtpStatus status = peer.srtp->unprotectRtcp(data, size);
  if (status != SrtpStatus::kOk) return countRefused(status);
  counters_.rtcp.fetch_add(1, std::memory_order_relaxed);
  peer.endpoint->heard(nowNs_);
  peer.ingest->onRtcp({data, size}, nowNs_);
  hub_.toWorker(peer.endpoint->names().worker,
                RtcpItem{peer.endpoint, std::vector<uint8_t>(data, data + size), false});
}

void IoThread::countRefused(SrtpStatus status) {
  auto& counter = status == SrtpStatus::kAuthFailed ? counters_.badAuth
                  : status == SrtpStatus::kReplayed ? counters_.replayed
                                                    : counters_.malformed;
  counter.fetch_add(1, std::memory_order_relaxed);
}

// --- connectivity checks ---

void IoThread::onStun(std::span<const uint8_t> packet, const UdpSocket::Received& received) {
  Peer* peer = nullptr;
  std::shared_ptr<Endpoint> endpoint;
  const auto verdict = stun_.answer(
      packet, received.flow.remote, [&](std::string_view ufrag) -> const std::string* {
        const auto it = byUfrag_.find(std::string(ufrag));
        peer = it == byUfrag_.end() ? nullptr : it->second.get();
        endpoint = peer ? peer->endpoint : hub_.directory().find(ufrag);
        if (!endpoint) return nullptr;
        if (endpoint->closed() || !endpoint->mayCheck(nowNs_)) {
          counters_.stunRate.fetch_add(1, std::memory_order_relaxed);
          return nullptr;
        }
        return &endpoint->names().pwd;
      });
  if (verdict.kind == StunVerdict::Kind::kIgnore || !endpoint) {
    counters_.badStun.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  const std::string expected = endpoint->remoteUfrag();
  const bool expectedPeer = expected.empty() || verdict.remoteUfrag == expected;
  const bool valid = verdict.kind == StunVerdict::Kind::kCheck && expectedPeer;
  if (valid && !peer && !(peer = claim(endpoint, packet, received))) return;
  counters_.stun.fetch_add(1, std::memory_order_relaxed);
  if (!expectedPeer) return;
  const Outgoing out{&received.flow, verdict.reply.data(),
                     static_cast<uint32_t>(verdict.reply.size()), 0};
  hub_.send({&out, 1});
  if (valid) accept(*peer, received, verdict.useCandidate);
}

IoThread::Peer* IoThread::claim(const std::shared_ptr<Endpoint>& endpoint,
                                std::span<const uint8_t> packet,
                                const UdpSocket::Received& received) {
  if (auto posted = endpoint->claim(static_cast<int>(index_))) {
    Peer& peer = add(endpoint);
    for (auto& command : *posted) command(*this);
    return &peer;
  }
  const auto io = static_cast<size_t>(endpoint->io());
  if (io == index_) return nullptr;  // It was ours, and is gone.
  knowForeign(received.flow.remote, {endpoint, io});
  hub_.ioThread(io).post([copy = std::vector<uint8_t>(packet.begin(), packet.end()),
                          received](IoThread& other) { other.onStun(copy, received); });
  return nullptr;
}

void IoThread::knowForeign(const Address& from, Foreign foreign) {
  if (const auto before = byAddress_.find(from); before != byAddress_.end()) {
    std::erase(before->second->addresses, from);
    byAddress_.erase(before);
  }
  if (!foreign_.contains(from)) {
    // A peer has few addresses; one that checks from many keeps the last of them.
    const auto same = [&](const auto& f) { return f.second.endpoint == foreign.endpoint; };
    if (std::count_if(foreign_.begin(), foreign_.end(), same) >=
        static_cast<ptrdiff_t>(kMaxAddresses))
      foreign_.erase(std::find_if(foreign_.begin(), foreign_.end(), same));
  }
  foreign_[from] = std::move(foreign);
}

/// To the thread that has the peer of this address, with what else this round brings for it.
void IoThread::handOver(Buf<GstBuffer>& buffer, ParlourRtpMeta& meta,
                        const UdpSocket::Received& received) {
  const auto it = foreign_.find(received.flow.remote);
  if (it == foreign_.end()) {
    counters_.unknownPeer.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  counters_.handed.fetch_add(1, std::memory_order_relaxed);
  outbound_[it->second.io].push_back({std::move(buffer), &meta, received});
}

void IoThread::flushHanded() {
  for (size_t i = 0; i < outbound_.size(); ++i) {
    if (outbound_[i].empty()) continue;
    IoThread& other = hub_.ioThread(i);
    {
      Lock lock(other.mutex_);
      std::move(outbound_[i].begin(), outbound_[i].end(), std::back_inserter(other.arrived_));
    }
    outbound_[i].clear();
    other.wakeUp();
  }
}

void IoThread::accept(Peer& peer, const UdpSocket::Received& received, bool nominated) {
  const Address& from = received.flow.remote;
  if (!foreign_.empty()) foreign_.erase(from);
  Peer*& owner = byAddress_[from];
  if (owner != &peer) {
    if (owner) std::erase(owner->addresses, from);
    owner = &peer;
    peer.addresses.push_back(from);
    if (peer.addresses.size() > kMaxAddresses) {
      byAddress_.erase(peer.addresses.front());
      peer.addresses.erase(peer.addresses.begin());
    }
  }
  const bool moved = peer.endpoint->checked(received.flow, nominated, nowNs_);
  const auto& callbacks = peer.endpoint->callbacks();
  if (!peer.reached) {
    peer.reached = true;
    parlour::post([then = callbacks.onReachable, keep = peer.endpoint] { then(); });
  } else if (moved) {
    parlour::post([then = callbacks.onMoved, keep = peer.endpoint] { then(); });
  }
}

// --- commands ---

IoThread::Peer* IoThread::find(const Endpoint* endpoint) {
  const auto it = byEndpoint_.find(endpoint);
  return it == byEndpoint_.end() ? nullptr : it->second;
}

IoThread::Peer& IoThread::add(const std::shared_ptr<Endpoint>& endpoint) {
  auto peer = std::make_unique<Peer>();
  peer->endpoint = endpoint;
  const auto send = [this, weak = std::weak_ptr(endpoint)](auto compound) {
    if (auto e = weak.lock())
      hub_.toWorker(e->names().worker,
                    RtcpItem{e, std::vector<uint8_t>(compound.begin(), compound.end()), true});
  };
  peer->ingest = std::make_unique<Ingest>(send, ingestCounters_);
  Peer& added = *peer;
  byEndpoint_[endpoint.get()] = &added;
  byUfrag_[endpoint->names().ufrag] = std::move(peer);
  peers_.store(byEndpoint_.size(), std::memory_order_relaxed);
  return added;
}

void IoThread::remove(const Endpoint* endpoint) {
  std::erase_if(foreign_, [&](const auto& f) { return f.second.endpoint.get() == endpoint; });
  Peer* peer = find(endpoint);
  if (!peer) return;
  for (const auto& address : peer->addresses) byAddress_.erase(address);
  std::erase(timed_, peer);
  byEndpoint_.erase(endpoint);
  byUfrag_.erase(std::string(endpoint->names().ufrag));
  peers_.store(byEndpoint_.size(), std::memory_order_relaxed);
}

void IoThread::setKeys(const Endpoint* endpoint, const SrtpKeys& keys) {
  if (Peer* peer = find(endpoint); peer && !peer->srtp) peer->srtp.emplace(keys);
}

void IoThread::configure(const Endpoint* endpoint, IngestSettings settings) {
  if (Peer* peer = find(endpoint)) peer->ingest->configure(std::move(settings));
}

void IoThread::requestKeyFrame(const Endpoint* endpoint, const StreamOutput* output) {
  if (Peer* peer = find(endpoint)) peer->ingest->requestKeyFrame(output);
}

}  // namespace parlour::transport
