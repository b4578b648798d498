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

constexpr size_t kMaxSockets = 255;  ///< Flow::socket is a byte.

/// A random ICE credential: base64 is made of ice-char (RFC 8839 section 5.4).
std::string iceToken(size_t bytes) {
  std::string token = randomToken(bytes);
  for (char& c : token) c = c == '-' ? '+' : c == '_' ? '/' : c;
  return token;
}

/// What this thread produced for each worker since the last flush.
struct Produced {
  std::vector<std::vector<InboxItem>> byWorker;
  EgressWorker* local;
};
/// Null on threads that do not collect.
thread_local Produced* produced = nullptr;

}  // namespace

Result<std::unique_ptr<Hub>> Hub::start(HubOptions options) {
  std::unique_ptr<Hub> hub(new Hub(std::move(options)));
  const auto& o = hub->options_;
  if (o.listen.empty()) return invalid("no_media_address", "media.listen names no address");
  const size_t most = std::min(kMaxWorkers, kMaxSockets / o.listen.size());
  const size_t threads = std::clamp<size_t>(o.threads == 0 ? usableCores() : o.threads, 1, most);
  if (auto opened = hub->openSockets(threads); !opened) return opened.error();
  hub->placement_.emplace(threads);
  for (size_t i = 0; i < threads; ++i) {
    std::vector<UdpSocket*> sockets;
    for (size_t a = 0; a < o.listen.size(); ++a)
      sockets.push_back(hub->sockets_[i * o.listen.size() + a].get());
    hub->ioThreads_.push_back(std::make_unique<IoThread>(*hub, i, sockets));
    hub->workers_.push_back(std::make_unique<EgressWorker>(*hub, i));
    hub->threads_.push_back(std::make_unique<MediaThread>(*hub, i, *hub->ioThreads_[i],
                                                          *hub->workers_[i]));
  }
  for (auto& t : hub->threads_) t->start();
  log::info(kTopic, {}, "media on UDP port {}, {} media threads", hub->port(), threads);
  return hub;
}

Result<void> Hub::openSockets(size_t threads) {
  const auto& o = options_;
  uint16_t port = o.port;
  const auto open = [&](const std::string& ip, bool shared) {
    return UdpSocket::open({.ip = ip,
                            .port = port,
                            .index = static_cast<uint8_t>(sockets_.size()),
                            .shared = shared,
                            .receiveBytes = o.receiveBytes,
                            .sendBytes = o.sendBytes});
  };
  // Sockets that share a port would share it with those of another server of the same user, too,
  // and each of the two would get half of the packets: so first one that does not share.
  if (threads > 1 && port != 0)
    for (const auto& ip : o.listen)
      if (auto alone = open(ip, false); !alone) return alone.error();
  for (size_t i = 0; i < threads; ++i)
    for (const auto& ip : o.listen) {
      auto socket = open(ip, threads > 1);
      if (!socket) return socket.error();
      port = (*socket)->bound().port;  // With port 0 all sockets share the one the kernel chose.
      sockets_.push_back(std::move(*socket));
    }
  return {};
}

bool Hub::segmentation() const {
  return std::all_of(sockets_.begin(), sockets_.end(),
                     [](const auto& s) { return s->segmentation(); });
}

Hub::~Hub() { stop(); }

void Hub::stop() {
  for (auto& t : threads_) t->stop();
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
  directory_.add(endpoint);
  egressOf(*endpoint).post(CommandItem{[endpoint](EgressWorker& w) { w.addSubscriber(endpoint); }});
  return endpoint;
}

void Hub::removeEndpoint(const std::shared_ptr<Endpoint>& endpoint) {
  endpoint->close();
  placement_->leave(endpoint->names().room, endpoint->names().worker);
  directory_.remove(*endpoint);
  endpoint->forgetPosted();
  for (auto& io : ioThreads_) io->post([endpoint](IoThread& t) { t.remove(endpoint.get()); });
  egressOf(*endpoint).post(
      CommandItem{[endpoint](EgressWorker& w) { w.removeSubscriber(endpoint.get()); }});
}

EgressWorker& Hub::egressOf(const Endpoint& endpoint) { return *workers_[endpoint.names().worker]; }

void Hub::calm(std::function<void()> stirred) {
  stirred_ = std::move(stirred);
  calm_.store(true, std::memory_order_release);
}

void Hub::wake() {
  if (!calm_.exchange(false, std::memory_order_acq_rel)) return;
  post([this] {
    if (stirred_) stirred_();
  });
}

uint64_t Hub::received() const {
  uint64_t sum = 0;
  for (const auto& io : ioThreads_) sum += io->counters().rtp.load(std::memory_order_relaxed);
  return sum;
}

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
    produced->byWorker[worker].push_back(std::move(item));
  else
    workers_[worker]->post(std::move(item));
}

void Hub::beginProducing(EgressWorker* local) {
  produced = new Produced{std::vector<std::vector<InboxItem>>(workers_.size()), local};
}

void Hub::flushProduced() {
  if (!produced) return;
  for (size_t i = 0; i < produced->byWorker.size(); ++i) {
    auto& items = produced->byWorker[i];
    if (items.empty()) continue;
    if (workers_[i].get() == produced->local)
      produced->local->take(items);
    else
      workers_[i]->post(items);
  }
}

void Hub::endProducing() {
  flushProduced();
  delete std::exchange(produced, nullptr);
}

int64_t Hub::aliveNs() const {
  int64_t oldest = SystemClock().nowNs();
  for (const auto& t : threads_) oldest = std::min(oldest, t->aliveNs());
  return oldest;
}

}  // namespace parlour::transport
