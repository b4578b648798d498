// BadLine: a network namespace for the load whose only way to the server is a bad cable, made with
// parlour-wire (bench/wire). Needs root, `ip`, and the server's process on this machine.
// Thread: main, before any other thread is made: they inherit the namespace.
#pragma once

#include <sys/types.h>

#include <memory>
#include <string>

#include "base/result.hpp"
#include "load/scenario/scenario.hpp"

namespace parlour::bench {

class BadLine {
 public:
  /// Moves the calling thread into the new namespace. Errors: kRefused no_root, kFailed no_line.
  static Result<std::unique_ptr<BadLine>> open(pid_t server);
  /// Removes everything.
  ~BadLine();
  BadLine(const BadLine&) = delete;
  BadLine& operator=(const BadLine&) = delete;

  /// Error (kFailed): no_line.
  Result<void> change(const LineStage& stage);
  /// The server's address as seen from here.
  const std::string& serverAddress() const { return serverAddress_; }

 private:
  BadLine() = default;
  Result<void> prepare(pid_t server);
  Result<void> startWire(const std::string& device);
  Result<void> expect(const std::string& line);

  std::string here_, there_;  ///< Names of the namespaces, once they exist.
  std::string serverAddress_;
  pid_t wire_ = -1;
  int input_ = -1, output_ = -1;  ///< Of the wire.
  int home_ = -1;                 ///< The namespace we came from.
};

}  // namespace parlour::bench
