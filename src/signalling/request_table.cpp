#include "signalling/request_table.hpp"

#include <algorithm>

#include "signalling/json_writer.hpp"
#include "signalling/message_write.hpp"
#include "signalling/stats_write.hpp"

namespace parlour::signalling {
namespace {

constexpr const char* kNothing = "{}";

Result<std::string> done(const Result<void>& result) {
  if (!result) return result.error();
  return std::string(kNothing);
}

/// One overload per request.
struct Answer {
  const Asker& asker;

  Result<std::string> operator()(const OfferRequest& request) const {
    auto sdp = asker.calls.offer(asker.self, request.offer);
    if (!sdp) return sdp.error();
    return writeAnswer(*sdp);
  }
  Result<std::string> operator()(const ViewRequest& request) const {
    return done(asker.room.setView(asker.self, request.slots));
  }
  Result<std::string> operator()(const MuteRequest& request) const {
    return done(asker.room.setMuted(asker.self, request.mid, request.muted));
  }
  Result<std::string> operator()(const RenameRequest& request) const {
    return done(asker.room.rename(asker.self, request.name));
  }
  Result<std::string> operator()(const HandRequest& request) const {
    return done(asker.room.raiseHand(asker.self, request.raised));
  }
  Result<std::string> operator()(const ChatRequest& request) const {
    auto message = asker.room.chat(asker.self, request.text, request.to);
    if (!message) return message.error();
    return writeChatMessage(*message);
  }
  Result<std::string> operator()(const DataRequest& request) const {
    return done(asker.room.data(asker.self, request.payload, request.to));
  }
  Result<std::string> operator()(const ModerateRequest& request) const {
    return done(asker.room.moderate(asker.self, request.act, request.participant,
                                    request.source ? &*request.source : nullptr));
  }
  Result<std::string> operator()(const StatsRequest&) const {
    auto all = asker.calls.stats(asker.room.name());
    if (!all) return all.error();
    const auto own = std::find_if(all->begin(), all->end(), [this](const auto& stats) {
      return stats.id == asker.self;
    });
    if (own == all->end()) return failed("internal", "there are no statistics of a participant");
    return writeStats(*own);
  }
  Result<std::string> operator()(const PingRequest&) const {
    return JsonWriter()
        .beginObject()
        .member("time", timeText(asker.clock.wallNs()))
        .endObject()
        .take();
  }
  Result<std::string> operator()(const JoinRequest&) const {
    return invalid("already_joined", "This connection has joined already.");
  }
  Result<std::string> operator()(const LeaveRequest&) const {
    return failed("internal", "leave is the session's own");
  }
};

}  // namespace

Result<std::string> answer(const Asker& asker, const Request& request) {
  return std::visit(Answer{asker}, request);
}

}  // namespace parlour::signalling
