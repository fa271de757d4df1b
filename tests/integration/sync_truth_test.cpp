#include <doctest/doctest.h>

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

}  // namespace

TEST_CASE("SQL reports of a synchronised Aave v3.6 chain equal the contracts' answers") {
    sync_and_compare(recorded_v36(), app::ProofLevel::bloom);
}

TEST_CASE("SQL reports of a synchronised Aave v3.0 chain equal the contracts' answers") {
    sync_and_compare(recorded_v30(), app::ProofLevel::receipts);
}

}  // namespace redink::test
