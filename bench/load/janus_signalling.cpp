#include "load/janus_signalling.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "load/janus_answer.hpp"

namespace parlour::bench {
namespace {

using Json = nlohmann::json;

constexpr int kRoomExists = 427;             ///< JANUS_VIDEOROOM_ERROR_ROOM_EXISTS
constexpr uint32_t kKeepAliveMs = 25'000;    ///< Janus ends a session after 60 s of silence.
constexpr uint32_t kMostPublishers = 10000;  ///< Of the room.

/// FNV-1a, as a positive 31-bit number.
uint32_t roomNumber(const std::string& name) {
  uint32_t hash = 2166136261;
  for (const char c : name) hash = (hash ^ static_cast<uint8_t>(c)) * 16777619;
  return (hash >> 1) | 1;
}

}  // namespace

/// create → attach → [create the room → joinandconfigure] or [join → start]. The name of the step
/// is the transaction, by which its reply is known.
class JanusSignalling::Connection {
 public:
  Connection(JanusSignalling& owner, const Participant& participant, Done done)
      : owner_(owner),
        index_(participant.index),
        shape_(participant.shape),
        done_(std::move(done)) {
    socket_.open(owner_.session_.get(), owner_.options_.url, "janus-protocol");
  }

  void leave() {
    leaving_ = true;
    if (janusSession_ != 0)
      send("destroy", {{"janus", "destroy"}});
    else
      socket_.close();
  }

  void keepAlive() {
    if (janusSession_ != 0) send("keepalive", {{"janus", "keepalive"}});
  }

 private:
  bool publishes() const { return shape_.slots() == 0; }

  void onOpened() {
    opened_ = true;
    if (leaving_) return socket_.close();
    send("create", {{"janus", "create"}});
  }

  void onClosed(const std::string& why) {
    owner_.closed();
    if (leaving_) return;
    done_(opened_ ? unavailable("ended", "Janus closed the connection: " + why)
                  : unavailable("cannot_connect", why));
  }

  void onMessage(std::string_view text) {
    const Json message = Json::parse(text, nullptr, false);
    if (!message.is_object()) return;
    const std::string kind = message.value("janus", ""),
                      transaction = message.value("transaction", "");
    if (kind == "ack" && transaction == "start") return onStarted();
    if (kind == "ack" || transaction == "keepalive") return;
    if (transaction == "destroy") return socket_.close();
    if (leaving_) return;
    if (kind == "error")
      return fail(transaction, message.value(Json::json_pointer("/error/reason"), ""));
    if (kind == "hangup" || kind == "timeout" || kind == "detached")
      return done_(unavailable("ended", kind + ": " + message.value("reason", "no reason given")));
    if (answered_) ++owner_.events_;
    const Json room = message.value(Json::json_pointer("/plugindata/data"), Json::object());
    const int error = room.value("error_code", 0);
    if (error != 0 && !(transaction == "room" && error == kRoomExists))
      return fail(transaction, room.value("error", ""));
    next(transaction, message);
  }

  void next(const std::string& done, const Json& message) {
    const Json::json_pointer id("/data/id"), sdp("/jsep/sdp");
    if (done == "create") {
      janusSession_ = message.value(id, uint64_t{0});
      send("attach", {{"janus", "attach"}, {"plugin", "janus.plugin.videoroom"}});
    } else if (done == "attach") {
      handle_ = message.value(id, uint64_t{0});
      publishes() ? createRoom() : subscribe();
    } else if (done == "room") {
      publish();
    } else if (done == "join" && message.contains(sdp)) {
      publishes() ? onAnswer(message[sdp]) : onOffer(message[sdp]);
    }
  }

  /// All publishers try; who comes first has it.
  void createRoom() {
    request("room", {{"request", "create"},
                     {"room", owner_.room_},
                     {"publishers", kMostPublishers},
                     {"bitrate", 0},
                     {"fir_freq", 0},
                     {"audiocodec", "opus"},
                     {"videocodec", "vp8"}});
  }

