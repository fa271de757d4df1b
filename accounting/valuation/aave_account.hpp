#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "accounting/money/u256.hpp"
#include "accounting/positions/aave_rules.hpp"

namespace redink::valuation {

/// What one account has in one reserve at the end of a block, with the price and the risk
/// parameters that apply to it there (those of its e-mode category where it is in one).
struct Holding {
    U256 supply_amount;                   ///< underlying units
    bool is_collateral = false;           ///< the account's own flag
    U256 debt_amount;                     ///< underlying units, variable and stable together
    std::optional<U256> price;            ///< base units for one whole token
    U256 unit;                            ///< 10^decimals of the token
    std::uint32_t threshold_bps = 0;      ///< liquidation threshold that applies
    std::uint32_t own_threshold_bps = 0;  ///< the reserve's own, outside e-mode
    std::uint32_t bonus_bps = 0;          ///< 10,500 for a 5 % bonus; below 10,000 counts as 10,000
};

/// An account's totals in the base unit, as Pool.getUserAccountData gives them.
struct AccountTotals {
    U256 collateral_value;
    U256 debt_value;
    std::uint32_t liquidation_threshold_bps = 0;  ///< weighted average, rounded down
    U256 health_factor;                           ///< wad; 2^256 - 1 without debt
    U256 realisable_value;  ///< sum of collateral / (1 + bonus), rounded down: what can repay debt
    bool price_missing = false;  ///< an asset that counts has no price: the totals are too low
};

/// GenericLogic.calculateUserAccountData of this version, in its order and rounding. The realisable
/// value is R_p of Redink's accounting method: protocol prices, each asset less its bonus.
[[nodiscard]] AccountTotals value_account(positions::AaveVersion version,
                                          std::span<const Holding> holdings);

}  // namespace redink::valuation
