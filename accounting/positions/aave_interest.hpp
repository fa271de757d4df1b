#pragma once

#include <cstdint>

#include "accounting/money/u256.hpp"
#include "accounting/positions/aave_rules.hpp"

namespace redink::positions {

/// Growth in ray of simple interest at `rate` (ray a year of 365 days) over `seconds`.
/// Source: MathUtils.calculateLinearInterest.
[[nodiscard]] U256 linear_interest(const U256& rate, std::uint64_t seconds);

/// Growth in ray of compound interest, in the formula of this version; the three generations differ
/// in the last digits. Source: MathUtils.calculateCompoundedInterest.
[[nodiscard]] U256 compound_interest(AaveVersion version, const U256& rate, std::uint64_t seconds);

/// An index as stored, and what makes it grow.
struct Index {
    U256 value;                    ///< ray
    U256 rate;                     ///< ray a year
    std::uint64_t updated_at = 0;  ///< Unix seconds
};

/// The liquidity index at `now`, half up in every version (ReserveLogic.getNormalizedIncome).
[[nodiscard]] U256 supply_index_at(const Index& index, std::uint64_t now);

/// The variable debt index at `now`, half up in every version (ReserveLogic.getNormalizedDebt).
[[nodiscard]] U256 debt_index_at(AaveVersion version, const Index& index, std::uint64_t now);

/// aToken balance in underlying units: half up until 3.4, down from 3.5 (TokenMath.sol).
[[nodiscard]] U256 supply_amount(AaveVersion version, const U256& scaled, const U256& index);

/// Variable debt in underlying units: half up until 3.4, up from 3.5 (TokenMath.sol).
[[nodiscard]] U256 debt_amount(AaveVersion version, const U256& scaled, const U256& index);

/// Stable debt of one account (StableDebtToken.balanceOf): principal compounded at its own rate.
[[nodiscard]] U256 stable_debt_amount(AaveVersion version,
                                      const Index& principal,
                                      std::uint64_t now);

/// Smallest scaled supply whose balance at `index` is `amount` (exact as indexes are >= 1 ray).
[[nodiscard]] U256 scaled_supply_of(const U256& amount, const U256& index);

/// Largest scaled debt whose balance at `index` is `amount` (exact as indexes are >= 1 ray).
[[nodiscard]] U256 scaled_debt_of(const U256& amount, const U256& index);

}  // namespace redink::positions
