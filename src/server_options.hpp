// Settings turned into the options of transport and calls. Pure. Used by main alone.
#pragma once

#include "call/calls.hpp"
#include "conf/settings.hpp"
#include "transport/hub.hpp"

namespace parlour {

/// As long as HTTP listens on loopback alone and no proxy is trusted, everybody is on this host:
/// loopback is then a candidate too. (The others stay: Firefox does not use loopback.)
transport::HubOptions hubOptions(const conf::Settings& settings);
call::CallsOptions callsOptions(const conf::Settings& settings);

}  // namespace parlour
