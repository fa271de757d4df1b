#include "accounting/valuation/bad_debt.hpp"

namespace redink::valuation {
namespace {

U256 excess(const U256& a, const U256& b) {
    return a > b ? U256{a - b} : U256{0};
}

BadDebtKind kind_of(const Exposure& exposure, const DustPolicy& policy) {
    if (exposure.collateral_value.is_zero()) {
        return BadDebtKind::orphaned;
    }
    if (exposure.debt_value < policy.min_debt_value) {
        return BadDebtKind::dust;
    }
    // As D > R, the whole collateral is what a liquidator can take: it earns V - R.
    if (exposure.collateral_value - exposure.realisable_value <= policy.liquidation_cost_value) {
        return BadDebtKind::blocked;
    }
    return BadDebtKind::latent;
}

}  // namespace

std::string_view name_of(BadDebtKind kind) {
    switch (kind) {
        case BadDebtKind::orphaned:
            return "orphaned";
        case BadDebtKind::blocked:
            return "blocked";
        case BadDebtKind::dust:
            return "dust";
        case BadDebtKind::latent:
            return "latent";
    }
    return "";
}

std::optional<Impairment> classify(const Exposure& exposure, const DustPolicy& policy) {
    const U256 shortfall = excess(exposure.debt_value, exposure.realisable_value);
    if (shortfall.is_zero()) {
        return std::nullopt;
    }
    return Impairment{kind_of(exposure, policy),
                      shortfall,
                      excess(exposure.debt_value, exposure.collateral_value)};
}

}  // namespace redink::valuation
