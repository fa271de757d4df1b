#include "accounting/valuation/aave_account.hpp"

#include <vector>

#include <doctest/doctest.h>

namespace redink::valuation {
namespace {

positions::AaveVersion version(const char* text) {
    return positions::AaveVersion::parse(text).value();
}

// A token of 2 decimals at a price of 100 base units a token.
Holding holding(std::uint64_t supply, std::uint64_t debt) {
    Holding out;
    out.supply_amount = supply;
    out.is_collateral = supply != 0;
    out.debt_amount = debt;
    out.price = U256{100};
    out.unit = U256{100};
    out.threshold_bps = 8'000;
    out.own_threshold_bps = 8'000;
    out.bonus_bps = 10'500;
    return out;
}

}  // namespace

TEST_CASE("an account without debt has the largest health factor") {
    const std::vector<Holding> holdings{holding(1'000, 0)};
    const AccountTotals totals = value_account(version("3.6"), holdings);
    CHECK(totals.collateral_value == 1'000);
    CHECK(totals.debt_value == 0);
    CHECK(totals.health_factor == max_u256());
    CHECK(totals.liquidation_threshold_bps == 8'000);
}

TEST_CASE("collateral that is not flagged does not count") {
    Holding unflagged = holding(1'000, 500);
    unflagged.is_collateral = false;
    const AccountTotals totals = value_account(version("3.6"), std::vector{unflagged});
    CHECK(totals.collateral_value == 0);
    CHECK(totals.debt_value == 500);
    CHECK(totals.health_factor == 0);
}

TEST_CASE("a zero threshold takes collateral out until 3.5 and only its weight from 3.6") {
    Holding weightless = holding(1'000, 100);
    weightless.threshold_bps = 0;
    weightless.own_threshold_bps = 0;
    CHECK(value_account(version("3.5"), std::vector{weightless}).collateral_value == 0);
    const AccountTotals totals = value_account(version("3.6"), std::vector{weightless});
    CHECK(totals.collateral_value == 1'000);
    CHECK(totals.health_factor == 0);
}

TEST_CASE("debt is valued down until 3.4 and up from 3.5") {
    Holding odd = holding(0, 1);
    odd.price = U256{150};
    CHECK(value_account(version("3.4"), std::vector{odd}).debt_value == 1);
    CHECK(value_account(version("3.5"), std::vector{odd}).debt_value == 2);
}

TEST_CASE("a missing price is told, never taken for zero") {
    Holding unpriced = holding(1'000, 0);
    unpriced.price.reset();
    CHECK(value_account(version("3.6"), std::vector{unpriced}).price_missing);
    unpriced.is_collateral = false;
    CHECK_FALSE(value_account(version("3.6"), std::vector{unpriced}).price_missing);
}

TEST_CASE("the realisable value is each collateral less its own bonus, rounded down") {
    Holding dear = holding(1'000, 0);
    dear.bonus_bps = 12'500;
    const AccountTotals totals =
        value_account(version("3.6"), std::vector{holding(1'000, 900), dear});
    CHECK(totals.realisable_value == 952 + 800);
    Holding no_bonus = holding(1'000, 0);
    no_bonus.bonus_bps = 0;
    CHECK(value_account(version("3.6"), std::vector{no_bonus}).realisable_value == 1'000);
}

}  // namespace redink::valuation
