// Casting: what a participant of a scenario offers, publishes and looks at. Thread: any (pure).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "load/client.hpp"
#include "load/scenario/behaviour.hpp"
#include "load/scenario/scenario.hpp"

namespace parlour::bench {

constexpr uint32_t kSourcesOfClient = 2 * kSourcesOfTrack;  ///< One audio, up to four layers.

/// `index`: unique among all of the run. ICE credentials are drawn.
ClientSpec castClient(const Scenario& scenario, uint32_t index, bool publishes,
                      const sdp::Fingerprint& fingerprint);

/// The `slots` of a view request. `pinned`: who is looked at, a participant id; empty: whoever
/// speaks.
nlohmann::json viewOf(const Scenario& scenario, const OfferShape& shape, const Deed& deed,
                      const std::string& pinned);

}  // namespace parlour::bench
