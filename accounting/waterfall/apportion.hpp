#pragma once

#include <span>
#include <vector>

#include "accounting/money/u256.hpp"

namespace redink::waterfall {

/// Parts of `total` in proportion to `weights`, by the method of largest remainders: every part is
/// total * weight / sum rounded down or up, and the parts sum to the total exactly. The units that
/// rounding down leaves go to the largest remainders; of equal ones to the lower index. A weight of
/// zero gets nothing. Throws InvariantBroken when there is a total but no weight, and
/// std::overflow_error when the weights sum to 2^256 or more.
[[nodiscard]] std::vector<U256> apportion(const U256& total, std::span<const U256> weights);

}  // namespace redink::waterfall
