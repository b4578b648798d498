#include "signalling/message_write.hpp"

#include <fmt/chrono.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "base/clock.hpp"

namespace parlour::signalling {
namespace {

void writeGrants(JsonWriter& json, const room::Grants& grants) {
  json.beginObject()
      .member("canPublish", grants.canPublish)
      .member("canSubscribe", grants.canSubscribe)
      .member("canChat", grants.canChat)
      .member("moderator", grants.moderator)
      .member("recorder", grants.recorder)
      .member("hidden", grants.hidden)
      .endObject();
}

void writeTrack(JsonWriter& json, const room::Track& track) {
  json.beginObject()
      .member("id", track.id)
      .member("source", textOf(track.source))
      .member("kind", textOf(track.kind))
      .member("codec", track.codec.name)
      .member("muted", track.muted)
      .member("mutedByHost", track.mutedByHost)
      .endObject();
}

void writeChat(JsonWriter& json, const room::ChatMessage& message) {
  json.beginObject()
      .member("id", message.id)
      .member("seq", message.sequence)
      .member("from", message.from)
      .member("fromName", message.fromName)
      .memberIfAny("to", message.to)
      .member("text", message.text)
      .member("time", timeText(message.timeNs))
      .endObject();
}

template <typename T>
void participantEvent(JsonWriter& json, std::string_view name, const T& event) {
  json.member("name", name).name("data").beginObject().name("participant");
  writeParticipant(json, event.participant, false);
  json.endObject();
}

/// Writes `name` and `data` of an event.
struct EventBody {
  JsonWriter& json;

