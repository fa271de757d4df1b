#include "accounting/valuation/aave_account.hpp"

#include <algorithm>

#include "accounting/money/ray.hpp"

namespace redink::valuation {
namespace {

using positions::AaveVersion;

bool counts_as_collateral(AaveVersion version, const Holding& holding) {
    return holding.is_collateral &&
           (version.counts_zero_threshold_collateral() || holding.own_threshold_bps != 0);
}

U256 health_factor_of(AaveVersion version, const AccountTotals& totals, const U256& weighted) {
    if (totals.debt_value.is_zero()) {
        return max_u256();
    }
    if (version.values_debt_rounded_up()) {
        return wad_div(weighted, totals.debt_value) / kPercentFactor;
    }
    const U256 covered =
        percent_mul(totals.collateral_value, totals.liquidation_threshold_bps, Round::half_up);
    return wad_div(covered, totals.debt_value);
}

}  // namespace

AccountTotals value_account(AaveVersion version, std::span<const Holding> holdings) {
    AccountTotals totals;
    U256 weighted = 0;
    for (const Holding& holding : holdings) {
        const bool collateral = counts_as_collateral(version, holding);
        const bool counts = collateral || !holding.debt_amount.is_zero();
        if (counts && !holding.price) {
            totals.price_missing = true;
            continue;
        }
        if (collateral) {
            const U256 value =
                mul_div(holding.supply_amount, *holding.price, holding.unit, Round::down);
            totals.collateral_value += value;
            weighted += value * holding.threshold_bps;
            totals.realisable_value += mul_div(value,
                                               U256{kPercentFactor},
                                               U256{std::max(holding.bonus_bps, kPercentFactor)},
                                               Round::down);
        }
        if (!holding.debt_amount.is_zero()) {
            totals.debt_value +=
                mul_div(holding.debt_amount,
                        *holding.price,
                        holding.unit,
                        version.values_debt_rounded_up() ? Round::up : Round::down);
        }
    }
    if (!totals.collateral_value.is_zero()) {
        totals.liquidation_threshold_bps =
            static_cast<std::uint32_t>(weighted / totals.collateral_value);
    }
    totals.health_factor = health_factor_of(version, totals, weighted);
    return totals;
}

}  // namespace redink::valuation
