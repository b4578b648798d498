// What the service manager (systemd) is told, and what it must have given us.
// Everything here works, and does nothing, where there is no systemd. Thread: any.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.hpp"

namespace parlour::service {

/// Start has ended: calls are taken. `status` is shown by `systemctl status`.
void notifyReady(std::string_view status);
void notifyStatus(std::string_view status);
/// Stopping (draining) has begun.
void notifyStopping(std::string_view status);
/// Feeds the watchdog. Call it about every watchdogIntervalMs(), and only while the media threads
/// are alive.
void notifyWatchdog();
/// How often to feed it: half of what the manager wants; 0 where there is no watchdog.
uint32_t watchdogIntervalMs();

/// Raises the soft limit of descriptors to the hard one and compares it with what `neededPeers`
/// participants use. Error (kFailed): descriptor_limit, with the figures and how to raise it.
Result<void> checkDescriptorLimit(uint32_t neededPeers);

}  // namespace parlour::service
