#include "demo/publisher.hpp"

#include <algorithm>
#include <utility>

#include "base/clock.hpp"
#include "base/log.hpp"

namespace parlour::demo {
namespace {

constexpr log::Topic kTopic{"demo"};

constexpr uint32_t kOfferMs = 10'000;    ///< Start of the pipeline to a complete offer.
constexpr uint32_t kReplyMs = 10'000;    ///< A POST.
constexpr uint32_t kConnectMs = 15'000;  ///< ICE and DTLS.
constexpr uint32_t kRemoveMs = 3'000;    ///< A DELETE.
constexpr uint32_t kFirstPauseMs = 500, kLongestPauseMs = 10'000;

}  // namespace

Publisher::Publisher(Settings settings, std::function<void()> onGivenUp)
    : settings_(std::move(settings)),
      onGivenUp_(std::move(onGivenUp)),
      whip_(settings_.token),
      pauseMs_(kFirstPauseMs) {}

void Publisher::start() {
  attempt();
}

void Publisher::attempt() {
  attemptNs_ = SystemClock().nowNs();
  Session::Listener listener;
  listener.onOffer = [this](const std::string& offer) { publish(offer); };
  listener.onConnected = [this] { connected(); };
  listener.onEnded = [this](const std::string& why) { fail(why); };
  auto session = Session::start(settings_.media, std::move(listener));
  if (!session) return fail(session.error().message, 0, true);
  session_ = *std::move(session);
  session_->setSpeaking(speaking_);
  deadline_ = Timer::once(kOfferMs, [this] { fail("no offer in time"); });
}

void Publisher::publish(const std::string& offer) {
  deadline_.stop();  // The request has its own.
  log::debug(kTopic, {.peer = name()}, "offers\n{}", offer);
  whip_.publish(settings_.url, offer, kReplyMs,
                [this, attempt = std::weak_ptr(session_)](const WhipClient::Answer* answer,
                                                          const WhipClient::Refusal* refusal) {
                  const auto session = attempt.lock();
                  if (session && session == session_) return answered(answer, refusal);
                  // The attempt was over before: nobody wants what the server made for it.
                  if (answer && !answer->resource.empty())
                    whip_.remove(answer->resource, kRemoveMs, [](Result<void>) {});
                });
}

void Publisher::answered(const WhipClient::Answer* answer, const WhipClient::Refusal* refusal) {
  if (refusal) return fail(refusal->message, refusal->retryAfterMs, refusal->final);
  log::debug(kTopic, {.peer = name()}, "is answered\n{}", answer->sdp);
  resource_ = answer->resource;
  deadline_ = Timer::once(kConnectMs, [this] { fail("not connected in time"); });
  session_->answer(answer->sdp);
}

void Publisher::connected() {
  deadline_.stop();
  everLive_ = true;
  pauseMs_ = kFirstPauseMs;
  log::info(kTopic, {.peer = name()}, "is live after {} ms",
            (SystemClock().nowNs() - attemptNs_) / kNsPerMs);
}

void Publisher::fail(const std::string& why, uint32_t retryAfterMs, bool final) {
  deadline_.stop();
  session_.reset();
  if (stopping_) return;
  removeResource([] {});
  if (final || !settings_.reconnect) {
    log::error(kTopic, {.peer = name()}, "gives up: {}", why);
    return onGivenUp_();
  }
  const uint32_t pauseMs = std::max(pauseMs_, std::min(retryAfterMs, kLongestPauseMs));
  log::warning(kTopic, {.peer = name()}, "{}; tries again in {} ms", why, pauseMs);
  pause_ = Timer::once(pauseMs, [this] { attempt(); });
  pauseMs_ = std::min(pauseMs_ * 2, kLongestPauseMs);
}

void Publisher::stop(std::function<void()> stopped) {
  stopping_ = true;
  deadline_.stop();
  pause_.stop();
  removeResource([this, stopped = std::move(stopped)] {
    session_.reset();
    stopped();
  });
}

void Publisher::removeResource(std::function<void()> removed) {
  if (resource_.empty()) return removed();
  whip_.remove(std::exchange(resource_, {}), kRemoveMs,
               [name = name(), removed = std::move(removed)](Result<void> result) {
                 if (result)
                   log::info(kTopic, {.peer = name}, "has left");
                 else
                   log::warning(kTopic, {.peer = name}, "could not say that it leaves: {}",
                                result.error().message);
                 removed();
               });
}

void Publisher::setSpeaking(bool speaking) {
  speaking_ = speaking;
  if (session_) session_->setSpeaking(speaking);
}

}  // namespace parlour::demo
