// Publisher: one synthetic participant that stays in a room. Attempts follow each other with
// growing pauses; every wait has a deadline. Thread: main.
//
//   attempt ▶ Session makes an offer ▶ POST ▶ answer ▶ connecting ▶ live
//      ▲                                                          │ lost, refused, too late
//      └───────────────────── pause 0.5 s … 10 s ◀────────────────┘
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/loop.hpp"
#include "demo/media.hpp"
#include "demo/session.hpp"
#include "demo/whip_client.hpp"

namespace parlour::demo {

class Publisher {
 public:
  struct Settings {
    std::string url;  ///< WHIP endpoint, with its query.
    std::string token;
    Media media;
    bool reconnect = true;
  };

  /// `onGivenUp` is called once, where no further attempt will be made.
  Publisher(Settings settings, std::function<void()> onGivenUp);

  void start();
  /// Deletes the WHIP session and stops sending; `stopped` is called once, within the deadline of
  /// a request.
  void stop(std::function<void()> stopped);
  void setSpeaking(bool speaking);

  const std::string& name() const { return settings_.media.name; }
  bool everLive() const { return everLive_; }

 private:
  void attempt();
  void publish(const std::string& offer);
  void answered(const WhipClient::Answer* answer, const WhipClient::Refusal* refusal);
  void connected();
  void fail(const std::string& why, uint32_t retryAfterMs = 0, bool final = false);
  void removeResource(std::function<void()> removed);

  const Settings settings_;
  const std::function<void()> onGivenUp_;
  WhipClient whip_;

  std::shared_ptr<Session> session_;  ///< Of the attempt under way.
  std::string resource_;              ///< To delete; empty without.
  Timer deadline_;                    ///< Of the step under way.
  Timer pause_;
  uint32_t pauseMs_;
  int64_t attemptNs_ = 0;
  bool speaking_ = false, everLive_ = false, stopping_ = false;
};

}  // namespace parlour::demo
