// Draws a DOT graph as SVG by running Graphviz's `dot` beside the server. Thread: control.
#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"

namespace parlour::signalling {

constexpr uint32_t kDrawDeadlineMs = 10000;
constexpr unsigned kMaxDrawings = 2;  ///< At once: each takes a core.

/// Calls `done` later, once: SVG, or an error: not_acceptable (there is no `dot`),
/// too_many (kMaxDrawings run), graph_timeout, graph_failed.
void drawGraph(const std::string& dot, std::function<void(Result<std::string>)> done);

}  // namespace parlour::signalling
