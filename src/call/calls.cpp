#include "call/calls.hpp"

#include <fmt/format.h>

#include "base/log.hpp"

namespace parlour::call {
namespace {

constexpr log::Topic kTopic{"call"};
constexpr uint32_t kAudioTickMs = 100;
constexpr uint32_t kQuietTicks = 60;  ///< Longer than speakers need to fade.
constexpr size_t kSpareHomes = 64;
constexpr uint32_t kSecondMs = 1000;

}  // namespace

Calls::Calls(transport::Hub& hub, const Clock& clock, CallsOptions options,
             peer::Certificate certificate)
    : certificate_(std::move(certificate)),
      options_(std::move(options)),
      context_{hub,
               certificate_,
               clock,
               options_.policy,
               options_.sdpPolicy,
               options_.sdpLimits,
               options_.liveness,
               options_.resumeNs,
               options_.dataLimits,
               [this](const std::string& name) {
                 close(name, room::LeaveReason::kFailed,
                       "The call broke down on the server. Join again.");
               },
               joins_,
               leaves_} {}

Result<std::unique_ptr<Calls>> Calls::create(transport::Hub& hub, const Clock& clock,
                                             CallsOptions options) {
  assertControlThread();
  for (const char* name : {"rtpsfu", "webrtcbin", "dtlsdec", "nicesrc", "sctpdec"}) {
    GstElementFactory* factory = gst_element_factory_find(name);
    if (!factory)
      return failed("missing_plugin",
                    fmt::format("GStreamer has no element '{}': install gstreamer1.0-plugins-bad "
                                "and gstreamer1.0-nice, and give --plugin-path for rtpsfu",
                                name));
    gst_object_unref(factory);
  }
  auto certificate = peer::makeCertificate();
  if (!certificate) return certificate.error();
  std::unique_ptr<Calls> calls(new Calls(hub, clock, std::move(options), *certificate));
  Calls* raw = calls.get();
  runOnWorker([raw, alive = std::weak_ptr<bool>(calls->alive_)] {
    peer::warmDtls();
    post([raw, alive] {
      if (alive.lock()) raw->warm_ = true;
    });
  });
  calls->watchMedia();
  calls->secondTimer_ = Timer::every(kSecondMs, [raw] {
    raw->tickSecond();
    return true;
  });
  return calls;
}

Calls::~Calls() { stop(); }

Call* Calls::callOf(const ParticipantId& id) {
  const auto home = homes_.find(id);
  if (home == homes_.end()) return nullptr;
  Call* call = find(home->second);
  if (call && call->members().count(id)) return call;
  homes_.erase(home);  // It left, or its room is another one of the same name.
  return nullptr;
}

Result<Call*> Calls::open(const std::string& name) {
  if (const auto it = calls_.find(name); it != calls_.end()) return it->second.get();
  if (calls_.size() >= options_.maxRooms)
    return unavailable("server_full", fmt::format("The server has all the rooms it may have ({}).",
                                                  options_.maxRooms));
  auto call = Call::create(context_, name);
  if (!call) return call.error();
  return (calls_[name] = std::move(*call)).get();
}

Result<Joined> Calls::join(const JoinRequest& request, std::weak_ptr<Listener> listener) {
  assertControlThread();
  if (draining_) return unavailable("draining", "The server is stopping. Try again in a minute.");
  const bool fresh = calls_.count(request.room) == 0;
  auto call = open(request.room);
  if (!call) return call.error();
  auto views = viewsOf(**call, request);
  const ParticipantId id = "p_" + randomToken(9);
  auto joined = views ? (*call)->join(request, id, std::move(listener))
                      : Result<Joined>(views.error());
  if (!joined) {
    if (fresh && (*call)->room().empty()) calls_.erase(request.room);
    return joined;
  }
  homes_[id] = request.room;
  if (!views->empty()) {
    auto& member = *(*call)->members().at(id);
    for (const auto& slot : member.peer->slots())
      if (slot.kind == room::Kind::kVideo) {
        views->front().mid = slot.mid;
        member.views.push_back(views->front());
      }
    if (auto set = (*call)->room().setView(id, member.views); !set) return set.error();
  }
  return joined;
}

/// WHEP's ?participant= and ?source= as a view; empty where it follows the speaker.
Result<std::vector<room::View>> Calls::viewsOf(Call& call, const JoinRequest& request) const {
  if (request.watchParticipant.empty()) return std::vector<room::View>{};
  room::View view;
  view.automatic = false;
  view.source = request.watchSource == "screen" ? room::Source::kScreen : room::Source::kCamera;
  for (const auto& p : call.room().participants())
    if (!p.grants.hidden &&
        (p.id == request.watchParticipant || p.identity == request.watchParticipant))
      view.participant = p.id;
  if (view.participant.empty())
    return unavailable("no_such_participant", "Nobody in the room has that id or identity.");
  return std::vector<room::View>{view};
}

Result<Joined> Calls::resume(const std::string& token, std::weak_ptr<Listener> listener) {
  assertControlThread();
  if (!token.empty())
    for (auto& [name, call] : calls_)
      for (auto& [id, member] : call->members())
        if (member->resumeToken == token) return call->resume(*member, std::move(listener));
  return unavailable("resume_expired", "That stay is over. Join again.");
}

Result<std::string> Calls::offer(const ParticipantId& id, const Offer& offer) {
  Call* call = callOf(id);
  if (!call) return unavailable("not_joined", "You are not in a room.");
  return call->offer(id, offer);
}

void Calls::detach(const ParticipantId& id) {
  if (Call* call = callOf(id)) call->detach(id);
}

void Calls::leave(const ParticipantId& id) {
  if (Call* call = callOf(id)) call->leave(id, room::LeaveReason::kLeft);
}

void Calls::heard(const ParticipantId& id) {
  if (Call* call = callOf(id)) call->heard(id);
}

room::Room* Calls::roomOf(const ParticipantId& id) {
  Call* call = callOf(id);
  return call && call->room().find(id) ? &call->room() : nullptr;
}

room::Room* Calls::findRoom(const std::string& name) {
  Call* call = find(name);
  return call ? &call->room() : nullptr;
}

std::vector<room::Room*> Calls::rooms() {
  std::vector<room::Room*> all;
  for (auto& [name, call] : calls_) all.push_back(&call->room());
  return all;
}

void Calls::closeRoom(const std::string& name, const std::string& message) {
  close(name, room::LeaveReason::kRemoved, message);
}

void Calls::close(const std::string& name, room::LeaveReason reason, const std::string& message) {
  auto node = calls_.extract(name);  // Who is told may join again at once: into a new room.
  if (!node.empty()) node.mapped()->end(reason, message);
}

Result<std::string> Calls::graph(const std::string& room) {
  Call* call = find(room);
  if (!call) return unavailable("no_such_room", "No call is running in that room.");
  return call->dot();
}

Result<std::vector<ParticipantStats>> Calls::stats(const std::string& room) {
  Call* call = find(room);
  if (!call) return unavailable("no_such_room", "No call is running in that room.");
  return call->stats();
}

RoomStats Calls::roomStats(const std::string& room) {
  Call* call = find(room);
  return call ? call->roomStats() : RoomStats();
}

void Calls::drain(uint32_t deadlineMs) {
  draining_ = true;
  for (auto& [name, call] : calls_) call->tellAll(room::Draining{deadlineMs});
}

void Calls::stop() {
  draining_ = true;
  context_.hub.calm(nullptr);
  audioTimer_.stop();
  secondTimer_.stop();
  for (auto& [name, call] : calls_)
    call->end(room::LeaveReason::kServerStopping, "The server is stopping.");
  calls_.clear();
}

Call* Calls::find(const std::string& room) {
  const auto it = calls_.find(room);
  return it == calls_.end() ? nullptr : it->second.get();
}

size_t Calls::participants() const {
  size_t count = 0;
  for (const auto& [name, call] : calls_) count += call->members().size();
  return count;
}

Census Calls::census() const {
  Census census;
  for (const auto& [name, call] : calls_) call->addTo(census);
  return census;
}

/// Who speaks and which layers flow is looked at while media comes: a server full of muted people
/// has no clockwork but that of the second.
void Calls::watchMedia() {
  context_.hub.calm([this] {
    if (audioTimer_.active()) return;
    quietTicks_ = 0;
    audioTimer_ = Timer::every(kAudioTickMs, [this] {
      const uint64_t received = context_.hub.received();
      quietTicks_ = received == received_ ? quietTicks_ + 1 : 0;
      received_ = received;
      tickAudio();
      if (quietTicks_ < kQuietTicks) return true;
      audioTimer_ = {};
      watchMedia();
      return false;
    });
  });
}

void Calls::tickAudio() {
  for (auto& [name, call] : calls_) {
    call->tickAudio();
    call->tickLayers();
    call->tickJoins();
  }
}

void Calls::tickSecond() {
  const int64_t nowNs = context_.clock.nowNs();
  // Those who left and of whom nobody asked again.
  if (homes_.size() > 2 * participants() + kSpareHomes)
    std::erase_if(homes_, [this](const auto& home) {
      Call* call = find(home.second);
      return !call || call->members().count(home.first) == 0;
    });
  for (auto it = calls_.begin(); it != calls_.end();) {
    it->second->tickSecond();
    const int64_t since = it->second->emptySinceNs();
    const bool over = it->second->members().empty() && it->second->room().empty() && since != 0 &&
                      nowNs - since > options_.emptyTimeoutNs;
    it = over ? calls_.erase(it) : std::next(it);
  }
}

}  // namespace parlour::call
