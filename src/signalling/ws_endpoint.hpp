// WsEndpoint: GET /v1/ws, from the handshake (RFC 6455 §4) to sessions, and all sessions there are.
// Thread: control.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/loop.hpp"
#include "signalling/connections.hpp"
#include "signalling/exchange.hpp"
#include "signalling/origin.hpp"
#include "signalling/readiness.hpp"
#include "signalling/ws_session.hpp"

namespace parlour::signalling {

constexpr const char* kSubprotocol = "parlour.v1";

class WsEndpoint {
 public:
  /// Everything given outlives it.
  WsEndpoint(call::Service& calls, Admission& admission, const conf::Settings& settings,
             const Clock& clock, const OriginPolicy& origins, Connections& connections,
             Metrics& metrics);

  /// Route handler: answers 101, or why not (400, 403, 426).
  void handle(Exchange& exchange);
  /// Deadlines of the sessions; forgets closed ones.
  void tick();
  /// Tells every session that the server stops.
  void stop();
  size_t size() const { return sessions_.size(); }

 private:
  void open(Ref<GIOStream> stream, uint64_t connection, const std::string& address,
            const std::string& requestId);
  void takeOver(const room::ParticipantId& id, const WsSession* newer);

  void flushSoon();

  const OriginPolicy& origins_;
  Connections& connections_;
  const std::shared_ptr<Readiness> readiness_ = Readiness::create();
  Stays stays_;
  int64_t sweptNs_ = 0;
  SessionParts parts_;
  std::vector<std::shared_ptr<WsSession>> sessions_;
  bool flushing_ = false;
  Timer flush_;
};

}  // namespace parlour::signalling
