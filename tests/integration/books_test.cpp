#include <map>

#include <doctest/doctest.h>

#include "indexer/store/connection.hpp"
#include "indexer/store/ledger_check.hpp"
#include "indexer/store/market_registry.hpp"
#include "tests/support/compared.hpp"
#include "tests/support/postgres_fixture.hpp"
#include "tests/support/program.hpp"
#include "tests/support/replayed_market.hpp"
#include "tests/support/synced_chain.hpp"

namespace redink::test {
namespace {

using nlohmann::json;

std::string synced(const Recorded& recorded, const RunOptions& options = {}) {
    const std::string url = fresh_database();
    const auto outcome = sync_recorded(recorded, url, options);
    REQUIRE_MESSAGE(outcome.has_value(), outcome.error().text);
    return url;
}

// Balances of every asset at a block: deficits together under "deficit".
std::map<std::string, std::string> balances_at(const std::string& url, const std::string& block) {
    std::map<std::string, std::string> balances;
    for (const std::string& row :
         query(url,
               "SELECT asset || ' ' || split_part(account, '.', 1), sum(balance) FROM "
               "report.trial_balance_at('m', " +
                   block + ") WHERE book = 'contract' GROUP BY 1")) {
        const std::size_t bar = row.find('|');
        balances[row.substr(0, bar)] = row.substr(bar + 1);
    }
    return balances;
}

std::string balance_of(const std::map<std::string, std::string>& balances,
                       const std::string& what) {
    const auto found = balances.find(what);
    return found == balances.end() ? "0" : found->second;
}

// Positions and hashes of both ledgers.
std::vector<std::string> heads_of(const std::string& url) {
    return query(url, "SELECT book, entries, head FROM report.ledgers ORDER BY book");
}

std::vector<std::string> trial_balance(const std::string& url, std::uint64_t block) {
    return query(url,
                 "SELECT reserve, book, account, debit, credit FROM report.trial_balance_at('m', " +
                     std::to_string(block) + ") ORDER BY 1, 2, 3");
}

void check_chains(const std::string& url) {
    store::Connection connection{url};
    const auto market = store::MarketRegistry{connection}.find_market("m");
    REQUIRE(market.has_value());
    for (const auto book : {ledger::Book::contract, ledger::Book::economic}) {
        const store::LedgerCheck check = store::verify_chain(connection, *market, book);
        CHECK(check.entries > 0);
        CHECK_MESSAGE(!check.fault, (check.fault ? text_of(*check.fault, *market, book) : ""));
    }
}

void run_on(const std::string& url, const std::vector<std::string>& words) {
    std::vector<std::string> arguments = words;
    arguments.insert(arguments.end(), {"--database", url, "--quiet"});
    const ProgramResult result = run_program(arguments);
    CHECK_MESSAGE(result.exit_code == 0, result.err);
}

}  // namespace

TEST_CASE("at every snapshot the books say what the contracts said") {
    for (const auto& [recorded, url] :
         {std::pair{recorded_v36(), booked_v36()}, std::pair{recorded_v30(), booked_v30()}}) {
        const json truth = read_json(recorded.folder + "/truth.json.gz");
        Compared compared;
        for (const json& snapshot : truth["snapshots"]) {
            const std::string block = snapshot["block"].dump();
            const auto balances = balances_at(url, block);
            for (const auto& [asset, want] : snapshot["reserves"].items()) {
                const std::string at = "block " + block + " " + want["symbol"].dump() + " ";
                if (want.contains("deficit")) {
                    compared.equal(
                        at + "deficit", balance_of(balances, asset + " deficit"), want["deficit"]);
                    compared.equal(at + "cash",
                                   balance_of(balances, asset + " cash"),
                                   want["virtualUnderlyingBalance"]);
                }
            }
            CHECK(query(url,
                        "SELECT asset, book FROM report.trial_balance_at('m', " + block +
                            ") GROUP BY asset, book HAVING sum(debit) <> sum(credit)")
                      .empty());
        }
        for (const std::string& difference : compared.differences) {
            MESSAGE(difference);
        }
        CHECK(compared.differences.empty());
        check_chains(url);
    }
}

TEST_CASE("at every valuation the allowances are what the debts are short of") {
    for (const std::string& url : {booked_v36(), booked_v30()}) {
        const auto blocks = query(url, "SELECT from_block FROM derived.valuation ORDER BY 1");
        CHECK(blocks.size() > 50);
        std::size_t short_ones = 0;
        for (const std::string& block : blocks) {
            const auto differing = query(
                url,
                "WITH held AS (SELECT reserve, coalesce(sum(balance), 0) AS units FROM "
                "report.trial_balance_at('m', " +
                    block +
                    ") WHERE account IN ('allowance', 'written_off') GROUP BY reserve), "
                    "needed AS (SELECT reserve, sum(liquidation_shortfall) AS units FROM "
                    "report.bad_debt_at('m', " +
                    block +
                    ") GROUP BY reserve) SELECT reserve, held.units, needed.units FROM held FULL "
                    "JOIN needed USING (reserve) WHERE abs(coalesce(held.units, 0) - "
                    "coalesce(needed.units, 0)) > 0");
            for (const std::string& row : differing) {
                MESSAGE("block " << block << ": " << row);
            }
            CHECK(differing.empty());
            short_ones += query(url, "SELECT FROM report.bad_debt_at('m', " + block + ")").size();
        }
        CHECK(short_ones > 0);
    }
}

TEST_CASE("a rebuild and another path through the chain give the same ledger") {
    const Recorded recorded = recorded_v36();
    const std::string url = copy_of_database(booked_v36());
    const auto heads = heads_of(url);
    REQUIRE(heads.size() == 2);
    run_on(url, {"rebuild"});
    CHECK(heads_of(url) == heads);
    RunOptions other;
    other.level = app::ProofLevel::receipts;
    other.max_logs = 97;
    const std::string second = synced(recorded, other);
    CHECK(heads_of(second) == heads);
}

TEST_CASE("what was booked from wrong rows is taken back and posted anew") {
    const Recorded recorded = recorded_v36();
    const std::string url = copy_of_database(booked_v36());
    const auto right = trial_balance(url, 654);
    const auto before = query(url, "SELECT count(*) FROM ledger.entry").front();
    // As a decoder that overlooked a deficit would have left it.
    query(url,
          "UPDATE derived.domain_event SET amount = amount + 1 WHERE (from_block, log_index) IN "
          "(SELECT from_block, log_index FROM derived.domain_event WHERE kind = 1 ORDER BY 1 "
          "LIMIT 1 OFFSET 20)");
    query(url, "INSERT INTO ledger.rederived SELECT market_id FROM redink.market");
    REQUIRE(sync_recorded(recorded, url).has_value());
    CHECK(query(url, "SELECT count(*) FROM ledger.entry WHERE reverses IS NOT NULL").front() !=
          "0");
    CHECK(query(url, "SELECT cause FROM report.halts") == std::vector<std::string>{"books"});
    run_on(url, {"rebuild"});
    CHECK(query(url, "SELECT reason FROM report.halts").empty());
    CHECK(trial_balance(url, 654) == right);
    CHECK(std::stoul(query(url, "SELECT count(*) FROM ledger.entry").front()) > std::stoul(before));
    check_chains(url);
    const auto heads = heads_of(url);
    run_on(url, {"rebuild"});
    CHECK(heads_of(url) == heads);
}

TEST_CASE("a market that is booked in steps ends with the balances of one booked at once") {
    const Recorded recorded = recorded_v36();
    const std::string straight = booked_v36();
    const std::string url = fresh_database();
    for (const std::uint64_t to : {5U, 47U, 88U, 120U, 300U, 500U, 718U}) {
        RunOptions options;
        options.to = chain::BlockNumber{to};
        REQUIRE(sync_recorded(recorded, url, options).has_value());
    }
    CHECK(trial_balance(url, 654) == trial_balance(straight, 654));
    CHECK(trial_balance(url, 718) == trial_balance(straight, 718));
    check_chains(url);
}

}  // namespace redink::test
