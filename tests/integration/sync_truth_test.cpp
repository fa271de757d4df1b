#include <map>

#include <doctest/doctest.h>

#include "accounting/valuation/bad_debt.hpp"
#include "tests/support/postgres_fixture.hpp"
#include "tests/support/replayed_market.hpp"
#include "tests/support/sql_truth.hpp"
#include "tests/support/synced_chain.hpp"

namespace redink::test {
namespace {

void sync_and_compare(const Recorded& recorded, app::ProofLevel level) {
    const std::string url = fresh_database();
    RunOptions options;
    options.level = level;
    const auto outcome = sync_recorded(recorded, url, options);
    REQUIRE_MESSAGE(outcome.has_value(), outcome.error().text);
    const nlohmann::json truth = read_json(recorded.folder + "/truth.json.gz");
    Compared compared;
    for (const nlohmann::json& snapshot : truth["snapshots"]) {
        compare_snapshot(url, snapshot, compared);
    }
    for (std::size_t i = 0; i < std::min<std::size_t>(compared.differences.size(), 10); ++i) {
        MESSAGE(compared.differences[i]);
    }
    MESSAGE(compared.numbers << " numbers of SQL reports compared");
    CHECK(compared.differences.empty());
    CHECK(compared.numbers > 90'000);
    CHECK(query(url, "SELECT * FROM report.drift").empty());
}

// The pure code and the SQL of the reports are two of a kind: both classify every account.
void compare_classification(Recorded recorded, const char* version_text) {
    recorded.version = version_text;
    const auto version = positions::AaveVersion::parse(version_text).value();
    const std::string url = fresh_database();
    REQUIRE(sync_recorded(recorded, url).has_value());
    ReplayedMarket market{recorded.folder, version_text};
    // The default policy of a market in USD: 10 USD of debt, 2 USD of cost.
    const valuation::DustPolicy policy{1'000'000'000, 200'000'000};
    const nlohmann::json truth = read_json(recorded.folder + "/truth.json.gz");
    Compared compared;
    std::size_t impaired = 0;
    for (const nlohmann::json& snapshot : truth["snapshots"]) {
        const auto block = snapshot["block"].get<std::uint64_t>();
        market.advance_to(block);
        std::map<std::string, std::string> by_sql;
        const std::string at = std::to_string(block);
        for (const std::string& row :
             query(url,
                   "SELECT redink.hex(t.account), t.realisable_value || ' ' || coalesce((SELECT "
                   "min(d.kind) FROM report.bad_debt_at('m', " +
                       at + ") d WHERE d.account = redink.hex(t.account) AND d.kind <> " +
                       "'realised'), 'none') FROM aave_v3.total_now(1, " + at + ") t")) {
            by_sql[row.substr(0, row.find('|'))] = row.substr(row.find('|') + 1);
        }
        for (const auto& [text, want] : snapshot["users"].items()) {
            std::vector<valuation::Holding> holdings;
            for (const auto& [asset, reserve] : market.reserves) {
                holdings.push_back(
                    market.holding(version, reserve, chain::Address::parse(text).value()));
            }
            const auto totals = valuation::value_account(version, holdings);
            const auto impairment = valuation::classify(
                {totals.debt_value, totals.collateral_value, totals.realisable_value}, policy);
            const std::string kind{impairment ? valuation::name_of(impairment->kind) : "none"};
            impaired += impairment ? 1U : 0U;
            const auto found = by_sql.find(text);
            compared.equal("block " + at + " " + text,
                           found == by_sql.end() ? "0 none" : found->second,
                           to_decimal(totals.realisable_value) + " " + kind);
        }
    }
    CHECK(impaired > 10);
    const std::string first =
        compared.differences.empty() ? std::string{} : compared.differences.front();
    CHECK(first.empty());
    MESSAGE(compared.numbers << " accounts classified, " << impaired << " of them impaired");
}

}  // namespace

TEST_CASE("the pure classification of bad debt and the SQL report agree on every account") {
    compare_classification(recorded_v36(), "3.6");
    compare_classification(recorded_v30(), "3.0");
}

TEST_CASE("SQL reports of a synchronised Aave v3.6 chain equal the contracts' answers") {
    sync_and_compare(recorded_v36(), app::ProofLevel::bloom);
}

TEST_CASE("SQL reports of a synchronised Aave v3.0 chain equal the contracts' answers") {
    sync_and_compare(recorded_v30(), app::ProofLevel::receipts);
}

}  // namespace redink::test
