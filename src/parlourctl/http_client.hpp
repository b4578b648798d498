// One HTTP request to a server, over TCP or a Unix socket. Thread: main; it waits.
#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"

namespace parlour::ctl {

struct Request {
  std::string method = "GET";
  std::string url;     ///< With its path; the host counts for nothing with a socket.
  std::string socket;  ///< Unix socket path, empty: TCP.
  std::string token;   ///< Bearer token, empty: none.
  std::string accept = "application/json";
  std::string body;  ///< JSON, empty: none.
  long timeoutMs = 30000;
  /// Asked now and then, once a second at least; true gives the request up. May be empty.
  std::function<bool()> cancelled = {};
};

struct Response {
  long status = 0;
  std::string body;
};

/// Error: unreachable (kUnavailable), with libcurl's reason.
Result<Response> send(const Request& request);

}  // namespace parlour::ctl
