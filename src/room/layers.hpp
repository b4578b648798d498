// Which encoding of a publication a slot gets. Pure. Thread: any.
#pragma once

#include <cstdint>
#include <vector>

#include "room/types.hpp"

namespace parlour::room {

/// What is known about the place a picture goes to. The choice has this one argument, so that
/// further limits (a viewer's bandwidth) become fields here.
struct LayerRequest {
  uint32_t width = 0;  ///< Pixels, 0 is unknown.
  uint32_t height = 0;
};

/// The `fanout` of the smallest layer that is at least as high as requested (as wide, where only a
/// width is requested), else of the largest. Without a size: the largest. `layers` go from small
/// to large; those without a fanout are not received, as those not flowing, and left out; a layer of unknown size is
/// taken as half of the next larger one, the largest as 720 pixels high. 0 without any layer.
TrackId chooseLayer(const std::vector<Layer>& layers, const LayerRequest& request);

/// Brings layers into that order as far as their sizes are known; the others stay where they are.
void orderBySize(std::vector<Layer>& layers);

}  // namespace parlour::room
