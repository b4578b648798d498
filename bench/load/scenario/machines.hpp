// Several load machines drive one server: one of them coordinates.
//
//   --coordinator PORT --expect N          --join HOST:PORT (N of them)
//        │◀────────────── connects ──────────────│
//        │── task: scenario, which machine ─────▶│   once all are there
//        │        both play their share          │   nothing is said; a hang-up ends it
//        │◀───────────── outcome ────────────────│
//
// A line of JSON each way over TCP, for a network of one's own: nothing is encrypted. Blocking calls
// with deadlines, before and after the run. Thread: control.
#pragma once

#include <gio/gio.h>

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/ref.hpp"
#include "base/result.hpp"
#include "load/scenario/scenario.hpp"

namespace parlour::bench {

/// The part of `scenario` that machine `index` of `count` plays. Rooms are divided where there are
/// enough of them, with the people in them. Else everybody comes to the same rooms, and where some
/// publish for the others, they are at machine 0. Rates "of all" are divided.
Scenario shareOf(const Scenario& scenario, uint32_t index, uint32_t count);
/// Whether shareOf() gives every machine rooms of its own.
bool dividesRooms(const Scenario& scenario, uint32_t count);

/// The other end of a connection between two of them.
class Colleague {
 public:
  explicit Colleague(Ref<GSocketConnection> connection);
  /// Error (kUnavailable): machine_lost.
  Result<void> tell(const nlohmann::json& message);
  /// Errors (kUnavailable): machine_lost, also when nothing comes within `deadlineS`.
  Result<nlohmann::json> hear(uint32_t deadlineS);
  const std::string& address() const { return address_; }
  GSocket* socket() const;

 private:
  Error lost(GError* error) const;

  Ref<GSocketConnection> connection_;
  Ref<GDataInputStream> lines_;
  std::string address_;
};

/// Waits until `expect` machines have joined on `port`, and says so on standard error. Errors:
/// listen_failed, machine_lost (not all came within ten minutes).
Result<std::vector<Colleague>> gather(uint16_t port, uint32_t expect);
/// `where`: HOST:PORT. Asks again for a minute where nobody listens yet. Error: machine_lost.
Result<Colleague> joinCoordinator(const std::string& where);

}  // namespace parlour::bench
