// Stay: the signalling of one participant of a scenario: joins, asks, writes, drops and resumes,
// and measures how long the server takes to answer (docs/protocol.md). Thread: control.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "load/offer.hpp"
#include "load/scenario/outcome.hpp"
#include "load/web_sockets.hpp"

namespace parlour::bench {

/// What the stays of a run share.
struct StayShared {
  const std::string url;       ///< Without a path.
  const uint32_t machine = 0;  ///< Marks the chat messages of this process.
  Outcome& outcome;
  Ref<SoupSession> session = makeWebSocketSession();
  bool measuring = false;  ///< Replies count.
  /// Chat written in this time counts, so that what is read after the end was not due.
  int64_t chatFromNs = INT64_MAX, chatUntilNs = 0;
  bool chatCounts(int64_t writtenNs) const {
    return writtenNs >= chatFromNs && writtenNs < chatUntilNs;
  }
};

class Stay {
 public:
  struct Listener {
    std::function<void(Remote)> answered;
    /// It did not come in, or the server ended it. Called once, last. It may not be deleted inside.
    std::function<void(std::string why)> ended;
  };
  Stay(StayShared& shared, std::string room, std::string name, const OfferShape& shape,
       Listener listener);

  /// Participant id; empty before the answer.
  const std::string& self() const { return self_; }
  void ping();
  void rename(const std::string& name);
  void chat(size_t bytes, int64_t nowNs);
  /// `slots`: as the request has them.
  void view(nlohmann::json slots);
  /// The WebSocket goes without a word; another one resumes the stay.
  void drop();
  /// Says goodbye; `left` is called when the connection is closed.
  void leave(std::function<void()> left);
  /// Requests that wait for an answer since longer than is bearable.
  uint32_t overdue(int64_t nowNs) const;

 private:
  void open(std::string first);
  void request(const char* type, nlohmann::json fields);
  void onMessage(std::string_view text);
  void onJoined(std::string_view text);
  void onResumed(std::string_view text);
  void onReply(std::string_view text);
  void onChat(std::string_view text);
  void onClosed(const std::string& why);
  void end(std::string why);

  StayShared& shared_;
  const std::string room_, name_;
  const OfferShape& shape_;
  const Listener listener_;
  std::unique_ptr<WebSocket> socket_;
  std::string first_, self_, resume_;
  std::map<int64_t, int64_t> asked_;  ///< Request id → when, ns.
  int64_t nextId_ = 1, joinId_ = 0, droppedNs_ = 0;
  std::function<void()> left_;
  bool joined_ = false, leaving_ = false, ended_ = false;
};

}  // namespace parlour::bench
