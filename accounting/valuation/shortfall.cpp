#include "accounting/valuation/shortfall.hpp"

#include <algorithm>

#include "accounting/money/invariant.hpp"
#include "accounting/money/ray.hpp"

namespace redink::valuation {
namespace {

U256 excess(const U256& a, const U256& b) {
    return a > b ? U256{a - b} : U256{0};
}

PriceState worse(PriceState a, PriceState b) {
    return std::max(a, b);
}

bool has_oracle(const AccountValues& account) {
    const auto is_priced = [](const Collateral& item) { return item.oracle_value.has_value(); };
    return account.debt_value &&
           std::all_of(account.collateral.begin(), account.collateral.end(), is_priced);
}

PriceState market_state_of(const AccountValues& account) {
    PriceState state = PriceState::valued;
    for (const Collateral& item : account.collateral) {
        const bool is_there = item.market_value.has_value();
        state = worse(state, is_there ? item.market_state : PriceState::missing);
    }
    return state;
}

// V / (1 + b): what repays debt when a liquidator takes this collateral.
U256 realisable(const Collateral& item) {
    const std::uint32_t factor = std::max(item.bonus_bps, kPercentFactor);
    return mul_div(*item.oracle_value, U256{kPercentFactor}, U256{factor}, Round::down);
}

ShortfallView view_of(const U256& realisable, const U256& debt) {
    return {PriceState::valued, realisable, excess(debt, realisable)};
}

}  // namespace

std::string_view name_of(PriceState state) {
    switch (state) {
        case PriceState::valued:
            return "valued";
        case PriceState::stale:
            return "stale";
        case PriceState::missing:
            return "missing";
    }
    return "";
}

Shortfalls shortfalls_of(const AccountValues& account, std::uint32_t slippage_bps) {
    invariant(slippage_bps <= kPercentFactor, "a slippage above the whole price");
    Shortfalls result;
    if (!has_oracle(account)) {
        return result;
    }
    const U256& debt = *account.debt_value;
    result.market.state = market_state_of(account);
    const bool has_market = result.market.state == PriceState::valued;
    U256 value = 0;
    U256 by_oracle = 0;
    U256 by_market = 0;
    for (const Collateral& item : account.collateral) {
        const U256 repays = realisable(item);
        value += *item.oracle_value;
        by_oracle += repays;
        if (has_market) {
            by_market += std::min(
                repays,
                percent_mul(*item.market_value, kPercentFactor - slippage_bps, Round::down));
        }
    }
    result.collateral_value = value;
    result.asset_gap = excess(debt, value);
    result.oracle = view_of(by_oracle, debt);
    if (has_market) {
        result.market = view_of(by_market, debt);
    }
    return result;
}

std::vector<U256> shortfall_by_debt(std::span<const U256> debt_amounts,
                                    const ShortfallOfDebt& part) {
    invariant(part.shortfall <= part.debt_value, "a shortfall above the debt");
    std::vector<U256> units(debt_amounts.size());
    if (part.shortfall.is_zero()) {
        return units;
    }
    for (std::size_t i = 0; i < units.size(); ++i) {
        units[i] = mul_div(debt_amounts[i], part.shortfall, part.debt_value, Round::up);
    }
    return units;
}

}  // namespace redink::valuation
