// Text frames as a WebSocket client may send them: whatever they hold, the answer names a refusal
// of the protocol, and what is accepted stays within the limits.
#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "signalling/message_parse.hpp"
#include "signalling/message_write.hpp"

using namespace parlour;
using namespace parlour::signalling;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const ParsedMessage message = parseMessage(text, {});
  if (!message.request) {
    const std::string_view code = message.request.error().code;
    if (code != "bad_message" && code != "too_large" && code != "too_deep" &&
        code != "unknown_type")
      std::abort();
    if (!nlohmann::json::accept(writeError(message.envelope, message.request.error())))
      std::abort();
    return 0;
  }
  if (message.envelope.id == 0 || message.envelope.type.empty()) std::abort();
  if (!nlohmann::json::accept(text)) std::abort();  // Nothing lenient comes through.
  if (const auto* chat = std::get_if<ChatRequest>(&*message.request))
    if (!nlohmann::json::accept(writeEvent(1, room::DataReceived{"p_1", "", chat->text})))
      std::abort();
  return 0;
}
