#include "load/parlour_signalling.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace parlour::bench {
namespace {

constexpr int kJoinId = 1, kLeaveId = 2;

}  // namespace

class ParlourSignalling::Connection {
 public:
  Connection(ParlourSignalling& owner, const OfferShape& shape, Done done)
      : owner_(owner), shape_(shape), done_(std::move(done)) {
    const nlohmann::json join = {
        {"type", "join"},
        {"id", kJoinId},
        {"version", 1},
        {"room", owner_.room_},
        {"name", shape_.cname},
        {"offer", {{"sdp", writeOffer(shape_)}, {"publish", nlohmann::json::array()}}}};
    join_ = join.dump();
    socket_.open(owner_.session_.get(), owner_.url_ + "/v1/ws", "parlour.v1");
  }

  void leave() {
    leaving_ = true;
    socket_.send(nlohmann::json{{"type", "leave"}, {"id", kLeaveId}}.dump());
  }

 private:
  void onOpened() {
    opened_ = true;
    socket_.send(std::exchange(join_, {}));
  }

  void onMessage(std::string_view text) {
    // Events are not read: a room of a thousand sends very many.
    if (answered_) return void(++owner_.events_);
    const auto message = nlohmann::json::parse(text, nullptr, false);
    if (!message.is_object() || message.value("id", 0) != kJoinId) return;
    answered_ = true;
    if (message.value("type", "") != "reply")
      return done_(refused(message.value("code", "refused"),
                           message.value("message", "the server says no")));
    done_(readAnswer(message.value(nlohmann::json::json_pointer("/result/answer"), std::string()),
                     shape_));
  }

  void onClosed(const std::string& why) {
    owner_.closed();
    if (leaving_) return;
    done_(opened_ ? unavailable("ended", "the server closed the connection: " + why)
                  : unavailable("cannot_connect", why));
  }

  ParlourSignalling& owner_;
  const OfferShape& shape_;
  const Done done_;
  std::string join_;
  bool opened_ = false, answered_ = false, leaving_ = false;
  WebSocket socket_{{[this] { onOpened(); }, [this](std::string_view text) { onMessage(text); },
                     [this](const std::string& why) { onClosed(why); }}};
};

ParlourSignalling::ParlourSignalling(std::string url, std::string room)
    : url_(std::move(url)), room_(std::move(room)), session_(makeWebSocketSession()) {}

ParlourSignalling::~ParlourSignalling() = default;

void ParlourSignalling::join(const Participant& participant, Done done) {
  ++open_;
  connections_.push_back(std::make_unique<Connection>(*this, participant.shape, std::move(done)));
}

void ParlourSignalling::leave(std::function<void()> left) {
  left_ = std::move(left);
  for (const auto& connection : connections_) connection->leave();
  if (open_ == 0) left_();
}

void ParlourSignalling::closed() {
  if (--open_ == 0 && left_) left_();
}

}  // namespace parlour::bench
