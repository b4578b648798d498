#include "signalling/connections.hpp"

#include "base/log.hpp"
#include "base/loop.hpp"

namespace parlour::signalling {
namespace {

constexpr log::Topic kTopic{"http"};

const char* textOf(Phase phase) {
  switch (phase) {
    case Phase::kHeaders: return "sending its request's headers";
    case Phase::kBody: return "sending its request's body";
    case Phase::kHandling: return "waiting for an answer";
    case Phase::kResponse: return "taking the response";
    case Phase::kIdle: return "idle";
    case Phase::kWebSocket: return "in a WebSocket";
    case Phase::kClosing: return "closing";
  }
  return "";
}

void shutDown(Connection& connection) {
  GSocket* socket = g_socket_connection_get_socket(connection.socket.get());
  g_socket_shutdown(socket, TRUE, TRUE, nullptr);  // Fails only where it is closed already.
}

}  // namespace

Connection* Connections::add(GSocketConnection* socket, ListenerKind kind, std::string peer,
                             bool unlimitedPeer) {
  assertControlThread();
  const auto full = [&] {
    const auto found = perPeer_.find(peer);
    return connections_.size() >= limits_.total ||
           (!unlimitedPeer && found != perPeer_.end() && found->second >= limits_.perPeer);
  };
  if (full()) forgetClosed();
  if (full()) {
    ++refused_;
    return nullptr;
  }
  auto connection = std::make_unique<Connection>();
  connection->id = ++lastId_;
  connection->kind = kind;
  connection->peer = std::move(peer);
  connection->socket = Ref<GSocketConnection>::share(socket);
  ++perPeer_[connection->peer];
  Connection* added = connection.get();
  connections_.emplace(added->id, std::move(connection));
  enter(added->id, Phase::kHeaders);
  return added;
}

Connection* Connections::find(uint64_t id) {
  const auto found = connections_.find(id);
  return found == connections_.end() ? nullptr : found->second.get();
}

void Connections::enter(uint64_t id, Phase phase) {
  Connection* connection = find(id);
  if (!connection) return;
  const auto limitMs = [&]() -> uint32_t {
    switch (phase) {
      case Phase::kHeaders: return limits_.headersMs;
      case Phase::kBody: return limits_.bodyMs;
      case Phase::kHandling: return limits_.handlingMs;
      case Phase::kResponse: return limits_.responseMs;
      case Phase::kIdle: return limits_.idleMs;
      case Phase::kWebSocket: return 0;
      case Phase::kClosing: return limits_.closingMs;
    }
    return 0;
  }();
  connection->phase = phase;
  *connection->idle = phase == Phase::kIdle;
  connection->deadlineNs = limitMs == 0 ? 0 : clock_.nowNs() + limitMs * kNsPerMs;
}

void Connections::cut(uint64_t id) {
  if (Connection* connection = find(id)) shutDown(*connection);
}

void Connections::cutAll() {
  for (auto& [id, connection] : connections_) shutDown(*connection);
}

void Connections::tick() {
  forgetClosed();
  const int64_t now = clock_.nowNs();
  for (auto& [id, connection] : connections_) {
    if (connection->deadlineNs == 0 || now < connection->deadlineNs) continue;
    if (connection->phase != Phase::kIdle) {
      ++overdue_;
      log::debug(kTopic, {}, "{} was too slow {}: its connection is cut", connection->peer,
                 textOf(connection->phase));
    }
    shutDown(*connection);
  }
}

void Connections::forgetClosed() {
  for (auto it = connections_.begin(); it != connections_.end();) {
    if (g_io_stream_is_closed(G_IO_STREAM(it->second->socket.get()))) {
      forgetPeer(it->second->peer);
      it = connections_.erase(it);
    } else {
      ++it;
    }
  }
}

void Connections::forgetPeer(const std::string& peer) {
  const auto found = perPeer_.find(peer);
  if (found != perPeer_.end() && --found->second == 0) perPeer_.erase(found);
}

}  // namespace parlour::signalling
