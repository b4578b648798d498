#include "transport/hub.hpp"

#include <sched.h>

#include <algorithm>
#include <thread>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/loop.hpp"
#include "transport/candidates.hpp"

namespace parlour::transport {
namespace {

/// Those this process may run on: a service or container may be given fewer than there are.
unsigned usableCores() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return static_cast<unsigned>(CPU_COUNT(&set));
  return std::thread::hardware_concurrency();
}

constexpr log::Topic kTopic{"transport"};

/// A random ICE credential: base64 is made of ice-char (RFC 8839 section 5.4).
std::string iceToken(size_t bytes) {
  std::string token = randomToken(bytes);
  for (char& c : token) c = c == '-' ? '+' : c == '_' ? '/' : c;
  return token;
}

/// What this thread produced for each worker since the last flush; null on other threads.
thread_local std::vector<std::vector<InboxItem>>* produced = nullptr;

}  // namespace

Result<std::unique_ptr<Hub>> Hub::start(HubOptions options) {
  std::unique_ptr<Hub> hub(new Hub(std::move(options)));
  const auto& o = hub->options_;
  uint16_t port = o.port;
  for (const auto& ip : o.listen) {
    auto socket = UdpSocket::open(ip, port, static_cast<uint8_t>(hub->sockets_.size()),
                                  o.receiveBytes, o.sendBytes);
    if (!socket) return socket.error();
    port = (*socket)->bound().port;  // With port 0 all sockets share the one the kernel chose.
    hub->sockets_.push_back(std::move(*socket));
  }
  if (hub->sockets_.empty()) return invalid("no_media_address", "media.listen names no address");
  const unsigned cores = std::max(1u, usableCores());
  const size_t workers =
      std::min<size_t>(o.egressWorkers == 0 ? cores : o.egressWorkers, kMaxWorkers);
  for (size_t i = 0; i < workers; ++i)
    hub->workers_.push_back(std::make_unique<EgressWorker>(*hub, i));
  hub->placement_.emplace(workers);
  std::vector<UdpSocket*> sockets;
  for (auto& s : hub->sockets_) sockets.push_back(s.get());
  hub->ioThreads_.push_back(std::make_unique<IoThread>(*hub, 0, sockets));
  for (auto& w : hub->workers_) w->start();
  for (auto& io : hub->ioThreads_) io->start();
  log::info(kTopic, {}, "media on UDP port {}, {} egress workers", hub->port(), workers);
  return hub;
}

Hub::~Hub() { stop(); }

void Hub::stop() {
  for (auto& io : ioThreads_) io->stop();
  for (auto& w : workers_) w->stop();
}

std::vector<std::string> Hub::candidates() const {
  return transport::candidates({.advertise = options_.advertise,
                                .listen = options_.listen,
                                .port = port(),
                                .ipv4Only = sockets_.front()->ipv4Only(),
                                .loopbackToo = options_.loopbackToo});
}

std::shared_ptr<Endpoint> Hub::addEndpoint(std::string id, std::string room,
                                           Endpoint::Callbacks callbacks) {
  const size_t worker = placement_->join(room);
  auto endpoint = std::make_shared<Endpoint>(
      *this,
      Endpoint::Names{std::move(id), std::move(room), iceToken(9), iceToken(18), worker},
      std::move(callbacks));
  ioOf(*endpoint).post([endpoint](IoThread& io) { io.add(endpoint); });
  egressOf(*endpoint).post(CommandItem{[endpoint](EgressWorker& w) { w.addSubscriber(endpoint); }});
  return endpoint;
}

void Hub::removeEndpoint(const std::shared_ptr<Endpoint>& endpoint) {
  endpoint->close();
  placement_->leave(endpoint->names().room, endpoint->names().worker);
  ioOf(*endpoint).post([endpoint](IoThread& io) { io.remove(endpoint.get()); });
  egressOf(*endpoint).post(
      CommandItem{[endpoint](EgressWorker& w) { w.removeSubscriber(endpoint.get()); }});
}

IoThread& Hub::ioOf(const Endpoint&) { return *ioThreads_.front(); }

EgressWorker& Hub::egressOf(const Endpoint& endpoint) { return *workers_[endpoint.names().worker]; }

std::shared_ptr<TrackFanout> Hub::addFanout(uint32_t id, bool video, uint32_t clockRate) {
  return std::make_shared<TrackFanout>(*this, id, video, clockRate);
}

void Hub::removeFanout(const std::shared_ptr<TrackFanout>& fanout) {
  fanout->setKeyFrameSource(nullptr);
  // By way of the I/O threads: the last packets may still be in their batches, and those name the
  // stream without holding it.
  for (auto& io : ioThreads_)
    io->post([this, fanout](IoThread&) {
      for (size_t i = 0; i < workers_.size(); ++i)
        toWorker(i, CommandItem{[fanout](EgressWorker& w) { w.removeFanout(fanout); }});
    });
}

SendCounts Hub::send(std::span<const Outgoing> messages) {
  SendCounts total;
  // Almost always one socket; runs for the same one go in one call.
  while (!messages.empty()) {
    const uint8_t socket = messages.front().flow->socket;
    size_t run = 1;
    while (run < messages.size() && messages[run].flow->socket == socket) ++run;
    const SendCounts c = sockets_[socket]->send(messages.first(run));
    total.sent += c.sent;
    total.dropped += c.dropped;
    messages = messages.subspan(run);
  }
  return total;
}

void Hub::toWorker(size_t worker, InboxItem item) {
  if (produced)
    (*produced)[worker].push_back(std::move(item));
  else
    workers_[worker]->post(std::move(item));
}

void Hub::beginProducing() {
  produced = new std::vector<std::vector<InboxItem>>(workers_.size());
}

void Hub::flushProduced() {
  for (size_t i = 0; produced && i < produced->size(); ++i)
    if (!(*produced)[i].empty()) workers_[i]->post((*produced)[i]);
}

void Hub::endProducing() {
  flushProduced();
  delete std::exchange(produced, nullptr);
}

int64_t Hub::aliveNs() const {
  int64_t oldest = SystemClock().nowNs();
  for (const auto& io : ioThreads_) oldest = std::min(oldest, io->aliveNs());
  for (const auto& w : workers_) oldest = std::min(oldest, w->aliveNs());
  return oldest;
}

}  // namespace parlour::transport
