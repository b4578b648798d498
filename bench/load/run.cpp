#include "load/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "load/janus_signalling.hpp"
#include "load/parlour_signalling.hpp"
#include "load/timing.hpp"

namespace parlour::bench {
namespace {

constexpr uint32_t kJoinDeadlineMs = 20'000;  ///< After the last of a phase was started.
constexpr uint32_t kDrainMs = 300;
constexpr uint32_t kLeaveDeadlineMs = 5'000;
constexpr uint32_t kFirstSsrc = 0x10000000, kSsrcStep = 16;
constexpr uint32_t kAudioRate = 50;

std::unique_ptr<Signalling> signallingOf(const LoadOptions& options) {
  if (options.server == Server::kParlour)
    return std::make_unique<ParlourSignalling>(options.url, options.room);
  return std::make_unique<JanusSignalling>(JanusSignalling::Options{
      options.url, options.room, options.publishers, options.audio, options.meeting});
}

}  // namespace

Run::Run(const LoadOptions& options, const DtlsIdentity& identity,
         std::function<void(Measured)> finished)
    : options_(options),
      identity_(identity),
      finished_(std::move(finished)),
      sources_(options.tracks()),
      signalling_(signallingOf(options)) {
  for (uint32_t i = 0; i < options.clients(); ++i) specs_.push_back(specOf(i));
  // One more for those that only publish, so that reading does not make them late.
  for (uint32_t i = 0; i <= options.threads; ++i)
    threads_.push_back(
        std::make_unique<MediaThread>(identity, sources_, [this](uint32_t client, ClientNews news) {
          post([this, client, news = std::move(news)] { onNews(client, news); });
        }));
  measured_.joins.resize(options.clients());
}

Run::~Run() = default;

ClientSpec Run::specOf(uint32_t index) const {
  const LoadOptions& o = options_;
  ClientSpec spec;
  spec.index = index;
  OfferShape& offer = spec.offer;
  offer.cname = fmt::format("load-{}", index);
  offer.transport.ufrag = randomToken(6);
  offer.transport.password = randomToken(24);
  offer.transport.fingerprint = identity_.fingerprint();
  // ICE allows letters, digits, + and / (RFC 8839 section 5.4).
  for (std::string* text : {&offer.transport.ufrag, &offer.transport.password})
    for (char& c : *text) c = c == '-' ? '+' : c == '_' ? '/' : c;
  const bool publishes = index < o.publishers;
  if (!publishes || o.bothWays()) {
    offer.audioSlots = o.audioSlots;
    offer.videoSlots = o.videoSlots;
  }
  if (!publishes) return spec;
  offer.publishAudio = o.audio;
  offer.publishVideo = o.video;
  offer.audioSsrc = kFirstSsrc + index * kSsrcStep;
  offer.videoSsrc = offer.audioSsrc + 1;
  spec.phase = static_cast<double>(index) / o.publishers;
  uint32_t source = index * (o.audio + o.video);
  if (o.audio)
    spec.publish.push_back(
        {source++, false, offer.audioSsrc, offer.audioMid(), o.audioPacketBytes, 1, kAudioRate});
  if (o.video)
    spec.publish.push_back({source, true, offer.videoSsrc, offer.videoMid(), o.packetBytes, o.burst,
                            o.framesPerSecond});
  return spec;
}

void Run::start() {
  measured_.serverIdle = serverCost();
  joinNext();
  joins_ = Timer::every(std::max(1u, timerMs(1 / options_.joinRate)), [this] {
    joinNext();
    return next_ < specs_.size();
  });
}

/// Starts the next one, if its phase has come.
void Run::joinNext() {
  const bool all = phase_ == Phase::kSubscribersJoin || options_.bothWays();
  const uint32_t limit = all ? options_.clients() : options_.publishers;
  if (next_ >= limit) return;
  join(next_++);
  if (next_ == limit) deadline_ = Timer::once(kJoinDeadlineMs, [this] { advance(); });
}

void Run::join(uint32_t index) {
  Joining& joining = measured_.joins[index];
  const OfferShape& offer = specs_[index].offer;
  joining.receives = offer.slots() > 0;
  joining.startNs = SystemClock().nowNs();
  signalling_->join({index, offer},
                    [this, index](const Result<Remote>& remote) { onAnswer(index, remote); });
}

void Run::onAnswer(uint32_t index, const Result<Remote>& remote) {
  Joining& joining = measured_.joins[index];
  if (!remote) {
    joining.failure = remote.error().message;
  } else {
    joining.answeredNs = SystemClock().nowNs();
    threadOf(index).connect(specs_[index], *remote);
  }
  if (!joining.failure.empty() && phase_ < Phase::kSettle) advance();
}

void Run::onNews(uint32_t index, const ClientNews& news) {
  if (phase_ == Phase::kLeave) return;  // A server may say goodbye by DTLS, too.
  Joining& joining = measured_.joins[index];
  switch (news.kind) {
    case ClientNews::Kind::kChecked:
      joining.checkedNs = news.atNs;
      break;
    case ClientNews::Kind::kSecured:
      joining.securedNs = news.atNs;
      break;
    case ClientNews::Kind::kFirstPacket:
      joining.firstPacketNs = news.atNs;
      break;
    case ClientNews::Kind::kFirstPicture:
      break;
    case ClientNews::Kind::kFailed:
      joining.failure = news.why;
      break;
  }
  const uint32_t last = phase_ == Phase::kPublishersJoin && !options_.bothWays()
                            ? options_.publishers
                            : options_.clients();
  if (phase_ < Phase::kSettle && next_ == last && joined(0, last)) advance();
}

MediaThread& Run::threadOf(uint32_t index) {
  const bool receives = specs_[index].offer.slots() > 0;
  return receives ? *threads_[index % options_.threads] : *threads_.back();
}

bool Run::joined(uint32_t from, uint32_t to) const {
  return std::all_of(measured_.joins.begin() + from, measured_.joins.begin() + to,
                     [](const Joining& joining) { return joining.done(); });
}

/// All of a phase are in, or its deadline has passed, or one failed.
void Run::advance() {
  deadline_.stop();
  if (phase_ == Phase::kPublishersJoin && !options_.bothWays() &&
      options_.clients() > options_.publishers && joined(0, options_.publishers)) {
    phase_ = Phase::kSubscribersJoin;
    return;
  }
  joins_.stop();
  if (!joined(0, options_.clients())) return finish();
  phase_ = Phase::kSettle;
  step_ = Timer::once(timerMs(options_.settleSeconds), [this] { openWindow(); });
}

void Run::openWindow() {
  phase_ = Phase::kWindow;
  for (const auto& thread : threads_) thread->beginWindow();
  measured_.serverBefore = serverCost();
  windowNs_ = SystemClock().nowNs();
  windowCpuNs_ = threadCpuNs();
  measured_.events = signalling_->events();
  step_ = Timer::once(timerMs(options_.seconds), [this] { closeWindow(); });
}

void Run::closeWindow() {
  phase_ = Phase::kDrain;
  for (const auto& thread : threads_) thread->stopPublishing();
  measured_.events = signalling_->events() - measured_.events;
  measured_.windowSeconds = static_cast<double>(SystemClock().nowNs() - windowNs_) / 1e9;
  step_ = Timer::once(kDrainMs, [this] {
    measured_.serverAfter = serverCost();
    measured_.controlCpuNs = threadCpuNs() - windowCpuNs_;
    for (const auto& thread : threads_) measured_.threads.push_back(thread->tally());
    finish();
  });
}

void Run::finish() {
  if (std::exchange(phase_, Phase::kLeave) == Phase::kLeave) return;
  joins_.stop();
  step_.stop();
  deadline_ = Timer::once(kLeaveDeadlineMs, [this] { end(); });
  signalling_->leave([this] { end(); });
}

/// All have left, or were waited for long enough.
void Run::end() {
  if (std::exchange(ended_, true)) return;
  deadline_.stop();
  post([this] { finished_(std::move(measured_)); });
}

std::optional<ProcessCost> Run::serverCost() const {
  if (options_.serverPid == 0) return std::nullopt;
  const auto cost = ProcessCost::read(options_.serverPid);
  return cost ? std::optional(*cost) : std::nullopt;
}

}  // namespace parlour::bench
