#include <algorithm>

#include <doctest/doctest.h>

#include "accounting/valuation/shortfall.hpp"
#include "app/node/node_server.hpp"
#include "app/prices/market_view.hpp"
#include "indexer/chain/hex.hpp"
#include "indexer/chain/sha256.hpp"
#include "indexer/store/book_input.hpp"
#include "indexer/store/price_book.hpp"
#include "tests/property/random_source.hpp"
#include "tests/support/compared.hpp"
#include "tests/support/postgres_fixture.hpp"
#include "tests/support/program.hpp"
#include "tests/support/replayed_market.hpp"
#include "tests/support/synced_chain.hpp"

namespace redink::test {
namespace {

using valuation::PriceRow;

constexpr std::uint64_t kMaxAge = 86'400;

/// When prices are looked at, and what the market holds then.
struct Moment {
    std::uint64_t block = 0;
    std::uint64_t time = 0;
    std::vector<rows::ExposureRow> exposures;
};

// Up to three sources of up to three blocks for most assets, around the oracle's price; some of
// them are too old, some not there yet, some of another unit.
std::vector<PriceRow> random_prices(RandomSource& random, const Moment& moment) {
    std::vector<PriceRow> prices;
    for (const AssetId& asset : app::collateral_of(moment.exposures)) {
        const auto holder = std::find_if(
            moment.exposures.begin(), moment.exposures.end(), [&asset](const auto& row) {
                return AssetId{row.asset.bytes()} == asset;
            });
        const U256 oracle = holder->price.value_or(100'000'000);
        const bool is_foreign = random.below(40) == 0;
        for (std::uint64_t back = 0; back < (random.below(40) == 0 ? 0U : 3U); ++back) {
            const std::uint64_t ahead = back == 0 && random.below(3) == 0 ? 1 : 0;
            const std::uint64_t block = moment.block + ahead - std::min(back * 7, moment.block);
            for (std::size_t source = 0; source <= random.below(3); ++source) {
                PriceRow row;
                row.asset = asset;
                row.scale = static_cast<std::uint8_t>(4 + random.below(20));
                row.price = mul_div(
                    oracle * U256{50 + random.below(70)}, pow10(row.scale), pow10(10), Round::up);
                row.unit = is_foreign ? "eth" : random.below(2) == 0 ? "usd" : "USD";
                row.source = "s" + std::to_string(source);
                row.updated_at =
                    moment.time + 30 - random.below(random.below(12) == 0 ? 200'000 : 900);
                row.block = block;
                prices.push_back(row);
            }
        }
    }
    for (PriceRow& row : prices) {
        const auto first = std::find_if(prices.begin(), prices.end(), [&row](const auto& other) {
            return other.asset == row.asset;
        });
        row.unit = first->unit;
    }
    return prices;
}

std::string text_of(const std::optional<U256>& value) {
    return value ? to_decimal(*value) : "";
}

// What the C++ arithmetic says, a row for each debt as the report has it.
std::vector<std::string> computed_views(const Moment& moment,
                                        const app::MarketView& market,
                                        std::uint32_t slippage_bps) {
    std::vector<std::string> rows;
    for (std::span<const rows::ExposureRow> rest = moment.exposures; !rest.empty();) {
        const auto account = app::take_account(rest);
        const auto values = app::values_of(account, market);
        const valuation::Shortfalls found = valuation::shortfalls_of(values, slippage_bps);
        const U256 zero;
        if (found.oracle.shortfall == zero && found.market.shortfall == zero) {
            continue;
        }
        std::vector<U256> amounts;
        for (const rows::ExposureRow& row : account) {
            amounts.push_back(row.debt_amount);
        }
        const auto parts = [&](const valuation::ShortfallView& view) {
            return view.shortfall ? valuation::shortfall_by_debt(
                                        amounts, {*view.shortfall, *values.debt_value})
                                  : std::vector<U256>{};
        };
        const std::vector<U256> oracle = parts(found.oracle);
        const std::vector<U256> by_market = parts(found.market);
        for (std::size_t i = 0; i < account.size(); ++i) {
            if (account[i].debt_amount > 0) {
                rows.push_back(
                    account[i].account.hex() + "|" + account[i].asset.hex() + "|" +
                    std::string{name_of(found.oracle.state)} + "|" +
                    text_of(oracle.empty() ? std::nullopt : std::optional{oracle[i]}) + "|" +
                    std::string{name_of(found.market.state)} + "|" +
                    text_of(by_market.empty() ? std::nullopt : std::optional{by_market[i]}));
            }
        }
    }
    std::sort(rows.begin(), rows.end());
    return rows;
}

std::vector<std::string> reported_views(const std::string& url,
                                        std::uint64_t block,
                                        const std::string& kind) {
    return query(url,
                 "SELECT account, asset, oracle_state, oracle_shortfall, market_state, "
                 "market_shortfall FROM report.bad_debt_views_at('m', " +
                     std::to_string(block) + ", '" + kind +
                     "') ORDER BY account COLLATE \"C\", asset COLLATE \"C\"");
}

}  // namespace

TEST_CASE("SQL and C++ agree on both views of every shortfall, with random prices") {
    const std::string url = copy_of_database(booked_v36());
    store::Connection connection{url};
    const auto market = store::MarketRegistry{connection}.find_market("m").value();
    store::BookInput input{connection, market};
    store::PriceBook book{connection};
    RandomSource random{kSeed};
    INFO("seed " << kSeed);
    std::map<std::string, int> states;
    std::size_t worse = 0;
    const nlohmann::json truth = read_json(recorded_v36().folder + "/truth.json.gz");
    std::vector<std::uint64_t> blocks;
    for (const nlohmann::json& snapshot : truth["snapshots"]) {
        blocks.push_back(snapshot["block"].get<std::uint64_t>());
    }
    query(url,
          "INSERT INTO ledger.price_set (chain_id, kind, digest, file) SELECT chain_id, "
          "'scenario:empty', decode(repeat('ee', 32), 'hex'), 'x' FROM redink.chain");
    for (std::size_t round = 0; round < 60; ++round) {
        const std::uint64_t block = blocks[random.below(blocks.size())];
        const chain::BlockNumber at{block};
        const Moment moment{
            block, input.load_time(at), input.load_exposures(at, store::CalledPrices::recent)};
        const std::string kind = "scenario:r" + std::to_string(round);
        const std::vector<PriceRow> prices = random_prices(random, moment);
        store::PriceImport import{market.chain_id, {kind, prices}, {}, "r.csv"};
        import.digest = chain::sha256(canonical_bytes(import.set));
        REQUIRE(book.save(import).is_new);
        const std::uint32_t slippage = static_cast<std::uint32_t>(random.below(10'001));
        query(url, "UPDATE ledger.terms SET slippage_bps = " + std::to_string(slippage));
        const auto assets = app::collateral_of(moment.exposures);
        const app::BaseUnit unit = app::parse_base_unit(input.load_unit(at));
        const app::ViewTime when{block, moment.time, kMaxAge};
        const app::MarketView view = app::view_market(prices, assets, unit, when);
        const auto expected = computed_views(moment, view, slippage);
        CAPTURE(round);
        CAPTURE(block);
        CHECK(reported_views(url, block, kind) == expected);
        const auto loaded = book.load_prices({market.chain_id, kind, block, moment.time}, assets);
        CHECK(computed_views(moment, app::view_market(loaded, assets, unit, when), slippage) ==
              expected);
        for (const std::string& row : expected) {
            ++states[row.find("|stale|") != std::string::npos     ? "stale"
                     : row.find("|missing|") != std::string::npos ? "missing"
                                                                  : "valued"];
            worse += row.find("|valued|0|valued|") != std::string::npos ? 1U : 0U;
        }
    }
    for (const char* state : {"valued", "stale", "missing"}) {
        CAPTURE(state);
        CHECK(states[state] > 20);
    }
    // What the oracle does not see and the market does.
    CHECK(worse > 20);
    // Without any price of a kind every view that needs one is missing, and none is zero.
    CHECK(query(url,
                "SELECT count(*) FROM report.bad_debt_views_at('m', 500, 'scenario:empty') "
                "WHERE market_state = 'missing' AND market_shortfall IS NULL")
              .at(0) != "0");
}

TEST_CASE("prices are imported once, are listed, and never change") {
    node::NodeServer node{serving(recorded_v36(), {})};
    const std::string url = fresh_database();
    RunOptions options;
    options.to = chain::BlockNumber{500};
    REQUIRE(sync_from(node.url(), recorded_v36(), url, options).has_value());
    const TemporaryFolder folder;
    const std::string config =
        write_file(folder, "redink.toml", toml_of(recorded_v36(), node.url(), url));
    const std::string header = "asset,price,decimals,unit,source,round_id,updated_at,block\n";
    const auto import = [&](const std::string& rows, const std::string& kind = "market") {
        return run_program({"prices",
                            "import",
                            write_file(folder, "p.csv", header + rows),
                            "--chain",
                            "recording",
                            "--kind",
                            kind,
                            "--config",
                            config});
    };
    const auto count = [&url] { return query(url, "SELECT count(*) FROM ledger.price").at(0); };
    const std::string one = "0x1111111111111111111111111111111111111111,";
    const ProgramResult first = import(one + "105,2,usd,cex,,1700000000,5\n");
    CHECK_MESSAGE(first.exit_code == 0, first.err);
    CHECK(first.out.find(": imported 1 prices of kind market") != std::string::npos);
    const ProgramResult again = import(one + "105,2,usd,cex,,1700000000,5\n");
    CHECK(again.exit_code == 0);
    CHECK(again.out.find(": already there, 1 prices") != std::string::npos);
    CHECK(count() == "1");

    const auto refused = [&](const ProgramResult& result, const std::string& part) {
        CHECK_MESSAGE(result.exit_code == 2, result.err);
        CHECK_MESSAGE(result.err.find(part) != std::string::npos, result.err);
        CHECK(count() == "1");
    };
    refused(import(one + "106,2,eur,cex,,1700000000,6\n"), "and \"usd\" in what was imported");
    refused(import(one + "0,2,usd,cex,,1700000000,6\n"), "p.csv:2: column 2 (price)");
    refused(import(one + "1,2,usd,cex,,1700000000,6\n" + one + "1,78,usd,cex,,0,6\n"),
            "p.csv:3: column 3 (decimals)");
    refused(import(""), "has no price");
    refused(import(one + "106,2,usd,cex,,1700000000,6\n", "scenery:x"), "accepted: market");
    refused(run_program({"prices",
                         "import",
                         (folder.path() / "p.csv").string(),
                         "--chain",
                         "recordings",
                         "--kind",
                         "market",
                         "--config",
                         config}),
            "did you mean \"recording\"?");
    refused(run_program({"prices",
                         "import",
                         "/nowhere.csv",
                         "--chain",
                         "recording",
                         "--kind",
                         "market",
                         "--config",
                         config}),
            "cannot be read");

    for (const char* table : {"ledger.price", "ledger.price_set"}) {
        for (const std::string& sql :
             {"DELETE FROM " + std::string{table}, "TRUNCATE " + std::string{table} + " CASCADE"}) {
            CHECK_THROWS(query(url, sql));
        }
    }
    CHECK_THROWS(query(url, "UPDATE ledger.price SET price = 1"));
    CHECK_THROWS(query(url, "UPDATE ledger.price_set SET kind = 'market'"));
    CHECK(import(one + "99,2,eur,cex,,1700000000,5\n", "scenario:Depeg.1").exit_code == 0);
    CHECK(import(one + "98,2,usd,cex,,1700000000,5\n").exit_code == 0);
    CHECK(query(url,
                "SELECT p.price FROM redink.chain c, redink.price_in_force(c.chain_id, "
                "'market', '\\x1111111111111111111111111111111111111111', 5, 1800000000) p")
              .at(0) == "98");
    const ProgramResult list =
        run_program({"prices", "list", "--format", "csv", "--config", config});
    CHECK(std::count(list.out.begin(), list.out.end(), '\n') == 4);
    CHECK(list.out.find("scenario:Depeg.1") != std::string::npos);
    const ProgramResult views = run_program({"report",
                                             "bad-debt-views",
                                             "--kind",
                                             "scenario:other",
                                             "--at",
                                             "500",
                                             "--config",
                                             config});
    CHECK(views.err.find("there are no prices of kind \"scenario:other\"") != std::string::npos);
    const ProgramResult policies = run_program(
        {"report", "policy-sensitivity", "--at", "500", "--format", "csv", "--config", config});
    CHECK_MESSAGE(policies.exit_code == 0, policies.err);
    CHECK(std::count(policies.out.begin(), policies.out.end(), '\n') == 17);
    CHECK(policies.out.find("m,in force,,") != std::string::npos);
}

}  // namespace redink::test
