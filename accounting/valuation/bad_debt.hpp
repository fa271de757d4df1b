#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "accounting/money/u256.hpp"

namespace redink::valuation {

/// Bad debt that the protocol has not recorded, by what stands in the way of repayment.
enum class BadDebtKind : std::uint8_t {
    orphaned,  ///< no collateral value left: nobody will ever liquidate (realised in substance)
    blocked,   ///< collateral too small for any liquidator, but a large debt
    dust,      ///< a debt below the smallest that is worth counting in headlines
    latent     ///< liquidation at protocol prices would not bring in the whole debt
};

/// The name in reports.
[[nodiscard]] std::string_view name_of(BadDebtKind kind);

/// When no liquidator can profit. A policy, not a truth: values in the market's base unit.
struct DustPolicy {
    U256 min_debt_value;          ///< a smaller debt is dust (D_min)
    U256 liquidation_cost_value;  ///< gas and swap that the bonus has to pay for

    friend bool operator==(const DustPolicy&, const DustPolicy&) = default;
};

/// An account's totals, all in the market's base unit.
struct Exposure {
    U256 debt_value;        ///< D
    U256 collateral_value;  ///< V
    U256 realisable_value;  ///< R: V less the liquidation bonuses
};

/// An account whose collateral does not bring in its debt.
struct Impairment {
    BadDebtKind kind = BadDebtKind::latent;
    U256 liquidation_shortfall;  ///< L = max(0, D - R)
    U256 asset_gap;              ///< U = max(0, D - V)
};

/// Classifies an account: empty unless L = max(0, D - R) is positive. V = 0 is orphaned whatever
/// the size of the debt; then D < D_min is dust; then a bonus (V - R, and no more than the debt
/// allows) that does not pay for the liquidation is blocked; the rest is latent.
[[nodiscard]] std::optional<Impairment> classify(const Exposure& exposure,
                                                 const DustPolicy& policy);

}  // namespace redink::valuation
