// WsSession: one WebSocket connection's side of the protocol (docs/protocol.md).
//
//   open ──join──▶ joined ──ended, leave, misbehaviour──▶ closing ──▶ closed
//                    └────────────── WebSocket gone: detached, media goes on ──▶ closed
//
// Keeps the rules that are not the room's: join first and in time, ids that grow, rates, sizes,
// event sequence, a bounded queue towards slow readers, liveness by pings.
// Thread: control. Owned by WsSessions; call/ holds it weakly.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "call/service.hpp"
#include "conf/settings.hpp"
#include "signalling/admission.hpp"
#include "signalling/message_parse.hpp"
#include "signalling/metrics.hpp"
#include "signalling/stays.hpp"
#include "signalling/text_channel.hpp"

namespace parlour::signalling {

class WsSession;

/// What the sessions share. Everything outlives them.
struct SessionParts {
  call::Service& calls;
  Admission& admission;
  Stays& stays;
  const conf::Settings& settings;
  const Clock& clock;
  CounterFamily& messages;  ///< By type and outcome.
  /// A resumed stay belongs to `newer` now: the connection it had is to be given up.
  std::function<void(const room::ParticipantId& id, const WsSession* newer)> takeOver;
  /// A session holds news back: all of them are to be flushed within kHoldMs.
  std::function<void()> held;
};

constexpr uint64_t kMaxPendingBytes = 1024 * 1024;  ///< Towards one slow reader.
constexpr unsigned kMaxErrorsInARow = 20;
constexpr uint32_t kPingIntervalS = 4;             ///< Silence of 5 s counts (timeouts.*).
constexpr uint32_t kDeadAfterMs = 20000;            ///< Without a pong or a message.
/// In a room of so many, news of others wait for each other: a join of a thousandth would cost a
/// thousand messages at once, and people come in crowds.
constexpr size_t kCrowd = 100;
constexpr uint32_t kHoldMs = 250;
constexpr Rate kOfferRate = {2, 10};                ///< An SDP costs more than its bytes.

class WsSession final : public call::Listener, public std::enable_shared_from_this<WsSession> {
 public:
  WsSession(SessionParts& parts, std::unique_ptr<TextChannel> channel, std::string address,
            std::string requestId);

  // ---- from the WebSocket ----
  void onText(std::string_view text);
  void onBinary();
  /// A frame or a chain of fragments beyond every limit; the connection cannot go on.
  void onOversized();
  void onPong();
  void onDisconnected();

  // ---- from the server ----
  /// Enforces deadlines.
  void tick();
  /// Sends the news that were held back.
  void flush();
  /// The server stops.
  void stop();
  /// Another connection has resumed this stay.
  void giveUp();

  // ---- from the call ----
  void onEvent(const room::Event& event) override;

  const room::ParticipantId& self() const { return self_; }
  bool closed() const { return state_ == State::kClosed; }

 private:
  enum class State { kOpen, kJoined, kClosing, kClosed };

  void lookAround();
  /// The client showed a sign of life.
  void heard();
  void handle(const Envelope& envelope, const Request& request);
  void join(const Envelope& envelope, const JoinRequest& request);
  Result<call::Joined> enter(const JoinRequest& request, uint32_t& retryAfterMs);
  void joined(const Envelope& envelope, const call::Joined& result);
  void leave(const Envelope& envelope);
  /// Refused before its meaning was looked at; too many in a row end the connection.
  void strike(const Envelope& envelope, const Error& error);
  Result<void> checkRates(const Request& request);

  void reply(const Envelope& to, std::string_view resultJson);
  void refuse(const Envelope& to, const Error& error, uint32_t retryAfterMs = 0);
  void tell(const room::Event& event);
  void hold(std::string&& event);
  void send(std::string_view text);
  void sendNow(std::string_view text);
  void close(uint16_t code, std::string_view reason);
  /// Closes the connection but not the stay: media goes on until it resumes or times out.
  void drop(uint16_t code, std::string_view reason);

  // injected
  SessionParts& parts_;
  const std::string address_, requestId_;
  // owned
  std::unique_ptr<TextChannel> channel_;
  // state
  State state_ = State::kOpen;
  room::ParticipantId self_;
  std::shared_ptr<Stay> stay_;
  uint64_t lastId_ = 0;
  unsigned errorsInARow_ = 0;
  bool crowded_ = false;  ///< As of the last tick.
  std::string held_;      ///< Events, with commas between them.
  int64_t openedNs_, heardNs_;
  TokenBucket messages_, offers_, data_, control_;
  uint64_t controlSeen_ = 0;
  bool tooSlow_ = false;  // Its queue is full: nothing more is sent.
  bool joining_ = false;
  std::vector<room::Event> early_;  // Told while joining: they follow the reply.
};

}  // namespace parlour::signalling
