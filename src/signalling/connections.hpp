// Connections: every accepted TCP or Unix connection, what it is doing and until when it may.
//
// libsoup has no deadlines. Each connection is always in one phase that ends by itself or is cut:
// shutting the socket down wakes whoever reads or writes it, libsoup then cleans up.
// Thread: control.
#pragma once

#include <gio/gio.h>

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"
#include "base/ref.hpp"

namespace parlour::signalling {

/// Which part of the API a listener gives out.
enum class ListenerKind {
  kPublic,   ///< Everything; the admin API with a token.
  kMetrics,  ///< /metrics and the health pages alone.
  kAdmin,    ///< Unix socket: everything, without a token.
};

enum class Phase {
  kHeaders,    ///< Handshake and request headers: the whole of it has one deadline.
  kBody,       ///< Request body.
  kHandling,   ///< A handler works on it.
  kResponse,   ///< The response is being taken by the client.
  kIdle,       ///< Between requests.
  kWebSocket,  ///< The session decides.
  kClosing,    ///< The last bytes.
};

struct ConnectionLimits {
  size_t total = 16384;
  size_t perPeer = 512;  ///< Of one address; not of proxies and loopback.
  uint32_t headersMs = 10000;
  uint32_t bodyMs = 30000;
  uint32_t handlingMs = 30000;
  uint32_t responseMs = 60000;
  uint32_t idleMs = 60000;
  uint32_t closingMs = 5000;
};

/// One connection. `socket` is closed by libsoup; held here to be able to cut it.
struct Connection {
  uint64_t id = 0;
  ListenerKind kind = ListenerKind::kPublic;
  std::string peer;  ///< Address without port; "unix" on the admin socket.
  bool tls = false;
  Ref<GSocketConnection> socket;
  Phase phase = Phase::kHeaders;
  std::shared_ptr<bool> idle = std::make_shared<bool>(false);  ///< phase == kIdle, for its stream.
  int64_t deadlineNs = 0;  ///< 0: none.
};

class Connections {
 public:
  Connections(const Clock& clock, ConnectionLimits limits) : clock_(clock), limits_(limits) {}

  /// Null when there are too many; the connection is then to be closed.
  Connection* add(GSocketConnection* socket, ListenerKind kind, std::string peer,
                  bool unlimitedPeer);
  /// Null when it has ended.
  Connection* find(uint64_t id);
  void enter(uint64_t id, Phase phase);
  /// Ends a connection at once.
  void cut(uint64_t id);
  void cutAll();
  /// Forgets what is closed and cuts what is overdue.
  void tick();

  size_t size() const { return connections_.size(); }
  uint64_t overdue() const { return overdue_; }   ///< Cut by a deadline so far.
  uint64_t refused() const { return refused_; }   ///< Not let in so far.

 private:
  void forgetClosed();
  void forgetPeer(const std::string& peer);

  const Clock& clock_;
  const ConnectionLimits limits_;
  uint64_t lastId_ = 0;
  uint64_t overdue_ = 0, refused_ = 0;
  std::unordered_map<uint64_t, std::unique_ptr<Connection>> connections_;
  std::unordered_map<std::string, size_t> perPeer_;
};

}  // namespace parlour::signalling
