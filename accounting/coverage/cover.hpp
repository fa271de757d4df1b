#pragma once

#include <cstdint>
#include <span>

#include "accounting/money/ratio.hpp"
#include "accounting/money/signed_units.hpp"

/// Metrics on bad debt and its cover: section 8 of the accounting method. Integers only; a ratio is
/// empty where there is nothing to cover ("no exposure"). Ratios of cover are rounded down and
/// ratios of risk up, so that no figure looks better than it is.
namespace redink::coverage {

/// Reserve cover = min(reserve, G) / G, rounded down. A negative reserve covers nothing.
[[nodiscard]] Ratio reserve_cover(const SignedUnits& reserve, const U256& bad_debt);

/// An insurance layer: what is staked, and the loss that others bear before it.
struct Insurance {
    U256 capacity;  ///< Q, all that is really staked and can be slashed
    U256 offset;    ///< the first loss, not covered by it
};

/// Insurance cover = min(Q, max(0, G - offset)) / G, rounded down.
[[nodiscard]] Ratio insurance_cover(const Insurance& insurance, const U256& bad_debt);

/// Whole = 1 - residual / G: the part of bad debt that layers above the lenders would absorb,
/// rounded down. InvariantBroken when the residual is above the bad debt.
[[nodiscard]] Ratio whole(const U256& residual, const U256& bad_debt);

/// One asset of a pool, both in the base unit.
struct AssetCover {
    U256 bad_debt;
    U256 absorbed;  ///< planned for this asset's bad debt by this asset's layers; never above it
};

/// Cover of a pool = sum of what each asset's layers absorb / sum of bad debt, rounded down. A
/// capacity is never lent from one asset to another. InvariantBroken when an asset absorbs more
/// than its bad debt.
[[nodiscard]] Ratio pool_cover(std::span<const AssetCover> assets);

/// Stress coverage = capacity / stressed loss (say ES 99 of 24 h), rounded down; may be above 1.
[[nodiscard]] Ratio stress_cover(const U256& capacity, const U256& stressed_loss);

}  // namespace redink::coverage
