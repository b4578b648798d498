#include "signalling/ws_session.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "signalling/message_write.hpp"
#include "signalling/request_table.hpp"

namespace parlour::signalling {
namespace {

constexpr log::Topic kTopic{"signalling"};
constexpr int64_t kVersion = 1;

MessageLimits limitsOf(const conf::Limits& limits) {
  return {limits.maxMessageBytes, limits.maxOfferBytes, limits.maxMediaLines};
}

Rate rateOf(uint32_t perSecond, uint32_t burst) {
  return {static_cast<double>(perSecond), static_cast<double>(burst)};
}

uint16_t closeCodeFor(room::LeaveReason reason) {
  switch (reason) {
    case room::LeaveReason::kLeft: return kCloseNormal;
    case room::LeaveReason::kRemoved: return kCloseRemoved;
    case room::LeaveReason::kReplaced: return kCloseReplaced;
    case room::LeaveReason::kTimedOut: return kCloseTimedOut;
    case room::LeaveReason::kFailed: return kCloseFailed;
    case room::LeaveReason::kServerStopping: return kCloseStopping;
  }
  return kCloseFailed;
}

bool isNewsOfOthers(const room::Event& event) {
  return std::holds_alternative<room::ParticipantJoined>(event) ||
         std::holds_alternative<room::ParticipantUpdated>(event) ||
         std::holds_alternative<room::ParticipantLeft>(event) ||
         std::holds_alternative<room::QualityChanged>(event);
}

Error notJoined() { return invalid("not_joined", "The first message must be 'join'."); }

}  // namespace

WsSession::WsSession(SessionParts& parts, std::unique_ptr<TextChannel> channel,
                     std::string address, std::string requestId)
    : parts_(parts),
      address_(std::move(address)),
      requestId_(std::move(requestId)),
      channel_(std::move(channel)),
      openedNs_(parts.clock.nowNs()),
      heardNs_(openedNs_),
      messages_(rateOf(parts.settings.limits.messagesPerSecond,
                       parts.settings.limits.messageBurst)),
      offers_(kOfferRate),
      data_(rateOf(parts.settings.limits.dataPerSecond, parts.settings.limits.dataBurst)),
      control_(rateOf(parts.settings.limits.messagesPerSecond,
                      parts.settings.limits.messageBurst)) {}

void WsSession::onText(std::string_view text) {
  if (state_ != State::kOpen && state_ != State::kJoined) return;
  const auto alive = shared_from_this();
  heard();
  const MessageLimits limits = limitsOf(parts_.settings.limits);
  if (!messages_.take(heardNs_)) {
    const bool small = text.size() <= limits.maxMessageBytes;
    return strike(small ? scanMessage(text).envelope : Envelope(),
                  unavailable("too_many", "Too many messages a second."));
  }
  const ParsedMessage message = parseMessage(text, limits);
  const Envelope& envelope = message.envelope;
  if (envelope.id != 0 && envelope.id <= lastId_)
    return strike(envelope, invalid("out_of_order",
                                    fmt::format("'id' must grow; the last was {}.", lastId_)));
  if (envelope.id != 0) lastId_ = envelope.id;
  if (!message.request) return strike(envelope, message.request.error());
  errorsInARow_ = 0;
  handle(envelope, *message.request);
}

void WsSession::onBinary() {
  if (state_ != State::kOpen && state_ != State::kJoined) return;
  heard();
  strike({}, invalid("bad_message", "Binary frames are not part of this protocol."));
}

void WsSession::onOversized() {
  if (state_ == State::kClosing || state_ == State::kClosed) return;
  refuse({}, invalid("too_large", fmt::format("No message may be longer than {} bytes.",
                                              parts_.settings.limits.maxOfferBytes)));
  drop(kCloseTooBig, "a message was too large");
}

void WsSession::onPong() { heard(); }

void WsSession::heard() {
  heardNs_ = parts_.clock.nowNs();
  if (state_ == State::kJoined) parts_.calls.heard(self_);
}

void WsSession::onDisconnected() {
  const bool attached = state_ == State::kJoined;
  state_ = State::kClosed;
  if (attached) parts_.calls.detach(self_);
}

void WsSession::handle(const Envelope& envelope, const Request& request) {
  if (const auto* wanted = std::get_if<JoinRequest>(&request)) return join(envelope, *wanted);
  if (state_ != State::kJoined) return refuse(envelope, notJoined());
  if (std::holds_alternative<LeaveRequest>(request)) return leave(envelope);
  const auto rates = checkRates(request);
  if (!rates) return refuse(envelope, rates.error());
  room::Room* room = parts_.calls.roomOf(self_);
  if (!room)
    return refuse(envelope, unavailable("not_joined", "You are in no room any more. Join again."));
  const auto result = answer({parts_.calls, *room, self_, parts_.clock}, request);
  if (result)
    reply(envelope, *result);
  else
    refuse(envelope, result.error());
}

Result<void> WsSession::checkRates(const Request& request) {
  const int64_t now = parts_.clock.nowNs();
  if (std::holds_alternative<DataRequest>(request) && !data_.take(now))
    return unavailable("too_many", "Too many data messages a second.");
  if (std::holds_alternative<OfferRequest>(request) && !offers_.take(now))
    return unavailable("too_many", "Too many offers a second.");
  return {};
}

void WsSession::join(const Envelope& envelope, const JoinRequest& request) {
  if (state_ == State::kJoined)
    return refuse(envelope, invalid("already_joined", "This connection has joined already."));
  if (request.version != kVersion)
    return refuse(envelope, invalid("bad_version", "This server speaks version 1."));
  uint32_t retryAfterMs = 0;
  joining_ = true;
  const auto result = enter(request, retryAfterMs);
  joining_ = false;
  if (result) return joined(envelope, *result);
  early_.clear();
  log::info(kTopic, {.room = request.room, .request = requestId_}, "join from {} refused: {}: {}",
            address_, result.error().code, result.error().message);
  refuse(envelope, result.error(), retryAfterMs);
}

Result<call::Joined> WsSession::enter(const JoinRequest& request, uint32_t& retryAfterMs) {
  if (!request.resume.empty()) {
    // The token stands for the identity it was given to, and is as hard to guess.
    const auto verdict = parts_.admission.takeTurn(address_);
    retryAfterMs = verdict.retryAfterMs;
    if (!verdict.allowed) return unavailable("too_many_joins", "Too many joins. Try again shortly.");
    return parts_.calls.resume(request.resume, weak_from_this());
  }
  const auto outcome = parts_.admission.admit(
      {address_, request.token, request.room, request.name, request.identity});
  retryAfterMs = outcome.retryAfterMs;
  if (!outcome.admitted) return outcome.admitted.error();
  call::JoinRequest join;
  join.room = request.room;
  join.identity = outcome.admitted->identity;
  join.name = outcome.admitted->name;
  join.grants = outcome.admitted->grants;
  join.via = room::Via::kWebSocket;
  join.request = requestId_;
  join.offer = request.offer ? &*request.offer : nullptr;
  return parts_.calls.join(join, weak_from_this());
}

void WsSession::joined(const Envelope& envelope, const call::Joined& result) {
  self_ = result.snapshot.self.id;
  stay_ = parts_.stays.of(self_);
  state_ = State::kJoined;
  parts_.takeOver(self_, this);
  const room::Room* room = parts_.calls.roomOf(self_);
  const Resume resume{result.resumeToken, parts_.settings.timeouts.resumeMs};
  lookAround();
  reply(envelope, writeJoined(result, room ? room->name() : std::string(), resume, stay_->seq));
  for (const room::Event& event : std::exchange(early_, {})) onEvent(event);
}

void WsSession::leave(const Envelope& envelope) {
  state_ = State::kClosing;  // What the call says of our own leaving is no news.
  parts_.calls.leave(self_);
  channel_->send(writeReply(envelope, "{}"));
  channel_->close(kCloseNormal, "left");
}

void WsSession::strike(const Envelope& envelope, const Error& error) {
  refuse(envelope, error);
  if (++errorsInARow_ < kMaxErrorsInARow) return;
  log::info(kTopic, {.peer = self_, .request = requestId_}, "{} sent {} wrong messages in a row",
            address_, errorsInARow_);
  drop(kCloseMisbehaved, "too many errors");
}

void WsSession::tick() {
  if (state_ != State::kOpen && state_ != State::kJoined) return;
  const auto alive = shared_from_this();
  if (state_ == State::kJoined) lookAround();
  const int64_t now = parts_.clock.nowNs();
  const uint64_t frames = channel_->controlFrames();
  const bool flooding = !control_.take(now, static_cast<double>(frames - controlSeen_));
  controlSeen_ = frames;
  if (flooding) return drop(kCloseMisbehaved, "too many control frames");
  if (tooSlow_) return drop(kCloseTooSlow, "you do not read fast enough");
  if (state_ == State::kOpen && now - openedNs_ > parts_.settings.timeouts.joinMs * kNsPerMs) {
    refuse({}, notJoined());
    return close(kCloseTimedOut, "no join in time");
  }
  if (now - heardNs_ > kDeadAfterMs * kNsPerMs) {
    log::info(kTopic, {.peer = self_, .request = requestId_}, "{} answers no pings", address_);
    drop(kCloseTimedOut, "no answer to pings");
    channel_->abort();
  }
}

void WsSession::lookAround() {
  room::Room* room = parts_.calls.roomOf(self_);
  crowded_ = room && room->size() >= kCrowd;
}

void WsSession::stop() {
  if (state_ != State::kOpen && state_ != State::kJoined) return;
  if (state_ == State::kJoined)
    tell(room::Ended{room::LeaveReason::kServerStopping, "The server is stopping."});
  close(kCloseStopping, "the server is stopping");
}

void WsSession::giveUp() {
  if (state_ != State::kJoined) return;
  close(kCloseReplaced, "resumed by another connection");
}

void WsSession::onEvent(const room::Event& event) {
  if (joining_) return early_.push_back(event);
  if (state_ != State::kJoined) return;
  tell(event);
  const auto* ended = std::get_if<room::Ended>(&event);
  if (ended) close(closeCodeFor(ended->reason), ended->message);
}

void WsSession::reply(const Envelope& to, std::string_view resultJson) {
  parts_.messages.add({{"type", to.type}, {"outcome", "reply"}});
  send(writeReply(to, resultJson));
}

void WsSession::refuse(const Envelope& to, const Error& error, uint32_t retryAfterMs) {
  parts_.messages.add({{"type", "any"}, {"outcome", error.code}});
  if (error.kind == ErrorKind::kFailed)
    log::error(kTopic, {.peer = self_, .request = requestId_}, "'{}' failed: {}: {}", to.type,
               error.code, error.message);
  send(writeError(to, error, retryAfterMs));
}

void WsSession::tell(const room::Event& event) {
  std::string text = writeEvent(++stay_->seq, event);
  if (crowded_ && isNewsOfOthers(event)) return hold(std::move(text));
  send(text);
}

void WsSession::hold(std::string&& event) {
  if (held_.empty()) {
    held_ = std::move(event);
    return parts_.held();
  }
  held_ += ',';
  held_ += event;
}

void WsSession::flush() {
  if (held_.empty()) return;
  const std::string events = std::exchange(held_, {});
  sendNow(fmt::format(R"({{"type":"events","events":[{}]}})", events));
}

/// What was held back goes first: the order of events is that of their numbers.
void WsSession::send(std::string_view text) {
  flush();
  sendNow(text);
}

void WsSession::sendNow(std::string_view text) {
  if ((state_ != State::kOpen && state_ != State::kJoined) || tooSlow_) return;
  channel_->send(text);
  if (channel_->pendingBytes() <= kMaxPendingBytes) return;
  // The call must not be entered from its own event: tick() does the rest.
  tooSlow_ = true;
  log::info(kTopic, {.peer = self_, .request = requestId_}, "{} does not read: {} bytes wait",
            address_, channel_->pendingBytes());
}

void WsSession::close(uint16_t code, std::string_view reason) {
  if (state_ == State::kClosing || state_ == State::kClosed) return;
  state_ = State::kClosing;
  channel_->close(code, reason);
}

void WsSession::drop(uint16_t code, std::string_view reason) {
  const bool attached = state_ == State::kJoined;
  close(code, reason);
  if (attached) parts_.calls.detach(self_);
}

}  // namespace parlour::signalling