  JsonWriter& data(std::string_view name) {
    return json.member("name", name).name("data").beginObject();
  }
  void operator()(const room::ParticipantJoined& e) {
    participantEvent(json, "participantJoined", e);
  }
  void operator()(const room::ParticipantUpdated& e) {
    participantEvent(json, "participantUpdated", e);
  }
  void operator()(const room::ParticipantLeft& e) {
    data("participantLeft")
        .member("id", e.id)
        .member("reason", textOf(e.reason))
        .endObject();
  }
  void operator()(const room::SlotsChanged& e) {
    data("slots").name("slots").beginArray();
    for (const room::SlotState& slot : e.slots) writeSlot(json, slot);
    json.endArray().endObject();
  }
  void operator()(const room::SpeakersChanged& e) {
    data("speakers").name("speakers").beginArray();
    for (const auto& speaker : e.speakers)
      json.beginObject().member("id", speaker.id).member("level", speaker.level).endObject();
    json.endArray().endObject();
  }
  void operator()(const room::ChatPosted& e) {
    data("chat").name("message");
    writeChat(json, e.message);
    json.endObject();
  }
  void operator()(const room::RoomUpdated& e) {
    data("room").member("locked", e.locked).endObject();
  }
  void operator()(const room::QualityChanged& e) {
    data("quality").member("id", e.id).member("score", e.score).endObject();
  }
  void operator()(const room::DataReceived& e) {
    data("data")
        .member("from", e.from)
        .memberIfAny("to", e.to)
        .member("payload", e.payload)
        .endObject();
  }
  void operator()(const room::Draining& e) {
    data("draining").member("deadlineMs", e.deadlineMs).endObject();
  }
  void operator()(const room::Ended& e) {
    data("ended")
        .member("reason", textOf(e.reason))
        .member("message", e.message)
        .endObject();
  }
};

/// docs/protocol.md, "Error codes".
bool isProtocolCode(std::string_view code) {
  static constexpr std::array<std::string_view, 31> kCodes = {
      "bad_message",   "too_large",         "too_deep",            "too_many",
      "unknown_type",  "bad_version",       "not_joined",          "already_joined",
      "out_of_order",  "bad_offer",         "unsupported_offer",   "fingerprint_changed",
      "auth_required", "token_invalid",     "token_expired",       "token_room",
      "not_allowed",   "not_moderator",     "room_full",           "room_locked",
      "server_full",   "too_many_joins",    "draining",            "resume_expired",
      "no_such_slot",  "no_such_track",     "no_such_participant", "chat_too_long",
      "chat_empty",    "auth_unavailable",  "internal"};
  return std::find(kCodes.begin(), kCodes.end(), code) != kCodes.end();
}

bool oneOf(std::string_view code, std::initializer_list<std::string_view> codes) {
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

}  // namespace

std::string_view textOf(room::Source source) {
  switch (source) {
    case room::Source::kMicrophone: return "microphone";
    case room::Source::kCamera: return "camera";
    case room::Source::kScreen: return "screen";
    case room::Source::kScreenAudio: return "screenAudio";
  }
  return "camera";
}

std::string_view textOf(room::Kind kind) {
  return kind == room::Kind::kAudio ? "audio" : "video";
}

std::string_view textOf(room::Via via) {
  switch (via) {
    case room::Via::kWebSocket: return "websocket";
    case room::Via::kWhip: return "whip";
    case room::Via::kWhep: return "whep";
    case room::Via::kIngress: return "ingress";
  }
  return "websocket";
}

std::string_view textOf(room::Connection connection) {
  switch (connection) {
    case room::Connection::kConnecting: return "connecting";
    case room::Connection::kConnected: return "connected";
    case room::Connection::kReconnecting: return "reconnecting";
  }
  return "connecting";
}

std::string_view textOf(room::SlotReason reason) {
  switch (reason) {
    case room::SlotReason::kShown: return "shown";
    case room::SlotReason::kEmpty: return "empty";
    case room::SlotReason::kMuted: return "muted";
    case room::SlotReason::kUndecodable: return "undecodable";
    case room::SlotReason::kGone: return "gone";
  }
  return "empty";
}

std::string_view textOf(room::LeaveReason reason) {
  switch (reason) {
    case room::LeaveReason::kLeft: return "left";
    case room::LeaveReason::kRemoved: return "removed";
    case room::LeaveReason::kReplaced: return "replaced";
    case room::LeaveReason::kTimedOut: return "timedOut";
    case room::LeaveReason::kFailed: return "failed";
    case room::LeaveReason::kServerStopping: return "serverStopping";
  }
  return "left";
}

std::string timeText(int64_t wallNs) {
  const auto seconds = static_cast<time_t>(wallNs / kNsPerSecond);
  const auto ms = wallNs % kNsPerSecond / kNsPerMs;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(seconds), ms);
}

void writeParticipant(JsonWriter& json, const room::Participant& participant, bool withGrants) {
  json.beginObject()
      .member("id", participant.id)
      .member("identity", participant.identity)
      .member("name", participant.name)
      .member("via", textOf(participant.via))
      .member("connection", textOf(participant.connection))
      .member("joinedAt", timeText(participant.joinedAtNs))
      .member("hand", participant.handRaised);
  if (withGrants) {
    json.name("grants");
    writeGrants(json, participant.grants);
  }
  json.name("tracks").beginArray();
  for (const room::Track& track : participant.tracks) writeTrack(json, track);
  json.endArray().endObject();
}

void writeSlot(JsonWriter& json, const room::SlotState& slot) {
  json.beginObject().member("mid", slot.mid).member("reason", textOf(slot.reason));
  if (!slot.participant.empty())
    json.member("participant", slot.participant).member("source", textOf(slot.source));
  if (slot.track != 0) json.member("track", slot.track);
  if (slot.csrc != 0) json.member("csrc", slot.csrc);
  json.endObject();
}

std::string writeReply(const Envelope& to, std::string_view resultJson) {
  return JsonWriter()
      .beginObject()
      .member("type", "reply")
      .member("to", to.type)
      .member("id", to.id)
      .name("result")
      .raw(resultJson)
      .endObject()
      .take();
}

std::string writeError(const Envelope& to, const Error& error, uint32_t retryAfterMs) {
  // What broke inside is for the log; a client is told that it was not its fault.
  const bool inside = error.kind == ErrorKind::kFailed;
  const std::string_view code =
      !inside && isProtocolCode(error.code) ? std::string_view(error.code) : "internal";
  JsonWriter json;
  json.beginObject()
      .member("type", "error")
      .member("to", to.type)
      .member("id", to.id)
      .member("code", code)
      .member("message", inside ? "The server failed to do this. It has been logged."
                                : std::string_view(error.message))
      .member("action", actionFor(error));
  const uint32_t wait = retryAfterMs != 0 ? retryAfterMs : retryAfterMsFor(code);
  if (wait != 0) json.member("retryAfterMs", wait);
  return json.endObject().take();
}

std::string writeEvent(uint64_t seq, const room::Event& event) {
  JsonWriter json;
  json.beginObject().member("type", "event").member("seq", seq);
  std::visit(EventBody{json}, event);
  return json.endObject().take();
}

std::string writeJoined(const call::Joined& joined, const std::string& roomName,
                        const Resume& resume, uint64_t seq) {
  const room::Snapshot& snapshot = joined.snapshot;
  JsonWriter json;
  json.beginObject().member("version", 1).name("self");
  writeParticipant(json, snapshot.self, true);
  json.name("room")
      .beginObject()
      .member("name", roomName)
      .member("locked", snapshot.locked)
      .endObject()
      .name("participants")
      .beginArray();
  for (const auto& participant : snapshot.participants) writeParticipant(json, participant, false);
  json.endArray().name("slots").beginArray();
  for (const auto& slot : snapshot.slots) writeSlot(json, slot);
  json.endArray().name("chat").beginArray();
  for (const auto& message : snapshot.chat) writeChat(json, message);
  json.endArray()
      .name("resume")
      .beginObject()
      .member("token", resume.token)
      .member("windowMs", resume.windowMs)
      .endObject()
      .member("seq", seq)
      .memberIfAny("answer", joined.answer);
  return json.endObject().take();
}

std::string writeAnswer(std::string_view answer) {
  return JsonWriter().beginObject().member("answer", answer).endObject().take();
}

std::string writeChatMessage(const room::ChatMessage& message) {
  JsonWriter json;
  json.beginObject().name("message");
  writeChat(json, message);
  return json.endObject().take();
}

std::string_view actionFor(const Error& error) {
  const std::string_view code = error.code;
  if (oneOf(code, {"auth_required", "token_invalid", "token_expired", "token_room"})) return "auth";
  if (oneOf(code, {"resume_expired", "fingerprint_changed"})) return "rejoin";
  if (retryAfterMsFor(code) != 0) return "wait";
  if (code == "not_joined") return error.kind == ErrorKind::kInvalid ? "fix" : "rejoin";
  switch (error.kind) {
    case ErrorKind::kInvalid: return "fix";
    case ErrorKind::kUnavailable: return "wait";
    case ErrorKind::kRefused:
    case ErrorKind::kFailed: return "none";
  }
  return "none";
}

uint32_t retryAfterMsFor(std::string_view code) {
  if (oneOf(code, {"room_full", "server_full", "draining"})) return 5000;
  if (code == "nothing_published") return 2000;
  if (oneOf(code, {"too_many", "too_many_joins", "auth_unavailable"})) return 1000;
  return 0;
}

}  // namespace parlour::signalling
