#include "room/chat_log.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "room/text.hpp"

namespace parlour::room {

// The room's birth is part of each id: a client that outlives a room (it ended, or the server was
// restarted) never takes a new message for one that it has.
ChatLog::ChatLog(Limits limits, const Clock& clock)
    : limits_(limits), clock_(clock), idPrefix_(fmt::format("c_{:x}_", clock.wallNs())) {}

Result<ChatMessage> ChatLog::post(const Participant& from, const ParticipantId& to,
                                  const std::string& text) {
  auto kept = chatText(text, limits_.bytes);
  if (!kept) return kept.error();
  ChatMessage message;
  message.sequence = ++lastSequence_;
  message.id = idPrefix_ + std::to_string(message.sequence);
  message.from = from.id;
  message.fromName = from.name;
  message.to = to;
  message.text = *std::move(kept);
  message.timeNs = clock_.wallNs();
  messages_.push_back(message);
  while (messages_.size() > limits_.messages) messages_.pop_front();
  return message;
}

std::vector<ChatMessage> ChatLog::visibleTo(const ParticipantId& viewer) const {
  std::vector<ChatMessage> visible;
  std::copy_if(
      messages_.begin(), messages_.end(), std::back_inserter(visible),
      [&](const ChatMessage& m) { return m.to.empty() || m.to == viewer || m.from == viewer; });
  return visible;
}

void ChatLog::dropUnreadable(const std::function<bool(const ParticipantId&)>& present) {
  std::erase_if(messages_, [&](const ChatMessage& m) {
    return !m.to.empty() && !present(m.to) && !present(m.from);
  });
}

}  // namespace parlour::room
