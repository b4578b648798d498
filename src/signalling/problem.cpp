#include "signalling/problem.hpp"

#include <libsoup/soup.h>

#include <algorithm>
#include <array>

#include "signalling/json_writer.hpp"

namespace parlour::signalling {
namespace {

struct CodeStatus {
  std::string_view code;
  unsigned status;
};
constexpr std::array kStatuses = {
    CodeStatus{"auth_required", 401},       CodeStatus{"token_invalid", 401},
    CodeStatus{"token_expired", 401},       CodeStatus{"token_room", 403},
    CodeStatus{"not_found", 404},           CodeStatus{"no_such_room", 404},
    CodeStatus{"no_such_session", 404},     CodeStatus{"no_such_participant", 404},
    CodeStatus{"no_such_track", 404},       CodeStatus{"method_not_allowed", 405},
    CodeStatus{"not_acceptable", 406},      CodeStatus{"nothing_published", 409},
    CodeStatus{"stale_etag", 412},          CodeStatus{"too_large", 413},
    CodeStatus{"wrong_media_type", 415},    CodeStatus{"unsupported_offer", 422},
    CodeStatus{"unsupported_restart", 422}, CodeStatus{"fingerprint_changed", 422},
    CodeStatus{"not_websocket", 426},       CodeStatus{"etag_required", 428},
    CodeStatus{"too_many_joins", 429},      CodeStatus{"too_many", 429},
    CodeStatus{"headers_too_large", 431},   CodeStatus{"room_full", 503},
    CodeStatus{"server_full", 503},         CodeStatus{"draining", 503},
    CodeStatus{"graph_timeout", 504},
};

}  // namespace

unsigned statusFor(const Error& error) {
  const auto found = std::find_if(kStatuses.begin(), kStatuses.end(),
                                  [&](const CodeStatus& s) { return s.code == error.code; });
  if (found != kStatuses.end()) return found->status;
  switch (error.kind) {
    case ErrorKind::kInvalid: return 400;
    case ErrorKind::kRefused: return 403;
    case ErrorKind::kUnavailable: return 503;
    case ErrorKind::kFailed: return 500;
  }
  return 500;
}

std::string writeProblem(unsigned status, const Error& error) {
  const bool inside = error.kind == ErrorKind::kFailed && status == 500;
  JsonWriter json;
  json.beginObject()
      .member("type", "about:blank")
      .member("title", soup_status_get_phrase(status))
      .member("status", status)
      .member("code", inside ? std::string_view("internal") : std::string_view(error.code))
      .member("detail", inside ? "The server failed to do this. It has been logged."
                               : std::string_view(error.message));
  return json.endObject().take();
}

}  // namespace parlour::signalling
