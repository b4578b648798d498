// ChatLog: the messages of a room while it lives, bounded, in one order for everybody.
// Pure. Thread: control.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "room/types.hpp"

namespace parlour::room {

class ChatLog {
 public:
  struct Limits {
    size_t messages;  ///< Kept; the oldest goes first.
    size_t bytes;     ///< Of one message's text.
  };

  ChatLog(Limits limits, const Clock& clock);

  /// Appends a message, which gets the next sequence and an id that no other message of this
  /// process has. `to` empty: to everybody. Errors: as chatText().
  Result<ChatMessage> post(const Participant& from, const ParticipantId& to,
                           const std::string& text);

  /// What `viewer` may read, oldest first: everything said to everybody, and direct messages
  /// that it sent or got.
  std::vector<ChatMessage> visibleTo(const ParticipantId& viewer) const;

  /// Drops direct messages that nobody can read any more, because both ends are gone.
  void dropUnreadable(const std::function<bool(const ParticipantId&)>& present);

  size_t size() const { return messages_.size(); }

 private:
  const Limits limits_;
  const Clock& clock_;
  const std::string idPrefix_;
  uint64_t lastSequence_ = 0;
  std::deque<ChatMessage> messages_;
};

}  // namespace parlour::room
