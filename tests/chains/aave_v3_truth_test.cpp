#include <algorithm>

#include <doctest/doctest.h>

#include "accounting/money/ray.hpp"
#include "accounting/positions/aave_interest.hpp"
#include "accounting/valuation/aave_account.hpp"
#include "tests/support/compared.hpp"
#include "tests/support/replayed_market.hpp"

namespace redink::test {
namespace {

using nlohmann::json;
using positions::AaveVersion;
using positions::Index;

struct Now {
    U256 supply_index;
    U256 debt_index;
};

Now indexes_now(AaveVersion version, const rows::ReserveState& state, std::uint64_t time) {
    return {positions::supply_index_at({state.supply_index, state.supply_rate, state.last_update},
                                       time),
            positions::debt_index_at(
                version, {state.debt_index, state.debt_rate, state.last_update}, time)};
}

void compare_reserves(const ReplayedMarket& market,
                      AaveVersion version,
                      const json& snapshot,
                      Compared& compared) {
    for (const auto& [asset, want] : snapshot["reserves"].items()) {
        const rows::Reserve& reserve = market.reserves.at(chain::Address::parse(asset).value());
        const rows::ReserveState& state = market.states.at(reserve.id);
        const Now now = indexes_now(version, state, market.timestamp);
        const std::string at =
            "block " + snapshot["block"].dump() + " " + want["symbol"].get<std::string>() + " ";
        compared.equal(at + "liquidityIndex", state.supply_index, want["liquidityIndex"]);
        compared.equal(at + "variableBorrowIndex", state.debt_index, want["variableBorrowIndex"]);
        compared.equal(at + "liquidityRate", state.supply_rate, want["currentLiquidityRate"]);
        compared.equal(at + "debtRate", state.debt_rate, want["currentVariableBorrowRate"]);
        compared.equal(at + "updated", U256{state.last_update}, want["lastUpdateTimestamp"]);
        compared.equal(at + "income", now.supply_index, want["normalizedIncome"]);
        compared.equal(at + "debt", now.debt_index, want["normalizedVariableDebt"]);
        compared.equal(at + "aScaled", state.supply_scaled, want["aTokenScaledTotalSupply"]);
        compared.equal(at + "aTotal",
                       positions::supply_amount(version, state.supply_scaled, now.supply_index),
                       want["aTokenTotalSupply"]);
        compared.equal(at + "vScaled", state.debt_scaled, want["variableDebtScaledTotalSupply"]);
        compared.equal(at + "vTotal",
                       positions::debt_amount(version, state.debt_scaled, now.debt_index),
                       want["variableDebtTotalSupply"]);
        compared.equal(at + "treasury", state.treasury_accrued, want["accruedToTreasury"]);
        compared.equal(at + "price", market.prices.at(reserve.asset).value(), want["price"]);
        if (want.contains("deficit")) {
            compared.equal(at + "deficit", state.deficit, want["deficit"]);
            compared.equal(at + "cash", state.cash.value(), want["virtualUnderlyingBalance"]);
        }
        if (want.contains("stablePrincipalSupply")) {
            compared.equal(
                at + "sPrincipal", state.stable_principal, want["stablePrincipalSupply"]);
            compared.equal(at + "sRate", state.stable_average_rate, want["stableAverageRate"]);
            const Index stable{
                state.stable_principal, state.stable_average_rate, state.stable_last_update};
            compared.equal(at + "sTotal",
                           positions::stable_debt_amount(version, stable, market.timestamp),
                           want["stableTotalSupply"]);
        }
    }
}

valuation::Holding compare_position(const ReplayedMarket& market,
                                    AaveVersion version,
                                    const rows::Reserve& reserve,
                                    const chain::Address& user,
                                    const json& want,
                                    const std::string& at,
                                    Compared& compared) {
    const rows::ReserveState& state = market.states.at(reserve.id);
    const Now now = indexes_now(version, state, market.timestamp);
    const auto supply = market.position(reserve.id, user, rows::Side::supply);
    const auto debt = market.position(reserve.id, user, rows::Side::debt);
    const auto stable = market.position(reserve.id, user, rows::Side::stable_debt);
    const valuation::Holding holding = market.holding(version, reserve, user);
    const U256 debt_amount = positions::debt_amount(version, debt.scaled, now.debt_index);
    const U256 stable_amount = positions::stable_debt_amount(
        version, {stable.scaled, stable.rate, stable.since}, market.timestamp);
    const json zero = "0";
    const auto value = [&](const char* key) { return want.contains(key) ? want[key] : zero; };
    compared.equal(at + "scaledCollateral", supply.scaled, value("scaledCollateral"));
    compared.equal(at + "collateral", holding.supply_amount, value("collateral"));
    compared.equal(at + "scaledDebt", debt.scaled, value("scaledDebt"));
    compared.equal(at + "debt", debt_amount, value("debt"));
    compared.equal(at + "stablePrincipal", stable.scaled, value("stablePrincipal"));
    compared.equal(at + "stableDebt", stable_amount, value("stableDebt"));
    compared.equal(at + "stableRate", stable.rate, value("stableRate"));
    compared.equal(at + "stableTimestamp", U256{stable.since}, value("stableTimestamp"));
    compared.equal(at + "flag",
                   std::string{supply.is_collateral ? "true" : "false"},
                   want.contains("usedAsCollateral") ? want["usedAsCollateral"] : json(false));
    return holding;
}

void compare_accounts(const ReplayedMarket& market,
                      AaveVersion version,
                      const json& snapshot,
                      Compared& compared) {
    for (const auto& [text, want] : snapshot["users"].items()) {
        const chain::Address user = chain::Address::parse(text).value();
        std::vector<valuation::Holding> holdings;
        const std::string at = "block " + snapshot["block"].dump() + " " + text + " ";
        for (const auto& [asset, reserve] : market.reserves) {
            const json& positions = want["positions"];
            const json position =
                positions.contains(asset.hex()) ? positions[asset.hex()] : json::object();
            holdings.push_back(compare_position(
                market, version, reserve, user, position, at + asset.hex() + " ", compared));
        }
        const auto totals = valuation::value_account(version, holdings);
        const json& account = want["account"];
        compared.equal(at + "C", totals.collateral_value, account["totalCollateralBase"]);
        compared.equal(at + "D", totals.debt_value, account["totalDebtBase"]);
        compared.equal(at + "LT",
                       U256{totals.liquidation_threshold_bps},
                       account["currentLiquidationThreshold"]);
        compared.equal(at + "HF", totals.health_factor, account["healthFactor"]);
        CHECK_FALSE(totals.price_missing);
    }
}

void replay(const std::string& folder, const std::string& version_text) {
    const AaveVersion version = AaveVersion::parse(version_text).value();
    ReplayedMarket market{folder, version_text};
    const json truth = read_json(folder + "/truth.json.gz");
    Compared compared;
    for (const json& snapshot : truth["snapshots"]) {
        market.advance_to(snapshot["block"].get<std::uint64_t>());
        compare_reserves(market, version, snapshot, compared);
        compare_accounts(market, version, snapshot, compared);
    }
    for (std::size_t i = 0; i < std::min<std::size_t>(compared.differences.size(), 20); ++i) {
        MESSAGE(compared.differences[i]);
    }
    MESSAGE(folder << ": " << compared.numbers << " numbers compared");
    CHECK(compared.differences.empty());
    CHECK(compared.numbers > 10'000);
    CHECK(market.drifts == 0);
}

}  // namespace

TEST_CASE("every number of the recorded Aave v3.6 chain equals the contracts' answer") {
    replay(REDINK_TEST_DATA "/chains/aave-v3", "3.6");
}

TEST_CASE("every number of the recorded Aave v3.0 chain equals the contracts' answer") {
    replay(REDINK_TEST_DATA "/chains/aave-v30", "3.0");
}

TEST_CASE("further recordings of Aave v3.6 named by the environment are exact too") {
    if (const char* folder = std::getenv("REDINK_AAVE_V3_RECORDING")) {
        replay(folder, "3.6");
    }
}

TEST_CASE("further recordings of Aave v3.0 named by the environment are exact too") {
    if (const char* folder = std::getenv("REDINK_AAVE_V30_RECORDING")) {
        replay(folder, "3.0");
    }
}

}  // namespace redink::test
