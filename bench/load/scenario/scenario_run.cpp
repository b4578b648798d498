// The people of a run: how they come, what they do, how they go.
#include "load/scenario/scenario_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/clock.hpp"
#include "load/scenario/casting.hpp"

namespace parlour::bench {
namespace {

constexpr uint32_t kSeed = 7;
constexpr uint32_t kJoinDeadlineMs = 15'000, kGoodbyeDeadlineMs = 5'000;
constexpr uint32_t kStaysOfMachine = 1'000'000;
constexpr double kSpareStays = 500;
constexpr double kHopeless = 20;  ///< Joins that failed, and none did not.

/// More stays than there will be, so that a number used again is long gone.
uint32_t mostStaysOf(const Scenario& s) {
  const double steps = s.ramp.addPeople > 0 ? s.seconds / s.ramp.stepSeconds + 1 : 0;
  const double stays =
      s.people + steps * s.ramp.addPeople + 1.5 * s.churn.joinsPerSecond * s.seconds + kSpareStays;
  return static_cast<uint32_t>(std::min<double>(stays, kStaysOfMachine));
}

}  // namespace

ScenarioRun::ScenarioRun(const Scenario& scenario, const ScenarioPlace& place,
                         const DtlsIdentity& identity, Listener listener)
    : scenario_(scenario),
      place_(place),
      identity_(identity),
      listener_(std::move(listener)),
      mostStays_(mostStaysOf(scenario)),
      behaviour_(scenario, kSeed + place.machine),
      sources_(size_t{mostStays_} * kSourcesOfClient,
               place.machine * kStaysOfMachine * kSourcesOfClient),
      server_(std::make_unique<ServerWatch>(place.url, place.serverPid, !scenario.badLine())),
      shared_{place.url, place.machine, outcome_} {
  // One more for those who publish where others only look, so that reading does not make them late.
  const uint32_t threads = place.threads + (scenario.publish.perRoom > 0);
  for (uint32_t i = 0; i < threads; ++i)
    threads_.push_back(
        std::make_unique<MediaThread>(identity, sources_, [this](uint32_t client, ClientNews news) {
          post([this, client, news = std::move(news)] { onNews(client, news); });
        }));
}

ScenarioRun::~ScenarioRun() = default;

ScenarioRun::Person* ScenarioRun::find(uint32_t index) {
  const auto found = people_.find(index);
  return found == people_.end() ? nullptr : found->second.get();
}

ScenarioRun::Person* ScenarioRun::inSeat(uint32_t seat) {
  return seat < seats_.size() ? find(seats_[seat]) : nullptr;
}

MediaThread& ScenarioRun::threadOf(const Person& person) {
  if (scenario_.publish.perRoom > 0 && !person.spec.publish.empty()) return *threads_.back();
  return *threads_[person.spec.index % place_.threads];
}

std::string ScenarioRun::roomName(uint32_t seat) const {
  return fmt::format("{}-{}", place_.room, behaviour_.roomOf(seat));
}

uint32_t ScenarioRun::inRoom(uint32_t seat, bool publishing) const {
  uint32_t count = 0;
  const auto rooms = static_cast<uint32_t>(scenario_.rooms);
  for (uint32_t each = behaviour_.roomOf(seat); each < seats_.size(); each += rooms) {
    const auto found = people_.find(seats_[each]);
    if (found == people_.end() || !found->second->in) continue;
    count += !publishing || found->second->spec.offer.publishVideo;
  }
  return count;
}

std::string ScenarioRun::someoneElse(uint32_t seat) {
  const auto rooms = static_cast<uint32_t>(scenario_.rooms);
  const auto count = static_cast<uint32_t>(seats_.size());
  for (uint32_t i = 1; i <= count / rooms; ++i) {
    const uint32_t other = (seat + i * rooms * 3) % count;
    if (other == seat || behaviour_.roomOf(other) != behaviour_.roomOf(seat)) continue;
    const Person* person = inSeat(other);
    if (person && person->in && person->spec.offer.publishVideo) return person->stay->self();
  }
  return {};
}

void ScenarioRun::tick() {
  for (const Deed& deed : behaviour_.due(SystemClock().nowNs())) perform(deed);
}

void ScenarioRun::perform(const Deed& deed) {
  using Kind = Deed::Kind;
  if (deed.kind == Kind::kJoin) return join(deed.seat);
  Person* person = inSeat(deed.seat);
  if (!person) return;
  switch (deed.kind) {
    case Kind::kJoin:
      break;
    case Kind::kLeave:
    case Kind::kDie:
      return depart(deed.seat, deed.kind == Kind::kDie);
    case Kind::kDrop:
      return person->stay->drop();
    case Kind::kRename:
      return person->stay->rename(
          fmt::format("Person {} the {}th", person->spec.index, ++renames_));
    case Kind::kView:
      return look(*person, deed);
    case Kind::kSpeak:
      return threadOf(*person).setLevel(person->spec.index, deed.level);
    case Kind::kQuiet:
      return threadOf(*person).setLevel(person->spec.index, rtp::kSilence);
    case Kind::kChat:
      return write(*person);
    case Kind::kPing:
      return person->stay->ping();
  }
}

void ScenarioRun::look(Person& person, const Deed& deed) {
  const bool pinned = deed.layout == Deed::Layout::kPinned;
  person.stay->view(viewOf(scenario_, person.spec.offer, deed,
                           pinned ? someoneElse(person.seat) : std::string()));
  threadOf(person).expectChange(person.spec.index);
}

void ScenarioRun::write(Person& person) {
  if (shared_.measuring) ++outcome_.counts["chats"];
  const int64_t nowNs = SystemClock().nowNs();
  if (shared_.chatCounts(nowNs)) outcome_.counts["chatDue"] += inRoom(person.seat, false);
  person.stay->chat(static_cast<size_t>(scenario_.chat.bytes), nowNs);
}

// --- coming ---

void ScenarioRun::join(uint32_t seat) {
  const uint32_t index = place_.machine * kStaysOfMachine + stays_++ % mostStays_;
  if (seat >= seats_.size()) seats_.resize(seat + 1, UINT32_MAX);
  seats_[seat] = index;
  auto owned = std::make_unique<Person>();
  Person& person = *owned;
  people_[index] = std::move(owned);
  person.seat = seat;
  person.spec = castClient(scenario_, index, behaviour_.publishes(seat), identity_.fingerprint());
  person.startNs = SystemClock().nowNs();
  person.othersPublish = place_.othersPublish || inRoom(seat, true) > 0;
  ++outcome_.counts["joins"];
  person.deadline = Timer::once(kJoinDeadlineMs, [this, index] {
    fail(index, fmt::format("no media within {} s of the join", kJoinDeadlineMs / 1000));
  });
  person.stay = std::make_unique<Stay>(
      shared_, roomName(seat), person.spec.offer.cname, person.spec.offer,
      Stay::Listener{[this, index](const Remote& remote) { onAnswer(index, remote); },
                     [this, index](const std::string& why) {
                       post([this, index, why] { onEnded(index, why); });
                     }});
}

void ScenarioRun::onAnswer(uint32_t index, const Remote& remote) {
  Person* person = find(index);
  if (!person) return;
  person->answeredNs = SystemClock().nowNs();
  threadOf(*person).connect(person->spec, remote);
  threadOf(*person).setLevel(index, rtp::kSilence);
}

void ScenarioRun::onNews(uint32_t index, const ClientNews& news) {
  using Kind = ClientNews::Kind;
  Person* person = find(index);
  if (!person || phase_ == Phase::kLeave) return;
  const auto took = [&](const char* name, int64_t sinceNs) {
    outcome_.durations[name].add(news.atNs - sinceNs);
  };
  switch (news.kind) {
    case Kind::kChecked:
      person->checkedNs = news.atNs;
      return took("ice", person->answeredNs);
    case Kind::kSecured:
      took("dtls", person->checkedNs);
      return onSecured(*person, news.atNs);
    case Kind::kFirstPacket:
      if (person->othersPublish) took("firstPacket", person->startNs);
      return;
    case Kind::kFirstPicture:
      if (person->othersPublish) took("firstPicture", person->startNs);
      return;
    case Kind::kFailed:
      return fail(index, news.why);
  }
}

void ScenarioRun::onSecured(Person& person, int64_t atNs) {
  person.in = true;
  person.deadline.stop();
  ++outcome_.counts["joined"];
  outcome_.durations["answer"].add(person.answeredNs - person.startNs);
  outcome_.durations["join"].add(atNs - person.startNs);
  behaviour_.seated(person.seat, atNs);
}

// --- going ---

void ScenarioRun::depart(uint32_t seat, bool abrupt) {
  const uint32_t index = seats_[seat];
  Person& person = *find(index);
  threadOf(person).remove(index);
  ++outcome_.counts[abrupt ? "deaths" : "leaves"];
  seats_[seat] = UINT32_MAX;
  if (abrupt) return void(people_.erase(index));
  person.in = false;
  person.deadline = Timer::once(kGoodbyeDeadlineMs, [this, index] { forget(index); });
  person.stay->leave([this, index] { forget(index); });
}

/// Not inside a callback of its own.
void ScenarioRun::forget(uint32_t index) {
  post([this, index] { people_.erase(index); });
}

void ScenarioRun::onEnded(uint32_t index, const std::string& why) {
  Person* person = find(index);
  if (!person || phase_ == Phase::kLeave) return;
  if (person->in) ++outcome_.counts["unexpectedEnds"];
  fail(index, why);
}

void ScenarioRun::fail(uint32_t index, const std::string& why) {
  Person* person = find(index);
  if (!person || phase_ == Phase::kLeave) return;
  outcome_.fail(why);
  if (!person->in) ++outcome_.counts["joinsFailed"];
  threadOf(*person).remove(index);
  const uint32_t seat = person->seat;
  if (seats_[seat] == index) {
    seats_[seat] = UINT32_MAX;
    behaviour_.gone(seat);
  }
  forget(index);
  // Nobody comes in at all: waiting for the end of the run would tell no more.
  if (outcome_.count("joined") == 0 && outcome_.count("joinsFailed") > kHopeless) leaveAll();
}

}  // namespace parlour::bench
