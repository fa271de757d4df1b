#include "accounting/valuation/sensitivity.hpp"

#include <doctest/doctest.h>

#include "accounting/money/ray.hpp"

namespace redink::valuation {
namespace {

JudgedAccount account(std::uint64_t debt, std::uint64_t collateral) {
    JudgedAccount made;
    made.values.debt_value = U256{debt};
    made.values.collateral = {{U256{collateral}, 10'500, U256{collateral}, PriceState::valued}};
    made.health_factor = wad() / 2U;
    return made;
}

const VariantTotals& row(const std::vector<VariantTotals>& rows,
                         const std::string& choice,
                         const std::string& value) {
    for (const VariantTotals& totals : rows) {
        if (totals.variant.choice == choice && totals.variant.value == value) {
            return totals;
        }
    }
    FAIL(choice, " ", value);
    return rows.front();
}

// D_min 100, cost 10: orphaned, dust, blocked, latent, in grace; and one without a market price.
std::vector<JudgedAccount> accounts() {
    std::vector<JudgedAccount> made{account(50, 0),
                                    account(60, 42),
                                    account(5'000, 105),
                                    account(5'000, 2'100),
                                    account(1'000, 2'100)};
    made[4].seconds_below_one = 7'200;
    made.push_back(made[3]);
    made[5].values.collateral[0].market_value.reset();
    return made;
}

Policy policy() {
    Policy made;
    made.dust = {100, 10};
    return made;
}

}  // namespace

TEST_CASE("the policy in force gives totals by kind and stage") {
    const auto rows = sensitivity(accounts(), standard_variants(policy()));
    CHECK(rows.size() == 16);
    const VariantTotals& now = row(rows, "in force", "");
    CHECK(now.kind(BadDebtKind::orphaned) == KindTotal{1, 50, 50});
    CHECK(now.kind(BadDebtKind::dust) == KindTotal{1, 60, 20});
    CHECK(now.kind(BadDebtKind::blocked) == KindTotal{1, 5'000, 4'900});
    CHECK(now.kind(BadDebtKind::latent) == KindTotal{2, 10'000, 6'000});
    CHECK(now.stage(Stage::credit_impaired) == KindTotal{6, 16'110, 10'970});
    CHECK(now.without_market_view == 1);
    CHECK(now.market_shortfall == 50 + 20 + 4'900 + 3'000);
}

TEST_CASE("grace decides on accounts without a shortfall only") {
    const auto rows = sensitivity(accounts(), standard_variants(policy()));
    CHECK(row(rows, "grace_seconds", "0").stage(Stage::credit_impaired).accounts == 6);
    const VariantTotals& patient = row(rows, "grace_seconds", "86400");
    CHECK(patient.stage(Stage::credit_impaired).accounts == 5);
    CHECK(patient.stage(Stage::significant_increase) == KindTotal{1, 1'000, 0});
}

TEST_CASE("dust and cost move accounts between kinds, and no shortfall away") {
    const auto rows = sensitivity(accounts(), standard_variants(policy()));
    CHECK(row(rows, "min_debt_value", "10").kind(BadDebtKind::dust).accounts == 0);
    CHECK(row(rows, "min_debt_value", "10").kind(BadDebtKind::blocked).accounts == 2);
    CHECK(row(rows, "liquidation_cost_value", "1").kind(BadDebtKind::blocked).accounts == 0);
    CHECK(row(rows, "liquidation_cost_value", "100").kind(BadDebtKind::latent).accounts == 0);
    for (const VariantTotals& totals : rows) {
        U256 sum = 0;
        for (const KindTotal& total : totals.by_kind) {
            sum += total.shortfall;
        }
        CHECK(sum == 10'970);
    }
}

TEST_CASE("slippage moves the market view only") {
    const auto rows = sensitivity(accounts(), standard_variants(policy()));
    CHECK(row(rows, "slippage_bps", "0").market_shortfall == 7'970);
    // At 5 % each collateral brings 95 % of its market value: 39, 99, 1,995; the last owes 1,000.
    CHECK(row(rows, "slippage_bps", "500").market_shortfall == 50 + 21 + 4'901 + 3'005);
    CHECK(row(rows, "slippage_bps", "500").by_kind == row(rows, "in force", "").by_kind);
}

TEST_CASE("an account without the oracle's price is counted apart") {
    JudgedAccount unpriced = account(100, 50);
    unpriced.values.debt_value.reset();
    const auto rows = sensitivity(std::vector{unpriced}, standard_variants(policy()));
    CHECK(rows[0].without_oracle_view == 1);
    CHECK(rows[0].stage(Stage::credit_impaired).accounts == 0);
}

}  // namespace redink::valuation
