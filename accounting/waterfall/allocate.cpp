#include "accounting/waterfall/allocate.hpp"

#include <algorithm>

#include "accounting/money/ray.hpp"

namespace redink::waterfall {
namespace {

// The most that a layer may take of the loss, whatever is left of it.
U256 limit_of(const Layer& layer, const TokenAmount& loss) {
    if (layer.asset && *layer.asset != loss.asset()) {
        return 0;
    }
    const U256 share = percent_mul(loss.units(), layer.share_bps, Round::down);
    return layer.capacity ? std::min(share, *layer.capacity) : share;
}

}  // namespace

std::vector<U256> allocate(const TokenAmount& loss, std::span<const Layer> layers) {
    require_order(layers);
    std::vector<U256> amounts;
    amounts.reserve(layers.size());
    U256 rest = loss.units();
    for (const Layer& layer : layers) {
        amounts.push_back(std::min(rest, limit_of(layer, loss)));
        rest -= amounts.back();
    }
    return amounts;
}

std::vector<PlannedLayer> plan(const TokenAmount& loss, std::span<const Layer> layers) {
    const std::vector<U256> amounts = allocate(loss, layers);
    std::vector<PlannedLayer> planned;
    planned.reserve(layers.size());
    U256 rest = loss.units();
    for (std::size_t i = 0; i < layers.size(); ++i) {
        rest -= amounts[i];
        planned.push_back(
            {layers[i], amounts[i], rest, to_wad({amounts[i], loss.units()}, Round::down)});
    }
    return planned;
}

}  // namespace redink::waterfall