  void publish() {
    request("join",
            {{"request", "joinandconfigure"},
             {"ptype", "publisher"},
             {"room", owner_.room_},
             {"id", feedOf(index_)},
             {"display", shape_.cname}},
            {{"type", "offer"}, {"sdp", offer()}, {"trickle", true}});
  }

  std::string offer() const {
    OfferShape shape = shape_;
    shape.transport = janusTransport(shape.transport);
    return writeOffer(shape);
  }

  void onAnswer(const std::string& sdp) {
    answered_ = true;
    done_(readAnswer(sdp, shape_));
  }

  void subscribe() {
    const Options& o = owner_.options_;
    Json streams = Json::array();
    uint32_t audio = 0, video = 0;
    for (uint32_t i = 0; i < o.publishers; ++i) {
      if (o.meeting && i + o.publishers == index_) continue;
      if (audio < shape_.audioSlots) {
        streams.push_back({{"feed", feedOf(i)}, {"mid", "0"}});
        ++audio;
      }
      if (video < shape_.videoSlots) {
        streams.push_back({{"feed", feedOf(i)}, {"mid", o.publishAudio ? "1" : "0"}});
        ++video;
      }
    }
    request("join", {{"request", "join"},
                     {"ptype", "subscriber"},
                     {"room", owner_.room_},
                     {"streams", streams}});
  }

  void onOffer(const std::string& sdp) {
    const auto answer = answerJanus(sdp, shape_);
    if (!answer) return done_(answer.error());
    request("start", {{"request", "start"}, {"room", owner_.room_}},
            {{"type", "answer"}, {"sdp", answer->sdp}, {"trickle", true}});
    remote_ = answer->remote;
  }

  /// Janus has read the answer: checks that came earlier would have to be repeated.
  void onStarted() {
    if (std::exchange(answered_, true) || leaving_) return;
    done_(remote_);
  }

  static uint32_t feedOf(uint32_t index) { return index + 1; }

  void request(const char* step, const Json& body, const Json& jsep = nullptr) {
    Json message = {{"janus", "message"}, {"body", body}};
    if (!jsep.is_null()) message["jsep"] = jsep;
    send(step, std::move(message));
  }

  void send(const char* step, Json message) {
    message["transaction"] = step;
    if (janusSession_ != 0) message["session_id"] = janusSession_;
    if (handle_ != 0 && message["janus"] == "message") message["handle_id"] = handle_;
    socket_.send(message.dump());
  }

  void fail(const std::string& step, const std::string& why) {
    done_(refused("refused", "Janus refuses \"" + step + "\": " + why));
  }

  JanusSignalling& owner_;
  const uint32_t index_;
  const OfferShape& shape_;
  const Done done_;
  Remote remote_;  ///< Of a subscriber, from Janus' offer.
  uint64_t janusSession_ = 0, handle_ = 0;
  bool opened_ = false, answered_ = false, leaving_ = false;
  WebSocket socket_{{[this] { onOpened(); }, [this](std::string_view text) { onMessage(text); },
                     [this](const std::string& why) { onClosed(why); }}};
};

JanusSignalling::JanusSignalling(Options options)
    : options_(std::move(options)),
      room_(roomNumber(options_.room)),
      session_(makeWebSocketSession()),
      keepAlives_(Timer::every(kKeepAliveMs, [this] {
        for (const auto& connection : connections_) connection->keepAlive();
        return true;
      })) {}

JanusSignalling::~JanusSignalling() = default;

void JanusSignalling::join(const Participant& participant, Done done) {
  ++open_;
  connections_.push_back(std::make_unique<Connection>(*this, participant, std::move(done)));
}

void JanusSignalling::leave(std::function<void()> left) {
  left_ = std::move(left);
  for (const auto& connection : connections_) connection->leave();
  if (open_ == 0) left_();
}

void JanusSignalling::closed() {
  if (--open_ == 0 && left_) left_();
}

}  // namespace parlour::bench
