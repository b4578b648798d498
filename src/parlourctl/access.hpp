// Access: which server is asked and as whom, from options, environment or the server's own
// configuration. Thread: main.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>

#include "conf/settings.hpp"
#include "parlourctl/http_client.hpp"
#include "parlourctl/options.hpp"

namespace parlour::ctl {

/// The options that every command has which asks a server.
struct AccessOptions {
  std::string server, socket, tokenFile, config;
  void addTo(Options& options);
};

class Access {
 public:
  /// Error (kInvalid): what is wrong with options, files or settings.
  static Result<Access> from(const AccessOptions& options);

  /// `path` begins with '/'. Error: unreachable.
  Result<Response> ask(const std::string& method, const std::string& path,
                       const std::string& body = "",
                       const std::string& accept = "application/json") const;
  /// For those who watch: requests of ask() end after that long, and where `cancelled` says so.
  void limit(long timeoutMs, std::function<bool()> cancelled);
  /// For messages: the URL or the socket's path.
  const std::string& name() const { return socket_.empty() ? base_ : socket_; }

 private:
  std::string base_;  ///< URL without a slash at its end.
  std::string socket_;
  std::string token_;
  Request limits_;  ///< Of its members only what limit() sets counts.
};

/// "/v1/rooms/NAME" and what follows, the name coded for a path.
std::string roomPath(const std::string& room, const std::string& rest = "");

/// Writes why it failed to stderr; the exit code for it.
int explain(const std::string& command, const Access& access, const Result<Response>& answer);

/// The server's settings in a file. Error (kInvalid): a mistake in one of `sections` ("auth.") or
/// in the file as a whole. Others do not matter here: not every operator may read the TLS key.
Result<conf::Settings> settingsFrom(const std::string& path,
                                    std::initializer_list<std::string_view> sections);

/// A secret in a file, one line end at its end left out. Error (kInvalid): unreadable, empty.
Result<std::string> secretFrom(const std::string& path);
/// An environment variable, empty where it is not set.
std::string environment(const char* name);

}  // namespace parlour::ctl
