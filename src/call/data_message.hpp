// The JSON envelope of data channel messages (docs/protocol.md, "Data channel"). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "room/types.hpp"

namespace parlour::call {

struct DataMessage {
  room::ParticipantId to;  ///< Empty: everybody.
  std::string payload;
};
/// Nothing for what is not such an object, or whose payload is above 16 KiB.
std::optional<DataMessage> readDataMessage(std::string_view text);
std::string writeDataMessage(const room::DataReceived& data);

}  // namespace parlour::call
