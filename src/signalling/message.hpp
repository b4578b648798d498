// The protocol's requests as typed values (docs/protocol.md, "Requests"; web/sdk/schema/).
// Thread: any (values).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "call/service.hpp"
#include "room/room.hpp"
#include "room/types.hpp"

namespace parlour::signalling {

struct JoinRequest {
  int64_t version = 0;
  std::string room;
  std::string name, identity, token, resume;  ///< Empty where they were left out.
  std::optional<call::Offer> offer;
};
struct OfferRequest {
  call::Offer offer;
};
struct ViewRequest {
  std::vector<room::View> slots;
};
struct MuteRequest {
  std::string mid;
  bool muted = false;
};
struct RenameRequest {
  std::string name;
};
struct HandRequest {
  bool raised = false;
};
struct ChatRequest {
  std::string text;
  room::ParticipantId to;  ///< Empty: everybody.
};
struct DataRequest {
  std::string payload;
  room::ParticipantId to;
};
struct ModerateRequest {
  room::Moderation act = room::Moderation::kMute;
  room::ParticipantId participant;
  std::optional<room::Source> source;
};
struct StatsRequest {};
struct PingRequest {};
struct LeaveRequest {};

using Request = std::variant<JoinRequest, OfferRequest, ViewRequest, MuteRequest, RenameRequest,
                             HandRequest, ChatRequest, DataRequest, ModerateRequest, StatsRequest,
                             PingRequest, LeaveRequest>;

}  // namespace parlour::signalling
