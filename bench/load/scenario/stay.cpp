#include "load/scenario/stay.hpp"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/clock.hpp"

namespace parlour::bench {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kEvent = "{\"type\":\"event\"";
constexpr std::string_view kEvents = "{\"type\":\"events\"";
constexpr std::string_view kChatMark = "load-chat ";
constexpr int64_t kBearableNs = 5 * kNsPerSecond;
constexpr size_t kHead = 120;  ///< Where an event's name stands.

int64_t numberAt(std::string_view text) {
  int64_t number = -1;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

/// The number of `"id":` in the beginning of a reply or an error; −1 without.
int64_t idOf(std::string_view text) {
  constexpr std::string_view kId = "\"id\":";
  const size_t at = text.substr(0, kHead).find(kId);
  return at == std::string_view::npos ? -1 : numberAt(text.substr(at + kId.size()));
}

bool isEvent(std::string_view text, std::string_view name) {
  return text.substr(0, kHead).find(fmt::format("\"name\":\"{}\"", name)) != std::string_view::npos;
}

}  // namespace

Stay::Stay(StayShared& shared, std::string room, std::string name, const OfferShape& shape,
           Listener listener)
    : shared_(shared),
      room_(std::move(room)),
      name_(std::move(name)),
      shape_(shape),
      listener_(std::move(listener)) {
  joinId_ = nextId_++;
  const Json join = {
      {"type", "join"}, {"id", joinId_},
      {"version", 1},   {"room", room_},
      {"name", name_},  {"offer", {{"sdp", writeOffer(shape_)}, {"publish", Json::array()}}}};
  open(join.dump());
}

void Stay::open(std::string first) {
  first_ = std::move(first);
  socket_ = std::make_unique<WebSocket>(
      WebSocket::Listener{[this] { socket_->send(std::exchange(first_, {})); },
                          [this](std::string_view text) { onMessage(text); },
                          [this](const std::string& why) { onClosed(why); }});
  socket_->open(shared_.session.get(), shared_.url + "/v1/ws", "parlour.v1");
}

void Stay::request(const char* type, Json fields) {
  if (!joined_ || leaving_ || droppedNs_ != 0) return;
  const int64_t id = nextId_++;
  fields["type"] = type;
  fields["id"] = id;
  asked_[id] = SystemClock().nowNs();
  socket_->send(fields.dump());
}

void Stay::ping() {
  request("ping", Json::object());
}

void Stay::rename(const std::string& name) {
  request("rename", {{"name", name}});
}

void Stay::view(Json slots) {
  request("view", {{"slots", std::move(slots)}});
}

void Stay::chat(size_t bytes, int64_t nowNs) {
  std::string text = fmt::format("{}{} {} ", kChatMark, shared_.machine, nowNs);
  text.resize(std::max(text.size(), bytes), '.');
  request("chat", {{"text", text}});
}

uint32_t Stay::overdue(int64_t nowNs) const {
  uint32_t count = 0;
  for (const auto& [id, sinceNs] : asked_) count += nowNs - sinceNs > kBearableNs;
  return count;
}

void Stay::drop() {
  if (!joined_ || leaving_ || droppedNs_ != 0) return;
  ++shared_.outcome.counts["drops"];
  droppedNs_ = SystemClock().nowNs();
  asked_.clear();
  joinId_ = nextId_ = 1;
  ++nextId_;
  socket_.reset();
  open(Json{{"type", "join"}, {"id", joinId_}, {"version", 1}, {"room", room_}, {"resume", resume_}}
           .dump());
}

void Stay::leave(std::function<void()> left) {
  left_ = std::move(left);
  leaving_ = true;
  if (ended_ || !socket_) return left_();
  socket_->send(Json{{"type", "leave"}, {"id", nextId_++}}.dump());
}

void Stay::onMessage(std::string_view text) {
  if (text.starts_with(kEvents)) {
    // News of others, never chat: how many is all that is asked.
    for (size_t at = 0; (at = text.find(kEvent, at)) != std::string_view::npos; ++at)
      ++shared_.outcome.counts["events"];
    return;
  }
  if (text.starts_with(kEvent)) {
    ++shared_.outcome.counts["events"];
    if (isEvent(text, "chat")) onChat(text);
    return;
  }
  const int64_t id = idOf(text);
  if (id == joinId_ && !joined_) return onJoined(text);
  if (id == joinId_ && droppedNs_ != 0) return onResumed(text);
  onReply(text);
}

void Stay::onJoined(std::string_view text) {
  const Json message = Json::parse(text, nullptr, false);
  if (!message.is_object() || message.value("type", "") != "reply") {
    end(message.is_object() ? message.value("message", "the server says no")
                            : "the answer is no JSON");
    return socket_->close();
  }
  const auto textOf = [&message](const char* pointer) {
    return message.value(Json::json_pointer(pointer), std::string());
  };
  self_ = textOf("/result/self/id");
  resume_ = textOf("/result/resume/token");
  auto remote = readAnswer(textOf("/result/answer"), shape_);
  if (!remote) return end(remote.error().message);
  joined_ = true;
  listener_.answered(std::move(*remote));
}

void Stay::onResumed(std::string_view text) {
  const Json message = Json::parse(text, nullptr, false);
  if (!message.is_object() || message.value("type", "") != "reply")
    return end("a dropped connection was not resumed: " +
               (message.is_object() ? message.value("message", "") : std::string("no JSON")));
  ++shared_.outcome.counts["resumed"];
  shared_.outcome.durations["resume"].add(SystemClock().nowNs() - droppedNs_);
  droppedNs_ = 0;
  resume_ = message.value(Json::json_pointer("/result/resume/token"), resume_);
}

void Stay::onReply(std::string_view text) {
  const auto asked = asked_.find(idOf(text));
  if (asked == asked_.end()) return;
  const int64_t tookNs = SystemClock().nowNs() - asked->second;
  asked_.erase(asked);
  if (!shared_.measuring) return;
  ++shared_.outcome.counts["replies"];
  shared_.outcome.durations["signalling"].add(tookNs);
  // Who is looked at may leave while the request is on its way.
  if (!text.starts_with("{\"type\":\"error\"") ||
      text.find("\"no_such_participant\"") != std::string_view::npos)
    return;
  ++shared_.outcome.counts["requestErrors"];
  shared_.outcome.fail("request refused: " + std::string(text.substr(0, 300)));
}

void Stay::onChat(std::string_view text) {
  const size_t at = text.find(kChatMark);
  if (at == std::string_view::npos) return;
  const std::string_view marks = text.substr(at + kChatMark.size());
  if (numberAt(marks) != shared_.machine) return;
  const int64_t sentNs = numberAt(marks.substr(marks.find(' ') + 1));
  if (!shared_.chatCounts(sentNs)) return;
  ++shared_.outcome.counts["chatDelivered"];
  shared_.outcome.durations["chat"].add(SystemClock().nowNs() - sentNs);
}

void Stay::onClosed(const std::string& why) {
  if (leaving_) {
    ended_ = true;
    if (left_) left_();
    return;
  }
  end(joined_ ? "the server closed the connection: " + why : "cannot connect: " + why);
}

void Stay::end(std::string why) {
  if (std::exchange(ended_, true)) return;
  listener_.ended(std::move(why));
}

}  // namespace parlour::bench
