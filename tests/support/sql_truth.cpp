#include "tests/support/sql_truth.hpp"

#include <map>
#include <sstream>

#include "tests/support/synced_chain.hpp"

namespace redink::test {
namespace {

using nlohmann::json;

std::vector<std::string> split(const std::string& row) {
    std::vector<std::string> cells;
    std::stringstream in{row};
    for (std::string cell; std::getline(in, cell, '|');) {
        cells.push_back(cell);
    }
    return cells;
}

void compare_reserves(const std::string& url, const json& snapshot, Compared& compared) {
    const std::string block = snapshot["block"].dump();
    const std::vector<std::string> keys{"liquidityIndex",
                                        "variableBorrowIndex",
                                        "normalizedIncome",
                                        "normalizedVariableDebt",
                                        "lastUpdateTimestamp",
                                        "aTokenScaledTotalSupply",
                                        "aTokenTotalSupply",
                                        "variableDebtScaledTotalSupply",
                                        "variableDebtTotalSupply",
                                        "accruedToTreasury",
                                        "price",
                                        "deficit",
                                        "virtualUnderlyingBalance"};
    for (const std::string& row :
         query(url,
               "SELECT asset, supply_index, debt_index, supply_index_now, debt_index_now, "
               "last_update, supply_scaled, supply_amount, debt_scaled, debt_amount, "
               "treasury_accrued, price, deficit, cash FROM report.reserves_at('m', " +
                   block + ")")) {
        const std::vector<std::string> cells = split(row);
        const json& want = snapshot["reserves"].at(cells[0]);
        for (std::size_t i = 0; i < keys.size(); ++i) {
            if (want.contains(keys[i])) {
                compared.equal(
                    "block " + block + " " + row + " " + keys[i], cells.at(i + 1), want[keys[i]]);
            }
        }
    }
}

void compare_positions(const std::string& url, const json& snapshot, Compared& compared) {
    const std::string block = snapshot["block"].dump();
    std::map<std::string, std::vector<std::string>> held;
    for (const std::string& row : query(url,
                                        "SELECT account || asset || side, scaled, amount, "
                                        "is_collateral FROM report.positions_at('m', " +
                                            block + ")")) {
        const std::vector<std::string> cells = split(row);
        held[cells[0]] = cells;
    }
    const auto cell = [&held](const std::string& key, std::size_t column) {
        const auto found = held.find(key);
        return found == held.end() ? std::string{"0"} : found->second.at(column);
    };
    for (const auto& [user, account] : snapshot["users"].items()) {
        for (const auto& [asset, reserve] : snapshot["reserves"].items()) {
            const json none = json::object();
            const json want = account["positions"].value(asset, none);
            const std::string key = user + asset;
            const std::string at = "block " + block + " " + key + " ";
            const auto expected = [&want](const char* name) { return want.value(name, "0"); };
            compared.equal(at + "aScaled", cell(key + "supply", 1), expected("scaledCollateral"));
            compared.equal(at + "a", cell(key + "supply", 2), expected("collateral"));
            compared.equal(at + "vScaled", cell(key + "debt", 1), expected("scaledDebt"));
            compared.equal(at + "v", cell(key + "debt", 2), expected("debt"));
            compared.equal(at + "s", cell(key + "stable_debt", 2), expected("stableDebt"));
            if (expected("scaledCollateral") != "0") {
                compared.equal(at + "flag",
                               cell(key + "supply", 3) == "t" ? "true" : "false",
                               want.value("usedAsCollateral", false));
            }
        }
    }
}

void compare_solvency(const std::string& url, const json& snapshot, Compared& compared) {
    const std::string block = snapshot["block"].dump();
    std::map<std::string, std::vector<std::string>> accounts;
    for (const std::string& row :
         query(url,
               "SELECT account, collateral_value, debt_value, liquidation_threshold_bps, "
               "health_factor FROM report.solvency_at('m', " +
                   block + ")")) {
        accounts[split(row)[0]] = split(row);
    }
    for (const auto& [user, want] : snapshot["users"].items()) {
        const auto found = accounts.find(user);
        if (found == accounts.end()) {
            compared.equal("block " + block + " " + user, "0", want["account"]["totalDebtBase"]);
            continue;
        }
        const json& account = want["account"];
        compared.equal(user + " C", found->second[1], account["totalCollateralBase"]);
        compared.equal(user + " D", found->second[2], account["totalDebtBase"]);
        compared.equal(user + " LT", found->second[3], account["currentLiquidationThreshold"]);
        compared.equal(user + " HF", found->second[4], account["healthFactor"]);
    }
}

// Open realised bad debt by reserve is the contract's own deficit.
void compare_bad_debt(const std::string& url, const json& snapshot, Compared& compared) {
    const std::string block = snapshot["block"].dump();
    std::map<std::string, std::string> open;
    for (const std::string& row : query(url,
                                        "SELECT asset, sum(amount) FROM report.bad_debt_at('m', " +
                                            block + ") WHERE kind = 'realised' GROUP BY 1")) {
        open[split(row)[0]] = split(row)[1];
    }
    for (const auto& [asset, want] : snapshot["reserves"].items()) {
        if (want.contains("deficit")) {
            const auto found = open.find(asset);
            compared.equal("block " + block + " deficit of " + asset,
                           found == open.end() ? "0" : found->second,
                           want["deficit"]);
        }
    }
    // Debt of an account without any collateral value is orphaned, all of it.
    std::map<std::string, std::string> orphaned;
    for (const std::string& row :
         query(url,
               "SELECT account, count(*) FROM report.bad_debt_at('m', " + block +
                   ") WHERE kind = 'orphaned' AND amount = nominal_claim GROUP BY 1")) {
        orphaned[split(row)[0]] = split(row)[1];
    }
    for (const auto& [user, want] : snapshot["users"].items()) {
        const json& account = want["account"];
        const bool is_orphaned =
            account["totalCollateralBase"] == "0" && account["totalDebtBase"] != "0";
        compared.equal("block " + block + " orphaned " + user,
                       orphaned.contains(user) ? "true" : "false",
                       json(is_orphaned));
    }
}

}  // namespace

void compare_snapshot(const std::string& url, const nlohmann::json& snapshot, Compared& compared) {
    compare_reserves(url, snapshot, compared);
    compare_positions(url, snapshot, compared);
    compare_solvency(url, snapshot, compared);
    compare_bad_debt(url, snapshot, compared);
}

}  // namespace redink::test
