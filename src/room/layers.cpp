#include "room/layers.hpp"

#include <algorithm>
#include <iterator>

namespace parlour::room {
namespace {

struct Size {
  uint32_t width, height;
};

/// What cameras send where nobody asked for more; only used until the first key frame tells.
constexpr Size kAssumedLargest = {1280, 720};
/// Keeps an estimate within 32 bits whatever a publisher offers.
constexpr size_t kMostDoublings = 8;

Size knownOr(const Layer& layer, Size assumed) {
  return {layer.width ? layer.width : assumed.width, layer.height ? layer.height : assumed.height};
}

/// Sizes of all layers, unknown ones by their order: each the half of its larger neighbour, as
/// the layers q, h and f of browsers are.
std::vector<Size> estimateSizes(const std::vector<Layer>& layers) {
  std::vector<Size> sizes(layers.size());
  Size assumed = kAssumedLargest;
  // The largest follows from the largest known one.
  for (size_t i = layers.size(), steps = 0; i-- > 0; ++steps) {
    if (!layers[i].width || !layers[i].height) continue;
    const size_t doublings = std::min(steps, kMostDoublings);
    assumed = {layers[i].width << doublings, layers[i].height << doublings};
    break;
  }
  for (size_t i = layers.size(); i-- > 0;) {
    sizes[i] = knownOr(layers[i], assumed);
    assumed = {std::max(1u, sizes[i].width / 2), std::max(1u, sizes[i].height / 2)};
  }
  return sizes;
}

bool fits(const Size& size, const LayerRequest& request) {
  if (request.height) return size.height >= request.height;
  return request.width && size.width >= request.width;
}

}  // namespace

TrackId chooseLayer(const std::vector<Layer>& layers, const LayerRequest& request) {
  const std::vector<Size> sizes = estimateSizes(layers);
  TrackId largest = 0;
  for (size_t i = 0; i < layers.size(); ++i) {
    if (!layers[i].fanout || !layers[i].flowing) continue;
    if (fits(sizes[i], request)) return layers[i].fanout;
    largest = layers[i].fanout;
  }
  return largest;
}

void orderBySize(std::vector<Layer>& layers) {
  std::vector<Layer> sized;
  const auto known = [](const Layer& layer) { return layer.width && layer.height; };
  std::copy_if(layers.begin(), layers.end(), std::back_inserter(sized), known);
  std::stable_sort(sized.begin(), sized.end(), [](const Layer& a, const Layer& b) {
    return uint64_t{a.width} * a.height < uint64_t{b.width} * b.height;
  });
  auto next = sized.begin();
  for (Layer& layer : layers)
    if (known(layer)) layer = *next++;
}

}  // namespace parlour::room
