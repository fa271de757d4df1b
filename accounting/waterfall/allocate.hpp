#pragma once

#include <span>
#include <vector>

#include "accounting/money/ratio.hpp"
#include "accounting/money/token_amount.hpp"
#include "accounting/waterfall/layer.hpp"

namespace redink::waterfall {

/// What each layer takes of a loss, in the order of the layers. The amounts sum to the loss: a
/// layer takes what is left, up to its capacity and its share of the whole loss (rounded down); a
/// layer of another asset takes nothing; the lenders take the rest. InvariantBroken when the layers
/// are out of order (require_order).
[[nodiscard]] std::vector<U256> allocate(const TokenAmount& loss, std::span<const Layer> layers);

/// What a layer would pay if the loss were shared now.
struct PlannedLayer {
    Layer layer;
    U256 planned;
    U256 residual;      ///< what is left for the layers below it
    Ratio cover_ratio;  ///< planned / loss, rounded down; empty: no exposure
};

/// The planned waterfall of a loss: what would absorb the headline bad debt G = O + L now. Feeds
/// coverage ratios; postings come only from events.
[[nodiscard]] std::vector<PlannedLayer> plan(const TokenAmount& loss,
                                             std::span<const Layer> layers);

}  // namespace redink::waterfall
