// The figures of transport and calls, registered for /metrics. Used by main alone.
#pragma once

#include "call/calls.hpp"
#include "signalling/metrics.hpp"
#include "transport/hub.hpp"

namespace parlour {

void registerMetrics(signalling::Metrics& metrics, transport::Hub& hub, call::Calls& calls);

}  // namespace parlour
