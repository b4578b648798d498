// Errors over HTTP: problem JSON (RFC 9457) with the same `code` as over the WebSocket.
// Thread: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace parlour::signalling {

/// The status that says about the same as `code` (or else `kind`) of an error.
unsigned statusFor(const Error& error);
/// The body: type, title, status, code, detail. `type` is about:blank: the code tells.
std::string writeProblem(unsigned status, const Error& error);

}  // namespace parlour::signalling
