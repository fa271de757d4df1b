#include "accounting/valuation/sensitivity.hpp"

#include <algorithm>

namespace redink::valuation {
namespace {

constexpr std::uint64_t kHour = 3'600;

// Adds `policy` under the name of a choice, with the value it has there.
void add(std::vector<PolicyVariant>& variants,
         const char* choice,
         const U256& value,
         const Policy& policy) {
    variants.push_back({choice, to_decimal(value), policy});
}

void add_amounts(std::vector<PolicyVariant>& variants,
                 const Policy& in_force,
                 const char* choice,
                 U256 DustPolicy::*member) {
    const U256 now = in_force.dust.*member;
    for (const U256& value : {U256{now / 10U}, now, U256{now * 10U}}) {
        Policy policy = in_force;
        policy.dust.*member = value;
        add(variants, choice, value, policy);
    }
}

void count(KindTotal& total, const U256& debt, const U256& shortfall) {
    ++total.accounts;
    total.debt_value += debt;
    total.shortfall += shortfall;
}

void judge(VariantTotals& totals, const JudgedAccount& account) {
    const Policy& policy = totals.variant.policy;
    const Shortfalls seen = shortfalls_of(account.values, policy.slippage_bps);
    if (seen.oracle.state != PriceState::valued) {
        ++totals.without_oracle_view;
        return;
    }
    const U256& debt = *account.values.debt_value;
    const U256& shortfall = *seen.oracle.shortfall;
    CreditState state{account.health_factor, shortfall, account.seconds_below_one};
    if (seen.market.state == PriceState::valued) {
        totals.market_shortfall += *seen.market.shortfall;
        state.shortfall = std::max(shortfall, *seen.market.shortfall);
    } else {
        ++totals.without_market_view;
        state.has_stale_price = seen.market.state == PriceState::stale;
    }
    const auto impairment =
        classify({debt, *seen.collateral_value, *seen.oracle.realisable}, policy.dust);
    if (impairment) {
        count(totals.by_kind.at(static_cast<std::size_t>(impairment->kind)), debt, shortfall);
    }
    if (!debt.is_zero()) {
        const Stage stage = stage_of(state, policy);
        count(totals.by_stage.at(static_cast<std::size_t>(stage) - 1), debt, shortfall);
    }
}

}  // namespace

std::vector<PolicyVariant> standard_variants(const Policy& in_force) {
    std::vector<PolicyVariant> variants{{"in force", "", in_force}};
    for (const std::uint64_t grace : {std::uint64_t{0}, kHour, 24 * kHour}) {
        Policy policy = in_force;
        policy.grace_seconds = grace;
        add(variants, "grace_seconds", U256{grace}, policy);
    }
    add_amounts(variants, in_force, "min_debt_value", &DustPolicy::min_debt_value);
    add_amounts(variants, in_force, "liquidation_cost_value", &DustPolicy::liquidation_cost_value);
    for (const std::uint32_t slippage : {0U, 100U, 500U}) {
        Policy policy = in_force;
        policy.slippage_bps = slippage;
        add(variants, "slippage_bps", U256{slippage}, policy);
    }
    for (const std::uint64_t percent : {105U, 110U, 125U}) {
        Policy policy = in_force;
        policy.increase_below_wad = U256{percent} * pow10(16);
        add(variants, "increase_below_wad", policy.increase_below_wad, policy);
    }
    return variants;
}

const KindTotal& VariantTotals::kind(BadDebtKind which) const {
    return by_kind.at(static_cast<std::size_t>(which));
}

const KindTotal& VariantTotals::stage(Stage which) const {
    return by_stage.at(static_cast<std::size_t>(which) - 1);
}

std::vector<VariantTotals> sensitivity(std::span<const JudgedAccount> accounts,
                                       std::span<const PolicyVariant> variants) {
    std::vector<VariantTotals> rows;
    rows.reserve(variants.size());
    for (const PolicyVariant& variant : variants) {
        VariantTotals totals;
        totals.variant = variant;
        for (const JudgedAccount& account : accounts) {
            judge(totals, account);
        }
        rows.push_back(std::move(totals));
    }
    return rows;
}

}  // namespace redink::valuation
